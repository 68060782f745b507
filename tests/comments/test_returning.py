"""A comment that is returned to its author: the passage, the way back to the same moderator, and the clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import conversations, moderation, notifications, policy, posting, standing
from comments.models import Comment, Network
from comments.states import Actor, Restraint, Standing, Status
from comments.tokens import own_path
from newsportal.refusal import Refusal, Stale
from tests import factories
from tests.comments.authors import author, give
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT


def returned(comment: Comment, **how: object) -> Comment:
    given = {"explanation": "Who says so?", "by": factories.user("moderators"), **how}
    moderation.decide(comment, to=Status.RETURNED, saw=comment.seen, **given)  # type: ignore[arg-type]
    return comment


def edited(comment: Comment) -> Comment:
    return posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())


def test_the_passage_is_kept_as_it_stands_in_the_text(edition: Edition) -> None:
    comment = returned(factories.pending(edition), passage=" in\r\nAsia hang ")
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    assert latest.passage == "in Asia hang"


def test_a_passage_that_does_not_stand_in_the_text_is_refused(edition: Edition) -> None:
    comment = factories.pending(edition)
    with pytest.raises(Refusal, match="The marked passage does not stand in the comment"):
        returned(comment, passage="in America")
    assert comment.decisions.count() == 1


def test_its_author_sees_the_passage_marked_and_until_when(clock: Traveller, edition: Edition) -> None:
    comment = returned(factories.pending(edition), passage="in Asia")
    page = read(Client().get(own_path(comment)))
    assert words(page.one("mark")) == "in Asia"
    said = [words(one) for one in page.all("section", class_="reason")[0].all("p")]
    assert said[0] == "You can change it until 9 March 2026, 12:00 UTC; after that it closes unpublished."
    assert said[1:5] == ["The moderator writes:", "Who says so?", "This is the passage:", "in Asia"]


def test_changed_it_comes_back_to_who_returned_it_until_somebody_else_decides(edition: Edition) -> None:
    mona = factories.user("moderators")
    comment = edited(returned(factories.pending(edition), by=mona))
    assert (comment.status, comment.returned_by, comment.closes_at) == (Status.PENDING, mona, None)
    decision = moderation.decide(comment, to=Status.APPROVED, by=factories.user("moderators"), saw=comment.seen)
    assert comment.returned_by is None
    moderation.undo(decision, by=mona)
    comment.refresh_from_db()
    assert (comment.status, comment.returned_by) == (Status.PENDING, mona)


def test_unanswered_it_closes_after_seven_days_by_the_clock_and_its_author_is_told(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(comment)
    returned(comment)
    call_command("worker", "--once")
    clock.shift(policy.RETURN_WINDOW - timedelta(seconds=1))
    assert moderation.close_unchanged() == 0
    clock.shift(1)
    assert (moderation.close_unchanged(), moderation.close_unchanged()) == (1, 0)
    comment.refresh_from_db()
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    assert (comment.status, comment.closes_at, latest.actor, latest.reason) == (
        Status.REJECTED,
        None,
        Actor.CLOCK,
        "",
    )
    mail.outbox.clear()
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    (message,) = mail.outbox
    assert message.subject == f"Your comment on “{edition.headline}” is closed"
    assert "It was closed, for it was not changed within seven days." in message.body
    assert "It was decided automatically." in message.body
    page = words(read(Client().get(own_path(comment))).all("section", class_="reason")[0])
    assert "It was closed, for it was not changed within seven days." in page


def test_the_worker_closes_what_is_due(clock: Traveller, edition: Edition) -> None:
    comment = returned(factories.pending(edition))
    clock.shift(policy.RETURN_WINDOW)
    call_command("worker", "--once")
    comment.refresh_from_db()
    assert comment.status == Status.REJECTED


def test_who_changes_it_in_time_is_not_closed(clock: Traveller, edition: Edition) -> None:
    edited(returned(factories.pending(edition)))
    clock.shift(policy.RETURN_WINDOW)
    assert moderation.close_unchanged() == 0
    assert Comment.objects.get().status == Status.PENDING


def test_who_changes_it_after_the_clock_is_told_so_and_keeps_the_words(clock: Traveller, edition: Edition) -> None:
    comment = returned(factories.pending(edition))
    clock.shift(policy.RETURN_WINDOW)
    moderation.close_unchanged()
    with pytest.raises(Stale, match="Your comment has changed since this page was shown to you"):
        edited(comment)


def test_many_that_are_due_cost_as_many_queries_as_three(
    clock: Traveller, edition: Edition, django_assert_num_queries: Callable[..., object]
) -> None:
    def due(number: int) -> None:
        for _ in range(number):
            returned(factories.pending(edition))
        clock.shift(policy.RETURN_WINDOW)

    for number in (2, 6):
        due(number)
        with django_assert_num_queries(6):
            assert moderation.close_unchanged() == number


def test_undoing_a_decision_on_a_returned_comment_gives_its_author_the_whole_time_again(
    clock: Traveller, edition: Edition
) -> None:
    comment, moderator = returned(factories.pending(edition)), factories.user("moderators")
    clock.shift(timedelta(days=6))
    spam = moderation.decide(comment, to=Status.SPAM, by=moderator, saw=comment.seen)
    moderation.undo(spam, by=moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.closes_at) == (Status.RETURNED, timezone.now() + policy.RETURN_WINDOW)


# --- What was asked may be answered ---------------------------------------------------------------------------------


def test_it_may_be_changed_once_when_the_conversation_has_closed_since(edition: Edition) -> None:
    comment = returned(factories.pending(edition))
    conversations.close(comment.thread, by=factories.user("moderators"))
    comment = Comment.objects.get()
    assert read(Client().get(own_path(comment))).one("textarea", name="body").text.strip().startswith(GOOD_TEXT)
    assert edited(comment).status == Status.PENDING
    with pytest.raises(posting.Closed):
        edited(Comment.objects.get())
    moderation.decide(comment, to=Status.APPROVED, by=factories.user("moderators"), saw=comment.seen)
    assert (comment.is_public, comment.revision_number) == (True, 2)


@pytest.mark.parametrize("to", [Standing.PAUSED, Standing.BARRED])
def test_who_was_shut_out_since_may_answer_and_a_person_reads_it(edition: Edition, to: Standing) -> None:
    commenter = author(edition)
    comment = returned(commenter.comments.get())
    give(commenter, to)
    comment = Comment.objects.get()
    page = read(Client().get(own_path(comment)))
    assert page.one("textarea", name="body").text.strip().startswith(GOOD_TEXT)
    assert "nothing can be changed but what a moderator asks you to change" in words(page.one("main"))
    comment = edited(comment)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    assert (comment.status, latest.findings[0]["rule"]) == (Status.PENDING, f"{to}_author")
    with pytest.raises(posting.Barred if to is Standing.BARRED else posting.Paused):
        edited(Comment.objects.get())


@pytest.mark.parametrize("to", [Restraint.SLOWED, Restraint.PAUSED])
def test_who_writes_from_a_restrained_network_may_answer(
    edition: Edition, to: Restraint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "SLOWED_HOURLY", 1)
    comment = returned(factories.pending(edition))
    network = Network.objects.get()
    standing.restrain(network, to=to, by=factories.user("moderators"), saw="0", reason="A flood.")
    assert edited(comment).status == Status.PENDING
    with pytest.raises(posting.Paused):
        edited(Comment.objects.get())


def test_unanswered_it_closes_for_them_as_for_everybody(clock: Traveller, edition: Edition) -> None:
    comment = returned(factories.pending(edition))
    conversations.close(comment.thread, by=factories.user("moderators"))
    clock.shift(policy.RETURN_WINDOW)
    assert moderation.close_unchanged() == 1
    assert Comment.objects.get().status == Status.REJECTED
