"""The verbs of the newsroom: what each does, from which state, by whom; and what it refuses without a trace."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from articles import editing, publishing
from articles.models import Article, ArticleLog, Edition
from articles.moments import ahead
from articles.publishing import Scheduled
from articles.states import Act, Kind, Status
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def editor() -> User:
    return factories.user("editors")


def reloaded(story: Article) -> Article:
    return Article.objects.get(pk=story.pk)


def of(edition: Edition) -> Article:
    return Article.objects.get(pk=edition.article_id)


def spans(story: Article) -> list[tuple[int, datetime, datetime | None]]:
    """Number, beginning and end of each edition that was not cancelled, ordered by their beginnings."""
    editions = story.editions.uncancelled().order_by("visible_from", "number")
    return list(editions.values_list("number", "visible_from", "visible_until"))


def acts(story: Article) -> list[str]:
    return list(story.log.order_by("pk").values_list("act", flat=True))


def seen_by_readers(story: Article) -> list[int]:
    return list(Edition.objects.live().filter(article=story).values_list("number", flat=True))


def trace(story: Article) -> tuple[Any, ...]:
    """Everything that a refused verb must leave unchanged."""
    return (
        list(Article.objects.filter(pk=story.pk).values()),
        list(Edition.objects.filter(article=story).order_by("pk").values()),
        list(ArticleLog.objects.filter(article=story).order_by("pk").values()),
    )


def in_status(status: Status, by: User) -> Article:
    story = factories.article(by)
    if status is Status.IN_REVIEW:
        publishing.submit(story, by=by, saw=story.version)
    if status is Status.READY:
        publishing.accept(story, by=by, saw=story.version)
    return story


def send_back(story: Article, *, by: User, saw: int) -> None:
    publishing.send_back(story, by=by, saw=saw, note="Please name a second source.")


VERBS: dict[str, Callable[..., Any]] = {
    "submit": publishing.submit,
    "send_back": send_back,
    "accept": publishing.accept,
    "publish": publishing.publish,
    "cancel": publishing.cancel,
    "withdraw": publishing.withdraw,
}

# --- Steps of the desk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "start", "end"),
    [
        ("submit", Status.DRAFT, Status.IN_REVIEW),
        ("accept", Status.DRAFT, Status.READY),
        ("accept", Status.IN_REVIEW, Status.READY),
        ("send_back", Status.IN_REVIEW, Status.DRAFT),
        ("send_back", Status.READY, Status.DRAFT),
        ("publish", Status.DRAFT, Status.READY),
        ("publish", Status.IN_REVIEW, Status.READY),
        ("publish", Status.READY, Status.READY),
    ],
)
def test_a_step_moves_the_story_and_raises_its_version_by_one(
    verb: str, start: Status, end: Status, editor: User
) -> None:
    story = in_status(start, editor)
    other = factories.user("editors")
    version = story.version
    VERBS[verb](story, by=other, saw=version)
    after = reloaded(story)
    assert (after.status, after.version, after.changed_by, after.changed_at) == (end, version + 1, other, NOW)
    assert (story.status, story.version) == (end, version + 1)


@pytest.mark.parametrize(
    ("verb", "start", "words"),
    [
        ("submit", Status.IN_REVIEW, "This story is in review."),
        ("submit", Status.READY, "This story is ready."),
        ("accept", Status.READY, "This story is ready."),
        ("send_back", Status.DRAFT, "This story is draft."),
        ("cancel", Status.DRAFT, "Nothing of this story is scheduled."),
        ("cancel", Status.IN_REVIEW, "Nothing of this story is scheduled."),
        ("cancel", Status.READY, "Nothing of this story is scheduled."),
        ("withdraw", Status.DRAFT, "Nothing of this story is public at that time."),
        ("withdraw", Status.IN_REVIEW, "Nothing of this story is public at that time."),
        ("withdraw", Status.READY, "Nothing of this story is public at that time."),
    ],
)
def test_a_step_that_is_not_allowed_is_refused_without_a_trace(
    verb: str, start: Status, words: str, editor: User
) -> None:
    story = in_status(start, editor)
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        VERBS[verb](story, by=editor, saw=story.version)
    assert (refused.value.words, type(refused.value)) == (words, Refusal)
    assert trace(story) == before


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_saw_an_older_version_is_told_who_was_quicker(verb: str, editor: User) -> None:
    story = factories.article(editor)
    quick = factories.user("editors", username="quick")
    editing.save(reloaded(story), by=quick, saw=1, fields=["headline"])
    before = trace(story)
    with pytest.raises(Stale) as refused:
        VERBS[verb](story, by=editor, saw=1)
    assert refused.value.words == "quick changed this story at 09:00:00 UTC, after you opened it."
    assert trace(story) == before


@pytest.mark.parametrize("verb", ["send_back", "accept", "publish", "cancel", "withdraw"])
@pytest.mark.parametrize("role", ["writers", "moderators", ""])
def test_only_editors_may_accept_publish_and_withdraw(verb: str, role: str) -> None:
    somebody = factories.user(role)
    story = factories.article(somebody)
    before = trace(story)
    with pytest.raises(NotPermitted) as refused:
        VERBS[verb](story, by=somebody, saw=story.version)
    assert refused.value.words == "Only editors may do this."
    assert trace(story) == before


def test_writers_submit_their_own_drafts_and_nobody_elses() -> None:
    writer = factories.user("writers")
    own, others = factories.article(writer), factories.article()
    publishing.submit(own, by=writer, saw=own.version, note="Please look at the figures.")
    entry = own.log.get(act=Act.SUBMITTED)
    assert (own.status, entry.by, entry.at, entry.note) == (
        Status.IN_REVIEW,
        writer,
        NOW,
        "Please look at the figures.",
    )
    before = trace(others)
    with pytest.raises(NotPermitted) as refused:
        publishing.submit(others, by=writer, saw=others.version)
    assert refused.value.words == "Only its writer or an editor may submit this story."
    assert trace(others) == before


def test_a_writer_cannot_submit_twice() -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    publishing.submit(story, by=writer, saw=story.version)
    with pytest.raises(NotPermitted):
        publishing.submit(story, by=writer, saw=story.version)
    assert acts(story) == [Act.CREATED, Act.SUBMITTED]


@pytest.mark.parametrize("note", ["", " \n\t"])
def test_a_story_is_not_sent_back_without_a_word(note: str, editor: User) -> None:
    story = in_status(Status.IN_REVIEW, editor)
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        publishing.send_back(story, by=editor, saw=story.version, note=note)
    assert refused.value.words == "Say in the note what the writer should change."
    assert trace(story) == before


def test_every_step_is_in_the_log_with_its_note(editor: User) -> None:
    story = in_status(Status.IN_REVIEW, editor)
    publishing.send_back(story, by=editor, saw=story.version, note="Shorter.")
    publishing.accept(story, by=editor, saw=story.version, note="Good.")
    assert list(story.log.order_by("pk").values_list("act", "note", "edition_number", "effective_at")) == [
        (Act.CREATED, "", None, None),
        (Act.SUBMITTED, "", None, None),
        (Act.SENT_BACK, "Shorter.", None, None),
        (Act.ACCEPTED, "Good.", None, None),
    ]


# --- Publishing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_the_first_edition_is_called_first_whatever_is_asked(kind: Kind, editor: User) -> None:
    edition = publishing.publish(factories.article(editor), by=editor, saw=1, kind=kind)
    assert (edition.kind, edition.number, edition.note) == (Kind.FIRST, 1, "")
    assert (edition.visible_from, edition.visible_until) == (NOW, None)
    assert (edition.first_visible_from, edition.told_from, edition.article_version) == (NOW, NOW, 2)


def test_publishing_is_logged_with_number_and_time(editor: User) -> None:
    edition = publishing.publish(factories.article(editor), by=editor, saw=1, note="Checked by two.")
    entry = ArticleLog.objects.get(act=Act.PUBLISHED)
    assert (entry.article, entry.by, entry.at, entry.edition_number, entry.effective_at, entry.note) == (
        edition.article,
        editor,
        NOW,
        1,
        NOW,
        "Checked by two.",
    )


def test_the_next_edition_begins_where_the_last_one_ends() -> None:
    first = factories.live()
    with time_machine.travel(NOW + HOUR, tick=False):
        second = factories.updated(first, note="  New figures. ")
    assert spans(of(first)) == [(1, NOW, NOW + HOUR), (2, NOW + HOUR, None)]
    assert (second.kind, second.note, second.first_visible_from) == (Kind.UPDATE, "New figures.", NOW)


def test_readers_keep_the_last_edition_while_the_desk_goes_on_writing() -> None:
    edition = factories.live(headline="As printed")
    story = of(edition)
    story.headline = "As it is being rewritten"
    editing.save(story, by=factories.user("editors"), saw=story.version, fields=["headline"])
    assert [one.headline for one in Edition.objects.live()] == ["As printed"]


@pytest.mark.parametrize("note", ["", "  \n"])
@pytest.mark.parametrize("kind", [Kind.CLARIFICATION, Kind.CORRECTION])
def test_a_correction_without_a_public_note_is_refused(kind: Kind, note: str) -> None:
    edition = factories.live()
    before = trace(of(edition))
    with pytest.raises(Refusal) as refused:
        factories.updated(edition, kind=kind, note=note)
    assert refused.value.words == "A clarification or correction needs a public note."
    assert trace(of(edition)) == before


def test_a_later_edition_says_what_it_changes() -> None:
    edition = factories.live()
    with pytest.raises(Refusal) as refused:
        factories.updated(edition, kind=Kind.FIRST)
    assert refused.value.words == "Say what kind of change this is: typo, update, clarification or correction."
    assert spans(of(edition)) == [(1, NOW, None)]


def test_a_typo_does_not_renew_the_date_that_readers_are_told() -> None:
    first = factories.live()
    with time_machine.travel(NOW + HOUR, tick=False):
        second = factories.updated(first)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        third = factories.updated(first, kind=Kind.TYPO)
    assert [one.told_from for one in (first, second, third)] == [NOW, NOW + HOUR, NOW + HOUR]


def test_an_edition_may_not_begin_in_the_past(editor: User) -> None:
    story = factories.article(editor)
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        publishing.publish(story, by=editor, saw=1, at=NOW - timedelta(seconds=1))
    assert refused.value.words == "An edition cannot begin in the past."
    assert trace(story) == before


def test_an_archive_may_date_editions_back_but_only_in_their_order() -> None:
    archivist = factories.archivist()
    first = factories.live(at=NOW - 10 * DAY)
    second = factories.publish(first.article, by=archivist, kind=Kind.UPDATE, at=NOW - 5 * DAY)
    assert (second.first_visible_from, second.told_from) == (NOW - 10 * DAY, NOW - 5 * DAY)
    with pytest.raises(Refusal) as refused:
        factories.publish(first.article, by=archivist, kind=Kind.UPDATE, at=NOW - 7 * DAY)
    assert refused.value.words == "An edition cannot begin before one that readers have seen."
    assert spans(of(first)) == [(1, NOW - 10 * DAY, NOW - 5 * DAY), (2, NOW - 5 * DAY, None)]


def test_nobody_publishes_before_the_embargo(editor: User) -> None:
    story = factories.article(editor, embargo=NOW + HOUR)
    before = trace(story)
    for at in (None, NOW + HOUR - timedelta(seconds=1)):
        with pytest.raises(Refusal) as refused:
            publishing.publish(story, by=editor, saw=1, at=at)
        assert refused.value.words == "This story is under embargo until 2 March 2026, 10:00 UTC."
        assert trace(story) == before
    edition = publishing.publish(story, by=editor, saw=1, at=NOW + HOUR)
    assert edition.visible_from == NOW + HOUR


# --- Scheduling -----------------------------------------------------------------------------------------------------


def test_a_scheduled_story_appears_by_the_clock_alone() -> None:
    edition = factories.publish(factories.article(), at=NOW + HOUR)
    assert (acts(of(edition)), of(edition).status) == ([Act.CREATED, Act.SCHEDULED], Status.READY)
    assert seen_by_readers(of(edition)) == []
    with time_machine.travel(NOW + HOUR - timedelta(microseconds=1), tick=False):
        assert seen_by_readers(of(edition)) == []
    with time_machine.travel(NOW + HOUR, tick=False):
        assert seen_by_readers(of(edition)) == [1]


def test_a_scheduled_update_takes_over_by_the_clock_alone() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + HOUR)
    assert spans(of(first)) == [(1, NOW, NOW + HOUR), (2, NOW + HOUR, None)]
    assert seen_by_readers(of(first)) == [1]
    with time_machine.travel(NOW + HOUR, tick=False):
        assert seen_by_readers(of(first)) == [2]


def test_cancelling_a_scheduled_update_leaves_the_story_as_it_stood() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + HOUR)
    story = of(first)
    publishing.cancel(story, by=factories.user("editors"), saw=story.version, note="Held back.")
    entry = story.log.get(act=Act.CANCELLED)
    assert (entry.edition_number, entry.effective_at, entry.note) == (2, NOW + HOUR, "Held back.")
    assert spans(story) == [(1, NOW, None)]


def test_cancelling_moves_no_end_but_that_of_the_edition_before() -> None:
    first = factories.live(at=NOW - HOUR)
    factories.updated(first)
    factories.updated(first, at=NOW + HOUR)
    story = of(first)
    publishing.cancel(story, by=factories.user("editors"), saw=story.version)
    assert spans(story) == [(1, NOW - HOUR, NOW), (2, NOW, None)]


def _scheduled_with(first: Edition, headline: str) -> Edition:
    story, editor = of(first), factories.user("editors")
    story.headline = headline
    editing.save(story, by=editor, saw=story.version, fields=["headline"])
    return factories.publish(story, kind=Kind.UPDATE, at=NOW + HOUR)


def test_a_cancelled_edition_keeps_its_words_and_nothing_but_the_list_of_editions_knows_it() -> None:
    first = factories.live(headline="As it was")
    later = _scheduled_with(first, "Never to be read")
    story, editor = of(first), factories.user("editors")
    publishing.cancel(story, by=editor, saw=story.version)
    later.refresh_from_db()
    assert (later.headline, later.visible_from, later.visible_until) == ("Never to be read", NOW + HOUR, NOW + HOUR)
    for moment in (NOW, NOW + HOUR, NOW + DAY):
        with time_machine.travel(moment, tick=False):
            assert list(Edition.objects.live()) == [first]
            assert list(Edition.objects.begun()) == [first]
            assert (list(Edition.objects.scheduled()), ahead(moment)) == ([], [])
            shown = Article.objects.with_presence().get(pk=story.pk)
            assert (shown.is_live, shown.is_ending, shown.is_scheduled) == (True, False, False)
    editing.restore(of(first), later, by=editor, saw=of(first).version)
    assert of(first).headline == "Never to be read"


def test_who_takes_a_cancelled_edition_back_cannot_show_early_what_was_scheduled_again() -> None:
    first = factories.live(headline="As it was")
    later = _scheduled_with(first, "For later")
    story, editor = of(first), factories.user("editors")
    publishing.cancel(story, by=editor, saw=story.version)
    publishing.publish(of(first), by=editor, saw=of(first).version, kind=Kind.UPDATE, at=NOW + DAY)
    story = editing.restore(of(first), Edition.objects.get(pk=later.pk), by=editor, saw=of(first).version)
    with pytest.raises(Refusal):
        publishing.publish(story, by=editor, saw=story.version, kind=Kind.TYPO, scheduled=Scheduled.KEEP)


def test_a_first_edition_that_was_cancelled_is_no_publication() -> None:
    scheduled = factories.publish(factories.article(), at=NOW + HOUR)
    story = of(scheduled)
    publishing.cancel(story, by=factories.user("editors"), saw=story.version)
    with time_machine.travel(NOW + DAY, tick=False):
        shown = Article.objects.with_presence().get(pk=story.pk)
        assert (shown.was_published, list(Article.objects.ready_unpublished(NOW))) == (False, [story])
        later = factories.publish(of(scheduled))
        assert (later.kind, later.first_visible_from) == (Kind.FIRST, NOW + DAY)


def test_the_number_of_a_cancelled_edition_is_not_used_again() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + HOUR)
    story = of(first)
    publishing.cancel(story, by=factories.user("editors"), saw=story.version)
    assert factories.updated(first).number == 3


def test_a_story_whose_first_edition_was_cancelled_still_begins_with_a_first_one() -> None:
    scheduled = factories.publish(factories.article(), at=NOW + DAY)
    story = of(scheduled)
    publishing.cancel(story, by=factories.user("editors"), saw=story.version)
    edition = factories.publish(story)
    assert (edition.kind, edition.number, edition.first_visible_from) == (Kind.FIRST, 2, NOW)


def test_publishing_while_something_is_scheduled_asks_what_becomes_of_it() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + HOUR)
    before = trace(of(first))
    with pytest.raises(Refusal) as refused:
        factories.updated(first)
    assert refused.value.words == (
        "An edition is scheduled for 2 March 2026, 10:00 UTC. Say whether it is cancelled or kept."
    )
    assert trace(of(first)) == before


def test_a_scheduled_edition_that_is_kept_is_marked_as_based_on_an_older_one() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + 2 * HOUR)
    with time_machine.travel(NOW + HOUR, tick=False):
        factories.updated(first, scheduled=Scheduled.KEEP)
    assert spans(of(first)) == [
        (1, NOW, NOW + HOUR),
        (3, NOW + HOUR, NOW + 2 * HOUR),
        (2, NOW + 2 * HOUR, None),
    ]
    assert list(Edition.objects.order_by("number").values_list("based_on_older", flat=True)) == [False, True, False]


def test_a_scheduled_edition_that_is_cancelled_leaves_only_the_new_one() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + 2 * HOUR)
    with time_machine.travel(NOW + HOUR, tick=False):
        factories.updated(first, scheduled=Scheduled.CANCEL)
    assert spans(of(first)) == [(1, NOW, NOW + HOUR), (3, NOW + HOUR, None)]


@pytest.mark.parametrize("later", [HOUR, 2 * HOUR, 3 * HOUR])
def test_an_update_may_be_scheduled_anew_for_any_time(later: timedelta) -> None:
    first = factories.live()
    factories.updated(first, at=NOW + 2 * HOUR)
    factories.updated(first, at=NOW + later, scheduled=Scheduled.CANCEL)
    assert spans(of(first)) == [(1, NOW, NOW + later), (3, NOW + later, None)]


@pytest.mark.parametrize("later", [timedelta(), HOUR, 2 * HOUR, 3 * HOUR])
def test_a_first_edition_may_be_scheduled_anew_and_stays_the_first(later: timedelta) -> None:
    scheduled = factories.publish(factories.article(), at=NOW + 2 * HOUR)
    edition = factories.publish(scheduled.article, at=NOW + later, scheduled=Scheduled.CANCEL)
    assert spans(of(scheduled)) == [(2, NOW + later, None)]
    assert (edition.kind, edition.first_visible_from, edition.told_from) == (Kind.FIRST, NOW + later, NOW + later)


def test_a_kept_edition_counts_from_the_first_one_that_readers_see() -> None:
    kept = factories.publish(factories.article(), at=NOW + 2 * HOUR)
    edition = factories.publish(kept.article, scheduled=Scheduled.KEEP)
    assert (edition.kind, edition.first_visible_from) == (Kind.FIRST, NOW)
    kept.refresh_from_db()
    assert (kept.kind, kept.first_visible_from, kept.based_on_older) == (Kind.UPDATE, NOW, True)
    assert spans(of(kept)) == [(2, NOW, NOW + 2 * HOUR), (1, NOW + 2 * HOUR, None)]


@pytest.mark.parametrize("later", [2 * HOUR, 3 * HOUR])
def test_two_editions_never_lie_in_the_future(later: timedelta) -> None:
    first = factories.live()
    factories.updated(first, at=NOW + 2 * HOUR)
    before = trace(of(first))
    with pytest.raises(Refusal):
        factories.updated(first, at=NOW + later, scheduled=Scheduled.KEEP)
    assert trace(of(first)) == before


def test_a_scheduled_edition_cannot_be_kept_behind_another_scheduled_one() -> None:
    first = factories.live()
    factories.updated(first, at=NOW + 2 * HOUR)
    before = trace(of(first))
    with pytest.raises(Refusal):
        factories.updated(first, at=NOW + HOUR, scheduled=Scheduled.KEEP)
    assert trace(of(first)) == before


# --- Withdrawing ----------------------------------------------------------------------------------------------------


def test_a_withdrawn_story_is_gone_at_once_and_the_edition_is_kept() -> None:
    edition = factories.live()
    story = of(edition)
    with time_machine.travel(NOW + HOUR, tick=False):
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version, note="Source denies it.")
        assert seen_by_readers(story) == []
    entry = story.log.get(act=Act.WITHDRAWN)
    assert (entry.edition_number, entry.effective_at, entry.note) == (1, NOW + HOUR, "Source denies it.")
    assert spans(story) == [(1, NOW, NOW + HOUR)]
    assert reloaded(story).status == Status.READY


def test_a_story_withdrawn_and_published_again_keeps_its_first_date() -> None:
    edition = factories.live()
    story = of(edition)
    with time_machine.travel(NOW + HOUR, tick=False):
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        again = factories.updated(edition)
        assert seen_by_readers(story) == [2]
    assert spans(story) == [(1, NOW, NOW + HOUR), (2, NOW + 2 * HOUR, None)]
    assert (again.first_visible_from, again.told_from) == (NOW, NOW + 2 * HOUR)


def test_a_typo_in_a_story_published_again_is_dated_by_its_own_time() -> None:
    edition = factories.withdrawn()
    with time_machine.travel(NOW + HOUR, tick=False):
        assert factories.updated(edition, kind=Kind.TYPO).told_from == NOW + HOUR


def test_a_withdrawal_may_be_scheduled_and_taken_back() -> None:
    edition = factories.live()
    story, editor = of(edition), factories.user("editors")
    publishing.withdraw(story, by=editor, saw=story.version, at=NOW + DAY)
    assert (spans(story), seen_by_readers(story)) == ([(1, NOW, NOW + DAY)], [1])
    with time_machine.travel(NOW + DAY, tick=False):
        assert seen_by_readers(story) == []
    publishing.cancel(story, by=editor, saw=story.version)
    assert spans(story) == [(1, NOW, None)]
    entry = story.log.get(act=Act.CANCELLED)
    assert (entry.edition_number, entry.effective_at) == (1, NOW + DAY)


def test_an_update_does_not_undo_a_scheduled_withdrawal() -> None:
    edition = factories.live()
    story = of(edition)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version, at=NOW + DAY)
    with time_machine.travel(NOW + HOUR, tick=False):
        factories.updated(edition)
    assert spans(story) == [(1, NOW, NOW + HOUR), (2, NOW + HOUR, NOW + DAY)]


def test_cancelling_an_update_leaves_the_withdrawal_that_was_scheduled_before_it() -> None:
    edition = factories.live()
    story, editor = of(edition), factories.user("editors")
    publishing.withdraw(story, by=editor, saw=story.version, at=NOW + DAY)
    factories.updated(edition, at=NOW + HOUR)
    assert spans(story) == [(1, NOW, NOW + HOUR), (2, NOW + HOUR, NOW + DAY)]
    story.refresh_from_db()
    publishing.cancel(story, by=editor, saw=story.version)
    assert spans(story) == [(1, NOW, NOW + DAY)]


def test_a_withdrawal_asks_what_becomes_of_a_scheduled_edition() -> None:
    edition = factories.live()
    factories.updated(edition, at=NOW + DAY)
    story, editor = of(edition), factories.user("editors")
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        publishing.withdraw(story, by=editor, saw=story.version)
    assert refused.value.words == (
        "An edition is scheduled for 3 March 2026, 09:00 UTC. Say whether it is cancelled or kept."
    )
    assert trace(story) == before


@pytest.mark.parametrize(
    ("scheduled", "left"),
    [
        (Scheduled.CANCEL, [(1, NOW, NOW + HOUR)]),
        (Scheduled.KEEP, [(1, NOW, NOW + HOUR), (2, NOW + DAY, None)]),
    ],
)
def test_a_withdrawal_cancels_or_keeps_a_scheduled_edition_as_it_is_told(scheduled: Scheduled, left: Any) -> None:
    edition = factories.live()
    factories.updated(edition, at=NOW + DAY)
    story = of(edition)
    with time_machine.travel(NOW + HOUR, tick=False):
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version, scheduled=scheduled)
    assert spans(story) == left


@pytest.mark.parametrize("scheduled", [Scheduled.CANCEL, Scheduled.KEEP])
def test_what_nobody_has_seen_is_cancelled_not_withdrawn(scheduled: Scheduled) -> None:
    story = of(factories.scheduled())
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version, scheduled=scheduled)
    assert refused.value.words == (
        "Readers see nothing of this story before 3 March 2026, 09:00 UTC."
        " Cancel what is scheduled, or withdraw it later."
    )
    assert trace(story) == before


def test_a_withdrawal_may_not_lie_in_the_past() -> None:
    story = of(factories.live())
    before = trace(story)
    with pytest.raises(Refusal) as refused:
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version, at=NOW - HOUR)
    assert refused.value.words == "A withdrawal cannot lie in the past."
    assert trace(story) == before


# --- What is told ---------------------------------------------------------------------------------------------------


def test_the_clock_is_named_when_a_moment_is_set_and_by_nothing_else(told: Any) -> None:
    """A page ends at the next moment that it knows of, even if that moment was cancelled, and is then made anew."""
    story, editor = factories.article(), factories.user("editors")
    assert "clock" not in told(lambda: factories.publish(story))
    assert told(lambda: factories.publish(story, kind=Kind.UPDATE, at=NOW + DAY)) == {"clock"}
    story.refresh_from_db()
    assert told(lambda: publishing.cancel(story, by=editor, saw=story.version)) == set()
    assert told(lambda: publishing.withdraw(story, by=editor, saw=story.version, at=NOW + DAY)) == {"clock"}
    assert told(lambda: publishing.cancel(story, by=editor, saw=story.version)) == set()
    assert "clock" not in told(lambda: publishing.withdraw(story, by=editor, saw=story.version))


def test_a_refused_verb_and_a_step_of_the_desk_tell_nothing(told: Any) -> None:
    story, editor = factories.article(), factories.user("editors")

    def refused() -> None:
        with pytest.raises(Stale):
            publishing.publish(story, by=editor, saw=99)

    assert told(refused) == set()
    assert told(lambda: publishing.accept(story, by=editor, saw=story.version)) == set()


# --- Two at once ----------------------------------------------------------------------------------------------------


def at_once(*acts_: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all of them started together, each on a connection of its own."""
    gate = threading.Barrier(len(acts_))
    results: list[Any] = [None] * len(acts_)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_eight_editors_who_publish_at_once_one_does_and_the_others_are_told() -> None:
    story = factories.article()
    editors = [factories.user("editors") for _ in range(8)]
    results = at_once(
        *(lambda by=by: publishing.publish(Article.objects.get(pk=story.pk), by=by, saw=1) for by in editors)
    )
    made = [result for result in results if isinstance(result, Edition)]
    told = [result for result in results if isinstance(result, Stale)]
    assert (len(made), len(told)) == (1, 7)
    winner = editors[results.index(made[0])]
    assert {one.words.partition(" ")[0] for one in told} == {winner.username}
    assert spans(story) == [(1, NOW, None)]
    assert acts(story) == [Act.CREATED, Act.PUBLISHED]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_saves_while_another_publishes_is_told_and_nothing_is_overwritten() -> None:
    story = factories.article(headline="As it was")
    publisher, writer = factories.user("editors"), factories.user("editors")

    def save() -> Any:
        mine = Article.objects.get(pk=story.pk)
        mine.headline = "As the writer has it"
        return editing.save(mine, by=writer, saw=1, fields=["headline"])

    results = at_once(lambda: publishing.publish(Article.objects.get(pk=story.pk), by=publisher, saw=1), save)
    published = isinstance(results[0], Edition)
    assert isinstance(results[1 if published else 0], Stale)
    after = reloaded(story)
    assert (after.version, after.headline) == (2, "As it was" if published else "As the writer has it")
    assert Edition.objects.count() == int(published)


def test_times_are_compared_with_the_clock_of_the_moment() -> None:
    edition = factories.live()
    assert timezone.now() == NOW
    assert (edition.is_live, edition.is_future) == (True, False)


def test_the_note_of_a_first_edition_or_a_typo_is_for_the_log_alone(db: None) -> None:
    story = factories.article()
    first = factories.publish(story, note="INTERNAL: legal has cleared it")
    typo = factories.updated(first, kind=Kind.TYPO, note="INTERNAL: the name")
    update = factories.updated(typo, kind=Kind.UPDATE, note="With the arrival of the ship.")
    assert [first.note, typo.note, update.note] == ["", "", "With the arrival of the ship."]
    assert set(story.log.exclude(note="").values_list("note", flat=True)) == {
        "INTERNAL: legal has cleared it",
        "INTERNAL: the name",
        "With the arrival of the ship.",
    }
