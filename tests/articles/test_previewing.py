"""Links to a working copy: who makes them, how they end, and what their recipients say."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from articles import previewing, publishing
from articles.limits import PREVIEW_DAYS_MOST, PREVIEW_LINKS, PREVIEW_NOTE_LENGTH, PREVIEW_NOTES
from articles.models import Article, PreviewLink, PreviewNote
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 2, 11, 12, tzinfo=UTC)


def invited(article: Article | None = None, **how: object) -> tuple[PreviewLink, str]:
    article = article or factories.article()
    return previewing.invite(article, **{"by": article.owner, "recipient": "A lawyer", **how})


# --- Invite ---------------------------------------------------------------------------------------------------------


def test_a_link_is_for_one_recipient_and_holds_for_a_week() -> None:
    article = factories.article()
    with time_machine.travel(NOW, tick=False):
        link, token = invited(article, recipient="  Ada \n Byrne ")
        found = previewing.link_of(token)
    assert found == link
    assert (link.article, link.recipient, link.made_by) == (article, "Ada Byrne", article.owner)
    assert (link.made_at, link.expires_at, link.opened_at) == (NOW, NOW + timedelta(days=7), None)


def test_the_database_does_not_know_the_token() -> None:
    _link, token = invited()
    (row,) = PreviewLink.objects.values_list()
    assert len(token) == 43
    assert [value for value in row if token in str(value)] == []


def test_two_links_of_one_story_have_tokens_of_their_own() -> None:
    article = factories.article()
    (first, one), (second, two) = invited(article), invited(article)
    assert (previewing.link_of(one), previewing.link_of(two)) == (first, second)


@pytest.mark.parametrize("recipient", ["", " \n ", "\x00"])
def test_a_link_for_nobody_is_refused(recipient: str) -> None:
    with pytest.raises(Refusal, match="Say whom the link is for"):
        invited(recipient=recipient)


@pytest.mark.parametrize("days", [-1, 0, PREVIEW_DAYS_MOST + 1])
def test_a_link_holds_for_a_day_at_least_and_a_month_at_most(days: int) -> None:
    with pytest.raises(Refusal, match="1 to 30 days"):
        invited(days=days)
    assert not PreviewLink.objects.exists()


def test_a_story_has_a_bounded_number_of_open_links() -> None:
    article = factories.article()
    links = [invited(article)[0] for _number in range(PREVIEW_LINKS)]
    with pytest.raises(Refusal, match="20 open links"):
        invited(article)
    previewing.revoke(links[0], by=article.owner)
    assert invited(article)[0].is_open()


def test_who_may_edit_a_story_may_show_it() -> None:
    writer = factories.user("writers")
    own = factories.article(by=writer)
    assert invited(own, by=writer)[0].made_by == writer
    assert invited(own, by=factories.user("editors"))[0].article == own
    for by in (factories.user("writers"), factories.user("moderators"), factories.user()):
        with pytest.raises(NotPermitted):
            invited(own, by=by)
    publishing.submit(own, by=writer, saw=own.version)
    with pytest.raises(NotPermitted):
        invited(own, by=writer)


# --- How it ends ----------------------------------------------------------------------------------------------------


def test_a_link_leads_to_the_story_until_its_second() -> None:
    with time_machine.travel(NOW, tick=False):
        link, token = invited(days=2)
    with time_machine.travel(link.expires_at - timedelta(seconds=1), tick=False):
        assert previewing.link_of(token) == link
    with time_machine.travel(link.expires_at, tick=False):
        assert previewing.link_of(token) is None


def test_a_revoked_link_leads_nowhere_and_is_revoked_once() -> None:
    link, token = invited()
    editor = factories.user("editors")
    previewing.revoke(link, by=editor)
    assert (previewing.link_of(token), link.is_open(), link.revoked_by) == (None, False, editor)
    with pytest.raises(Stale, match="revoked already"):
        previewing.revoke(link, by=link.made_by)
    link.refresh_from_db()
    assert link.revoked_by == editor


def test_a_writer_who_has_handed_in_still_may_revoke_and_nobody_elses_writer_may() -> None:
    writer = factories.user("writers")
    own = factories.article(by=writer)
    link, token = invited(own)
    publishing.submit(own, by=writer, saw=own.version)
    assert previewing.link_of(token) == link
    with pytest.raises(NotPermitted):
        previewing.revoke(link, by=factories.user("writers"))
    previewing.revoke(link, by=writer)
    assert previewing.link_of(token) is None


def test_a_link_ends_with_the_account_of_who_made_it_and_with_their_rights() -> None:
    gone, moved = factories.user("editors"), factories.user("editors")
    article = factories.article()
    (_first, one), (_second, two), (third, three) = (invited(article, by=by) for by in (gone, moved, article.owner))
    gone.is_active = False
    gone.save()
    moved.groups.clear()
    assert [previewing.link_of(token) for token in (one, two, three)] == [None, None, third]


@pytest.mark.parametrize("token", ["", "x", "ä" * 43, "\x00", "x" * 10_000])
def test_a_text_that_is_no_token_leads_nowhere(token: str) -> None:
    invited()
    assert previewing.link_of(token) is None


def test_when_it_was_opened_last_is_written_down_once_a_minute() -> None:
    link, _token = invited()
    for second, expected in ((0, 0), (59, 0), (61, 61)):
        with time_machine.travel(NOW + timedelta(seconds=second), tick=False):
            previewing.note_opened(link)
        link.refresh_from_db()
        assert link.opened_at == NOW + timedelta(seconds=expected)


# --- Notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_plain_text_on_the_version_that_was_read() -> None:
    article = factories.article()
    link, _token = invited(article)
    Article.objects.filter(pk=article.pk).update(version=7)
    link = PreviewLink.objects.get(pk=link.pk)
    with time_machine.travel(NOW, tick=False):
        note = previewing.leave_note(link, text=" <b>Wrong</b>\r\nday \x00", saw=5)
    note.refresh_from_db()
    assert (note.text, note.article_version, note.left_at, note.settled_at) == ("<b>Wrong</b>\nday", 5, NOW, None)
    assert [previewing.leave_note(link, text=str(saw), saw=saw).article_version for saw in (0, 8, 7)] == [7, 7, 7]


def test_the_same_words_twice_are_one_note_until_it_is_done() -> None:
    link, _token = invited()
    first = previewing.leave_note(link, text="The day is wrong.", saw=1)
    assert previewing.leave_note(link, text=" The day is wrong. ", saw=1) == first
    previewing.settle_note(first, by=link.made_by)
    assert previewing.leave_note(link, text="The day is wrong.", saw=1) != first


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_a_note_without_words_is_refused(text: str) -> None:
    link, _token = invited()
    with pytest.raises(Refusal, match="Write a note"):
        previewing.leave_note(link, text=text, saw=1)


def test_notes_are_bounded_in_length_and_number() -> None:
    link, _token = invited()
    with pytest.raises(Refusal, match=f"this one has {PREVIEW_NOTE_LENGTH + 1}"):
        previewing.leave_note(link, text="x" * (PREVIEW_NOTE_LENGTH + 1), saw=1)
    previewing.leave_note(link, text="x" * PREVIEW_NOTE_LENGTH, saw=1)
    for number in range(PREVIEW_NOTES - 1):
        previewing.leave_note(link, text=f"Note {number}", saw=1)
    with pytest.raises(Refusal, match="No more notes"):
        previewing.leave_note(link, text="One more", saw=1)
    assert link.notes.count() == PREVIEW_NOTES


def test_a_note_is_settled_once_by_who_may_see_the_story() -> None:
    writer = factories.user("writers")
    link, _token = invited(factories.article(by=writer))
    note = previewing.leave_note(link, text="The day is wrong.", saw=1)
    with pytest.raises(NotPermitted):
        previewing.settle_note(note, by=factories.user("writers"))
    previewing.settle_note(note, by=writer)
    assert (note.settled_by, note.settled_at is not None) == (writer, True)
    with pytest.raises(Stale, match="done already"):
        previewing.settle_note(note, by=factories.user("editors"))


def test_the_notes_that_are_not_done_are_counted_story_by_story() -> None:
    first, second, third = (factories.article() for _number in range(3))
    for article, texts in ((first, "ab"), (first, "c"), (second, "d")):
        link, _token = invited(article)
        for text in texts:
            previewing.leave_note(link, text=text, saw=1)
    previewing.settle_note(PreviewNote.objects.get(text="a"), by=first.owner)
    counted = Article.objects.with_open_notes().values_list("pk", "open_notes")
    assert dict(counted) == {first.pk: 2, second.pk: 1, third.pk: 0}
