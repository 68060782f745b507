"""What is done to a conversation as a whole: its end, its speed, its words; and what readers see of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains
from time_machine import Traveller

from articles.models import Edition
from comments import conversations, policy
from comments.models import Comment, Thread, ThreadChange
from newsportal.refusal import NotPermitted, Refusal
from tests import factories
from tests.articles.browser import read_form
from tests.factories import GOOD_TEXT

DAY = timedelta(days=1)


@pytest.fixture
def thread(edition: Edition) -> Thread:
    """Of a story in which nobody has written: there is no row."""
    return Thread(article_id=edition.article_id)


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators")


def now_of(thread: Thread) -> Thread:
    return Thread.objects.get(pk=thread.article_id)


def send(edition: Edition, text: str = GOOD_TEXT, *, sent_from: str = "192.0.2.1") -> Any:
    data = {"name": "Ada Byrne", "body": text}
    return Client().post(
        f"/articles/{edition.article_id}/comments/new/",
        "&".join(f"{key}={value.replace(' ', '+')}" for key, value in data.items()),
        content_type="application/x-www-form-urlencoded",
        REMOTE_ADDR=sent_from,
    )


def log(thread: Thread) -> list[tuple[str, str, str]]:
    return list(ThreadChange.objects.filter(thread=thread.article_id).values_list("act", "words", "reason"))


# --- Open and closed ------------------------------------------------------------------------------------------------


def test_a_conversation_is_closed_before_anybody_wrote_and_opened_again(
    edition: Edition, thread: Thread, mona: User
) -> None:
    conversations.close(thread, by=mona, reason="A matter for the courts.")
    answer = send(edition)
    assert answer.status_code == 409
    assertContains(answer, GOOD_TEXT, status_code=409)
    conversations.reopen(now_of(thread), by=mona)
    assert send(edition).status_code == 303
    assert log(thread) == [("closed", "", "A matter for the courts."), ("opened", "", "")]


def test_it_closes_at_its_time_and_nothing_runs_in_between(
    clock: Traveller, edition: Edition, thread: Thread, mona: User
) -> None:
    conversations.close_at(thread, at=timezone.now() + DAY, by=mona)
    page = edition.get_absolute_url()
    assertContains(Client().get(page), "Comments are open until")
    clock.shift(DAY.total_seconds() - 1)
    assert send(edition).status_code == 303
    clock.shift(1)
    assert send(edition, f"{GOOD_TEXT} Once more.").status_code == 409
    assertContains(Client().get(f"/articles/{edition.article_id}/comments/"), "Comments closed on")


def test_a_time_that_is_over_is_refused_and_so_is_one_for_what_is_closed(thread: Thread, mona: User) -> None:
    with pytest.raises(Refusal, match="This time is over"):
        conversations.close_at(thread, at=timezone.now(), by=mona)
    conversations.close(thread, by=mona)
    with pytest.raises(Refusal, match="Open it first"):
        conversations.close_at(now_of(thread), at=timezone.now() + DAY, by=mona)


def test_by_the_sites_rule_a_conversation_closes_when_its_story_is_so_old(
    clock: Traveller, settings: Any, edition: Edition, thread: Thread, mona: User
) -> None:
    settings.COMMENTS_OPEN_DAYS = 14
    comment = factories.approved(edition)
    clock.move_to(edition.first_visible_from + 14 * DAY - timedelta(seconds=1))
    assert send(edition).status_code == 303
    clock.shift(1)
    assert send(edition, f"{GOOD_TEXT} Once more.").status_code == 409
    assert Comment.objects.get(pk=comment.pk).thread.is_open is False
    conversations.reopen(now_of(thread), by=mona)
    assert send(edition, f"{GOOD_TEXT} Once more.").status_code == 303


def test_pages_go_when_a_conversation_closes_by_itself(
    clock: Traveller, settings: Any, edition: Edition, thread: Thread, mona: User
) -> None:
    from newsportal.pages.clock import next_moment

    at = timezone.now().replace(microsecond=0) + 3 * DAY
    conversations.close_at(thread, at=at, by=mona)
    assert next_moment() == at.timestamp()
    conversations.slow(now_of(thread), until=at - DAY, by=mona, reason="Cool down.")
    assert next_moment() == (at - DAY).timestamp()
    settings.COMMENTS_OPEN_DAYS = 400
    young = factories.live(at=timezone.now() - 399 * DAY)
    assert next_moment() == (young.first_visible_from + 400 * DAY).timestamp()


# --- Slowed ---------------------------------------------------------------------------------------------------------


def test_a_slowed_conversation_takes_one_comment_from_a_network_now_and_then(
    clock: Traveller, edition: Edition, thread: Thread, mona: User
) -> None:
    conversations.slow(thread, until=timezone.now() + DAY, by=mona, reason="Please read before you answer.")
    assert send(edition).status_code == 303
    answer = send(edition, f"{GOOD_TEXT} And this.")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assertContains(answer, "This conversation is slowed. Your text is still here", status_code=429)
    assertContains(answer, f"{GOOD_TEXT} And this.", status_code=429)
    assert send(edition, f"{GOOD_TEXT} Elsewhere.", sent_from="198.51.100.7").status_code == 303
    other = factories.live(headline="Another story")
    assert send(other, f"{GOOD_TEXT} In another story.").status_code == 303
    clock.shift(policy.SLOWED_THREAD_GAP.total_seconds())
    assert send(edition, f"{GOOD_TEXT} And this.").status_code == 303


def test_readers_see_until_when_and_why_it_is_slowed_and_it_ends_by_itself(
    clock: Traveller, edition: Edition, thread: Thread, mona: User
) -> None:
    conversations.slow(thread, until=timezone.now() + DAY, by=mona, reason="Read <first>.")
    page = edition.get_absolute_url()
    assertContains(Client().get(page), "one comment in 10 minutes")
    assertContains(Client().get(page), "Read &lt;first&gt;.")
    clock.shift(DAY.total_seconds())
    assertNotContains(Client().get(page), "Read &lt;first&gt;.")
    assert send(edition).status_code == 303
    assert send(edition, f"{GOOD_TEXT} And this.").status_code == 303


def test_who_slows_says_why_and_who_releases_ends_it(edition: Edition, thread: Thread, mona: User) -> None:
    with pytest.raises(Refusal, match="Say why"):
        conversations.slow(thread, until=timezone.now() + DAY, by=mona, reason="  ")
    conversations.slow(thread, until=timezone.now() + DAY, by=mona, reason="Cool down.")
    conversations.release(now_of(thread), by=mona)
    conversations.release(now_of(thread), by=mona)
    assert [act for act, _words, _reason in log(thread)] == ["slowed", "released"]


# --- Its own words --------------------------------------------------------------------------------------------------


def test_a_question_and_a_rule_stand_above_and_can_be_taken_away(edition: Edition, thread: Thread, mona: User) -> None:
    conversations.ask(thread, question="What would <you> build?", asker="Ana Moreira", by=mona)
    conversations.guide(now_of(thread), words="No names of minors.", by=mona)
    form = f"/articles/{edition.article_id}/comments/new/"
    for path in (edition.get_absolute_url(), f"/articles/{edition.article_id}/comments/", form):
        page = Client().get(path)
        assertContains(page, "What would &lt;you&gt; build?")
        assertContains(page, "Ana Moreira")
        assertContains(page, "No names of minors.")
    conversations.ask(now_of(thread), question="", asker="Ana Moreira", by=mona)
    conversations.guide(now_of(thread), words="", by=mona)
    assertNotContains(Client().get(form), "Ana Moreira")
    assert [row[:2] for row in log(thread)] == [
        ("asked", "Ana Moreira: What would <you> build?"),
        ("guided", "No names of minors."),
        ("asked", ""),
        ("guided", ""),
    ]


def test_a_question_is_asked_in_somebodys_name_and_is_short(thread: Thread, mona: User) -> None:
    with pytest.raises(Refusal, match="Say who asks"):
        conversations.ask(thread, question="What would you build?", asker=" ", by=mona)
    with pytest.raises(Refusal, match="At most 500 characters"):
        conversations.guide(thread, words="x" * 501, by=mona)


def test_each_act_tells_the_pages_of_the_conversation(
    thread: Thread, mona: User, told: Callable[..., set[str]]
) -> None:
    words, soon = f"thread:{thread.article_id}:words", timezone.now() + DAY
    assert told(lambda: conversations.guide(thread, words="Be brief.", by=mona)) == {words}
    assert told(lambda: conversations.guide(thread, words="Be brief.", by=mona)) == set()
    assert told(lambda: conversations.slow(thread, until=soon, by=mona, reason="Calm.")) == {words, "clock"}
    assert told(lambda: conversations.close_at(thread, at=soon, by=mona)) == {words, "clock"}


# --- Who, and what is written down ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writers", "editors"])
def test_only_moderators_act(thread: Thread, role: str) -> None:
    by, soon = factories.user(role), timezone.now() + DAY
    for act in (
        lambda: conversations.close_at(thread, at=soon, by=by),
        lambda: conversations.slow(thread, until=soon, by=by, reason="x"),
        lambda: conversations.release(thread, by=by),
        lambda: conversations.guide(thread, words="x", by=by),
        lambda: conversations.ask(thread, question="x", asker="x", by=by),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert Thread.objects.count() == 0


def test_the_calendar_of_the_page_has_its_words(edition: Edition, sign_in: Callable[..., Client]) -> None:
    """Django's date widgets get their words from a catalogue, without which their scripts fail."""
    page = sign_in("moderators").get(f"/admin/comments/thread/story/{edition.article_id}/").content.decode()
    assert 0 < page.index('src="/admin/jsi18n/"') < page.index("calendar")


def test_what_is_refused_because_a_colleague_was_faster_comes_back_with_why(
    edition: Edition, thread: Thread, mona: User, sign_in: Callable[..., Client]
) -> None:
    """The page has the forms of either an open or a closed conversation."""
    conversations.close(thread, by=mona)
    conversations.slow(thread, until=timezone.now() + DAY, by=mona, reason="Calm.")
    desk, page = sign_in("moderators"), f"/admin/comments/thread/story/{edition.article_id}/"
    typed = {"at_0": "2030-01-01", "at_1": "12:00", "length": "nonsense", "reason": "Quarrels"}
    for act in ("time", "slow"):
        response = desk.post(page, {"act": act, **typed})
        assert (response.status_code, read_form(response.text, f"{act}-form").fields["reason"]) == (422, ["Quarrels"])
    assertContains(
        desk.post(page, {"act": "time", **typed}), "This conversation is closed. Open it first.", status_code=422
    )


def test_a_story_that_nobody_has_read_has_no_conversation(mona: User, sign_in: Callable[..., Client]) -> None:
    article = factories.article()
    with pytest.raises(Refusal, match="Nobody has read this story yet"):
        conversations.close(Thread(article_id=article.pk), by=mona)
    scheduled = factories.scheduled()
    desk = sign_in("moderators")
    for pk in (article.pk, scheduled.article_id, 10**12):
        assert desk.get(f"/admin/comments/thread/story/{pk}/").status_code == 404
    assert Thread.objects.count() == 0


def test_the_log_is_never_changed(thread: Thread, mona: User) -> None:
    conversations.guide(thread, words="Be brief.", by=mona)
    table = ThreadChange._meta.db_table
    for sql in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    call_command("check", databases=["default"])
    assert log(thread) == [("guided", "Be brief.", "")]


# --- The page in the admin ------------------------------------------------------------------------------------------


def story(thread: Thread) -> str:
    return reverse("admin:comments_thread_story", args=[thread.article_id])


def test_a_moderator_does_all_of_it_on_one_page(thread: Thread, sign_in: Callable[..., Client]) -> None:
    desk, soon = sign_in("moderators"), timezone.now() + DAY
    assertContains(desk.get(story(thread)), "until somebody closes it")
    time = {"at_0": f"{soon:%Y-%m-%d}", "at_1": f"{soon:%H:%M}"}
    for data in (
        {"act": "time", **time, "reason": "A week is enough."},
        {"act": "slow", "length": "6", "reason": "Cool down."},
        {"act": "guide", "words": "Be brief."},
        {"act": "ask", "question": "What now?", "asker": "Ana"},
        {"act": "release", "reason": ""},
        {"act": "close", "reason": "Enough."},
        {"act": "reopen", "reason": ""},
    ):
        response = desk.post(story(thread), data)
        assert (response.status_code, response["Location"]) == (302, story(thread)), data
    acts = [act for act, _words, _reason in log(thread)]
    assert acts == ["timed", "slowed", "guided", "asked", "released", "closed", "opened"]
    kept = now_of(thread)
    assert (kept.is_open, kept.guidance, kept.question, kept.question_by) == (True, "Be brief.", "What now?", "Ana")


def test_what_is_refused_comes_back_with_what_was_typed(thread: Thread, sign_in: Callable[..., Client]) -> None:
    desk = sign_in("moderators")
    page = desk.post(story(thread), {"act": "ask", "question": "Who pays for <this>?", "asker": ""})
    assertContains(page, "Say who asks.", status_code=422)
    assertContains(page, "Who pays for &lt;this&gt;?", status_code=422)
    page = desk.post(story(thread), {"act": "time", "at_0": "2020-01-01", "at_1": "10:00", "reason": "Old <one>"})
    assertContains(page, "This time is over.", status_code=422)
    assertContains(page, "Old &lt;one&gt;", status_code=422)
    assert desk.post(story(thread), {"act": "delete"}).status_code == 200
    assert log(thread) == []


def test_the_lists_rows_lead_there(edition: Edition, sign_in: Callable[..., Client]) -> None:
    comment = factories.pending(edition)
    desk = sign_in("moderators")
    row = f"/admin/comments/thread/{comment.thread_id}/change/"
    assert desk.get(row)["Location"] == story(comment.thread)
    assert desk.get("/admin/comments/thread/99999/change/").status_code == 404
    assertContains(desk.get("/admin/comments/comment/"), story(comment.thread))
    assert sign_in("editors").get(story(comment.thread)).status_code == 403
