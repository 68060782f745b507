"""The numbers above the list of stories, and the newsroom on the admin's front page: what waits, and for whom."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from articles import editing, newsroom, publishing
from articles.models import Article, SectionEditor
from articles.states import Kind
from newsportal import admin_lists
from newsportal.admin_lists import AtLeast
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIST = "/admin/articles/article/"

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def submitted(writer: User, **fields: Any) -> Article:
    story = factories.article(writer, **fields)
    publishing.submit(story, by=writer, saw=story.version)
    return story


def sent_back(writer: User, note: str = "Why?", **fields: Any) -> Article:
    story = submitted(writer, **fields)
    by = factories.user("editors", first_name="Edda", last_name="Marsh")
    publishing.send_back(story, by=by, saw=story.version, note=note)
    return story


def edited(story: Article) -> Article:
    story.refresh_from_db()
    return editing.save(story, by=factories.user("editors"), saw=story.version, fields=["summary"])


def a_newsroom(writer: User) -> None:
    """In each queue, one story that is the writer's and one that is not."""
    for owner, of in ((writer, "mine"), (factories.user("writers"), "other")):
        factories.article(owner, headline=f"Draft, {of}")
        submitted(owner, headline=f"In review, {of}")
        sent_back(owner, headline=f"Sent back, {of}")
        factories.publish(factories.article(owner, headline=f"Scheduled, {of}"), at=NOW + timedelta(hours=2))
        story = factories.article(owner, headline=f"Changed, {of}")
        factories.publish(story)
        edited(story)
        corrected = factories.article(owner, headline=f"Corrected, {of}")
        factories.publish(corrected)
        factories.publish(corrected, kind=Kind.CORRECTION, note="12, not 21.")


def headlines(rows: Any) -> list[str]:
    return [row.headline for row in rows]


# --- The list -------------------------------------------------------------------------------------------------------


def test_each_number_is_how_many_rows_its_link_leads_to(sign_in: SignIn) -> None:
    writer, editor = factories.user("writers"), factories.user("editors")
    a_newsroom(writer)
    for user, expected in ((writer, [6, 1, 1, 1, 1]), (editor, [0, 2, 2, 2, 2])):
        client = sign_in(user=user)
        queues = client.get(LIST).context["queues"]
        assert [queue["count"] for queue in queues] == expected
        shown = [len(client.get(f"{LIST}?{queue['query']}").context["cl"].result_list) for queue in queues]
        assert shown == expected


def test_the_list_marks_the_queue_that_is_shown(sign_in: SignIn) -> None:
    client = sign_in("editors")
    for query in ("own=yes", "public=corrected"):
        queues = client.get(f"{LIST}?{query}").context["queues"]
        assert [queue["query"] for queue in queues if queue["is_current"]] == [query]
    assert client.get(LIST).context["all_shown"] is True


def test_an_editor_of_sections_counts_and_sees_those_alone(sign_in: SignIn) -> None:
    editor, writer = factories.user("editors"), factories.user("writers")
    SectionEditor.objects.create(user=editor, section=factories.section("Sport"))
    submitted(writer, headline="Theirs", section=factories.section("Sport"))
    foreign = submitted(writer, headline="Foreign")
    client = sign_in(user=editor)
    assert [queue["count"] for queue in client.get(LIST).context["queues"]] == [0, 1, 0, 0, 0]
    assert headlines(client.get(LIST).context["cl"].result_list) == ["Theirs"]
    assert client.get(f"{LIST}{foreign.pk}/change/").status_code == 302
    page = client.get("/admin/").text
    assert ("Theirs" in page, "Foreign" in page) == (True, False)


def test_a_scheduled_correction_does_not_count_as_one_yet() -> None:
    story = factories.live().article
    factories.publish(story, kind=Kind.CORRECTION, note="12, not 21.", at=NOW + timedelta(hours=1))
    assert list(Article.objects.corrected()) == []
    assert list(Article.objects.corrected(NOW + timedelta(hours=1))) == [story]


def test_a_number_is_not_counted_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_lists, "COUNTED_AT_ONCE", 2)
    editor = factories.user("editors")
    for _ in range(2):
        factories.article(editor)
    assert str(newsroom.counted(editor)[0][1]) == "2"
    factories.article(editor)
    count = newsroom.counted(editor)[0][1]
    assert (str(count), isinstance(count, AtLeast)) == ("2+", True)


# --- What waits -----------------------------------------------------------------------------------------------------


def test_what_was_sent_back_is_with_its_writer_until_it_is_handed_in_again() -> None:
    writer = factories.user("writers")
    story = sent_back(writer, note="A second source, please.")
    own = factories.article(writer)
    [back] = newsroom.sent_back_to(writer)
    assert (back.pk, back.sent_back_note, back.sent_back_by, back.sent_back_at) == (
        story.pk,
        "A second source, please.",
        "Edda Marsh",
        NOW,
    )
    assert list(newsroom.drafts_of(writer)) == [own]
    story.refresh_from_db()
    publishing.submit(story, by=writer, saw=story.version)
    assert list(newsroom.sent_back_to(writer)) == []


def test_an_edit_leaves_it_sent_back() -> None:
    writer = factories.user("writers")
    story = sent_back(writer)
    edited(story)
    assert list(newsroom.sent_back_to(writer)) == [story]


def test_editors_are_told_what_waits_for_review_and_writers_are_not() -> None:
    writer = factories.user("writers")
    first, second = submitted(writer), submitted(writer)
    editor = factories.user("editors")
    assert list(newsroom.to_review(editor)) == [first, second]
    assert list(newsroom.to_review(writer)) == []


def test_what_was_accepted_waits_until_it_is_published_or_scheduled() -> None:
    editor = factories.user("editors")
    story = factories.article()
    publishing.accept(story, by=editor, saw=story.version)
    assert list(newsroom.ready(editor)) == [story]
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert list(newsroom.ready(editor)) == []
    factories.publish(story, at=NOW + timedelta(hours=1))
    assert list(newsroom.ready(editor)) == []


def test_what_is_scheduled_comes_in_the_order_of_its_times() -> None:
    editor = factories.user("editors")
    later, sooner = factories.article(), factories.article()
    factories.publish(later, at=NOW + timedelta(hours=2))
    factories.publish(sooner, at=NOW + timedelta(hours=1))
    assert [edition.article_id for edition in newsroom.scheduled(editor)] == [sooner.pk, later.pk]


def test_a_withdrawal_is_scheduled_and_an_end_that_an_update_makes_is_none() -> None:
    editor = factories.user("editors")
    ending, followed = factories.live().article, factories.live().article
    ending.refresh_from_db()
    publishing.withdraw(ending, by=editor, saw=ending.version, at=NOW + timedelta(hours=1))
    factories.publish(followed, kind=Kind.UPDATE, at=NOW + timedelta(hours=1))
    assert [edition.article_id for edition in newsroom.withdrawals(editor)] == [ending.pk]


def test_live_today_is_what_readers_see_since_midnight_of_the_papers_zone(settings: Any) -> None:
    editor = factories.user("editors")
    settings.TIME_ZONE = "Europe/Berlin"
    # Midnight in Berlin is 23:00 of the day before.
    factories.live(headline="Yesterday", at=datetime(2026, 3, 1, 22, 59, tzinfo=UTC))
    factories.live(headline="First", at=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    factories.live(headline="Now")
    factories.withdrawn(headline="Withdrawn")
    factories.scheduled(headline="Tomorrow")
    assert headlines(newsroom.live_today(editor)) == ["Now", "First"]


# --- The front page of the admin ------------------------------------------------------------------------------------


def index(client: Client) -> str:
    response = client.get("/admin/")
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_a_writer_reads_what_was_sent_back_and_of_nobody_elses(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    a_newsroom(writer)
    page = index(sign_in(user=writer))
    assert "Edda Marsh: Why?" in page
    assert "Scheduled, mine" in page
    assert "first edition, 2 March 2026, 11:00 UTC" in page
    assert ", other" not in page
    assert "Accepted, not published yet" not in page


def test_the_front_page_says_where_there_is_nothing(sign_in: SignIn) -> None:
    page = index(sign_in("editors"))
    for words in (
        "Nothing waits for an editor.",
        "You have no draft in hand.",
        "Nothing lies in the future.",
        "Nothing has gone live since midnight.",
    ):
        assert words in page


def test_who_is_not_of_the_newsroom_sees_the_desk_alone_and_the_other_way_round(sign_in: SignIn) -> None:
    edition = factories.live(headline="A live story")
    factories.pending(edition)
    factories.pending(edition)
    moderator, editor, admin, nobody = (index(sign_in(role)) for role in ("moderators", "editors", "admin", ""))
    desk, room = 'id="desk-title"', 'id="newsroom-title"'
    assert [(desk in page, room in page) for page in (moderator, editor, admin, nobody)] == [
        (True, False),
        (False, True),
        (True, True),
        (False, False),
    ]
    assert "<strong>2</strong> Comments waiting" in moderator
    assert "The oldest has waited since 2 March 2026, 09:00 UTC." in moderator
    assert "A live story" not in moderator + nobody


def test_the_front_page_costs_the_same_for_one_of_each_and_for_many(
    sign_in: SignIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    writer = factories.user("writers")
    client = sign_in("editors")
    a_newsroom(writer)
    with django_assert_max_num_queries(30) as one:
        client.get("/admin/")
    for _ in range(2):
        a_newsroom(writer)
    with django_assert_num_queries(len(one)):
        client.get("/admin/")
