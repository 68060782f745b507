"""The verbs of the newsroom: the only writer of a story's status and of its editions.

Each verb is told who acts (`by`) and which version of the story they saw (`saw`). It is refused, in words and without
any change, if they may not, if the step is not allowed from the story's present state, or if somebody was quicker.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import checklist, names, notifications, permissions
from articles.editing import log, stale_words
from articles.foretelling import would_show_early
from articles.freezing import attach, freeze
from articles.models import Article, Edition
from articles.search.index import renew_editions
from articles.states import ALLOWED, KINDS_WITH_NOTE, Act, Kind, Status
from newsportal import zoned
from newsportal.pages import CLOCK, changed
from newsportal.refusal import NotPermitted, Refusal, Stale


class Scheduled(Enum):
    """What becomes of a scheduled edition when somebody publishes or withdraws now."""

    ASK = "ask"
    CANCEL = "cancel"
    KEEP = "keep"


def submit(article: Article, *, by: User, saw: int, note: str = "") -> None:
    """Hand a draft in for review."""
    if not permissions.can_submit(by, article):
        raise NotPermitted(_("Only its writer or an editor may submit this story."))
    _step(article, Act.SUBMITTED, to=Status.IN_REVIEW, by=by, saw=saw, note=note)


def send_back(article: Article, *, by: User, saw: int, note: str) -> None:
    """Give a story back to its writer, saying what to change. A note is required."""
    _must_publish(article, by)
    if not note.strip():
        raise Refusal(_("Say in the note what the writer should change."))
    _step(article, Act.SENT_BACK, to=Status.DRAFT, by=by, saw=saw, note=note)


def accept(article: Article, *, by: User, saw: int, note: str = "") -> None:
    """Say that a story is ready to be published."""
    _must_publish(article, by)
    _step(article, Act.ACCEPTED, to=Status.READY, by=by, saw=saw, note=note)


@transaction.atomic
def publish(
    article: Article,
    *,
    by: User,
    saw: int,
    kind: Kind = Kind.FIRST,
    note: str = "",
    at: datetime | None = None,
    scheduled: Scheduled = Scheduled.ASK,
) -> Edition:
    """Freeze the working copy into an edition that is visible from `at` (an aware time; None is now) on.

    A story's first edition is of the kind FIRST, whatever is asked for; a later one says what it changes, and a
    clarification or correction says it in public (`note`). Raises Refusal for a story without headline or text, for a
    time in the past (with the permission, an archive's editions may be dated back, in their order), before the embargo,
    or if an edition is scheduled and `scheduled` does not say whether it is cancelled or kept.
    """
    _must_publish(article, by)
    now = timezone.now()
    at = at or now
    _claim(article, Act.PUBLISHED, to=Status.READY, by=by, saw=saw)
    if broken := checklist.breaking(article):
        raise Refusal(" ".join(finding.words for finding in broken))
    timeline = _Timeline.of(article, now)
    before = timeline.facts(now)
    _check_time(article, timeline, at=at, now=now, by=by)
    future = timeline.future
    timeline.settle(scheduled, may_keep=at <= now)
    if future and (live := timeline.at(at)) and at < future.visible_from and would_show_early(article, future, live):
        raise Refusal(_early_words(future))
    kind = _kind_of(timeline, kind, note, at=at)

    edition = freeze(article, kind=kind, note=note.strip(), at=at, number=_next_number(article), before=timeline.at(at))
    timeline.make_room(edition)
    edition.save(force_insert=True)
    attach(edition, article)
    timeline.mark_kept(edition)
    renew_editions(article)
    act = Act.SCHEDULED if at > now else Act.PUBLISHED
    notifications.tell_owner(log(article, act, by=by, note=note, edition_number=edition.number, effective_at=at))
    timeline.editions.append(edition)
    _announce(before, timeline.facts(now), timed=at > now)
    return edition


@transaction.atomic
def cancel(article: Article, *, by: User, saw: int, note: str = "") -> None:
    """Take back what is scheduled: the edition, or else the withdrawal."""
    _must_publish(article, by)
    now = timezone.now()
    _claim(article, Act.CANCELLED, to=None, by=by, saw=saw)
    timeline = _Timeline.of(article, now)
    live = timeline.at(now)
    if timeline.future:
        number, at = timeline.future.number, timeline.future.visible_from
        timeline.drop_future()
    elif live and live.visible_until:
        number, at = live.number, live.visible_until
        _set_end(live, None)
    else:
        raise Refusal(_("Nothing of this story is scheduled."))
    renew_editions(article)
    log(article, Act.CANCELLED, by=by, note=note, edition_number=number, effective_at=at)
    # No page needs to be told: each was to expire at that moment at the latest, and still does.


@transaction.atomic
def withdraw(
    article: Article,
    *,
    by: User,
    saw: int,
    note: str = "",
    at: datetime | None = None,
    scheduled: Scheduled = Scheduled.ASK,
) -> None:
    """Take the story from the public, now or at a later time. It keeps its address, its comments and its first date."""
    _must_publish(article, by)
    now = timezone.now()
    at = at or now
    if at < now:
        raise Refusal(_("A withdrawal cannot lie in the past."))
    _claim(article, Act.WITHDRAWN, to=None, by=by, saw=saw)
    timeline = _Timeline.of(article, now)
    before = timeline.facts(now)
    future = timeline.future
    if future and at <= future.visible_from and not timeline.at(now):
        words = _("Readers see nothing of this story before %(when)s. Cancel what is scheduled, or withdraw it later.")
        raise Refusal(words % {"when": zoned.in_words(future.visible_from)})
    # An edition that begins before the withdrawal is withdrawn with it; one that begins later brings the story back.
    timeline.settle(scheduled, may_keep=future is not None and at != future.visible_from)
    ending = timeline.at(at)
    if not ending:
        raise Refusal(_("Nothing of this story is public at that time."))
    _set_end(ending, at)
    renew_editions(article)
    log(article, Act.WITHDRAWN, by=by, note=note, edition_number=ending.number, effective_at=at)
    _announce(before, timeline.facts(now), timed=at > now)


# --- How ------------------------------------------------------------------------------------------------------------


@dataclass
class _Timeline:
    """The editions of one story, read under its lock; at most one of them has not begun."""

    editions: list[Edition]
    future: Edition | None

    @classmethod
    def of(cls, article: Article, now: datetime) -> "_Timeline":
        editions = list(
            article.editions.uncancelled()
            .select_related("section")
            .prefetch_related("tags", "people")
            .order_by("visible_from", "number")
        )
        future = next((edition for edition in editions if edition.visible_from > now), None)
        return cls(editions, future)

    def at(self, moment: datetime) -> Edition | None:
        """The edition that is visible at a moment."""
        for edition in reversed(self.editions):
            if edition.visible_from <= moment and (edition.visible_until is None or moment < edition.visible_until):
                return edition
        return None

    def facts(self, now: datetime) -> names.Facts:
        """What readers see of the story at this moment."""
        live = self.at(now)
        begun = [one for one in self.editions if one.visible_from <= now and not one.was_cancelled]
        return names.of_edition(live) | (names.of_corrections(begun) if live else set())

    def settle(self, scheduled: Scheduled, *, may_keep: bool) -> None:
        """Treat the scheduled edition as asked; refuse if nothing was asked, or if keeping it would be in the way."""
        if not self.future:
            return
        when = {"when": zoned.in_words(self.future.visible_from)}
        if scheduled is Scheduled.ASK:
            raise Refusal(_("An edition is scheduled for %(when)s. Say whether it is cancelled or kept.") % when)
        if scheduled is Scheduled.CANCEL:
            self.drop_future()
        elif not may_keep:
            raise Refusal(_("The edition that is scheduled for %(when)s cannot be kept beside this. Cancel it.") % when)

    def make_room(self, newer: Edition) -> None:
        """End the edition that is visible when an unsaved one begins; the new one takes over its end. If none is
        visible, the new one ends when the scheduled one begins.
        """
        ending = self.at(newer.visible_from)
        if ending:
            newer.visible_until = ending.visible_until
            _set_end(ending, newer.visible_from)
        elif self.future:
            newer.visible_until = self.future.visible_from

    def mark_kept(self, newer: Edition) -> None:
        """Note on the scheduled edition that a newer one comes before it: it is no longer the story's first."""
        if self.future:
            kind = Kind.UPDATE if self.future.kind == Kind.FIRST else self.future.kind
            Edition.objects.filter(pk=self.future.pk).update(
                based_on_older=True, kind=kind, first_visible_from=newer.first_visible_from
            )

    def drop_future(self) -> None:
        """End the scheduled edition when it was to begin, so that nobody sees it; what it would have ended goes on."""
        future = self.future
        if future is None:
            return
        self.editions.remove(future)
        self.future = None
        end = future.visible_until
        # First: only one edition of a story may have an open end.
        _set_end(future, future.visible_from)
        for edition in self.editions:
            if edition.visible_until == future.visible_from:
                _set_end(edition, end)


def _step(article: Article, act: Act, *, to: Status, by: User, saw: int, note: str) -> None:
    with transaction.atomic():
        _claim(article, act, to=to, by=by, saw=saw)
        notifications.tell_owner(log(article, act, by=by, note=note))


def _claim(article: Article, act: Act, *, to: Status | None, by: User, saw: int) -> None:
    """Compare and set: update the row if it is still as it was seen, else refuse. Also the lock that verbs wait for."""
    values = {"version": F("version") + 1, "changed_by": by, "changed_at": timezone.now()}
    if to:
        values["status"] = to
    allowed = ALLOWED.get(act, frozenset(Status))
    rows = Article.objects.filter(pk=article.pk, version=saw, status__in=allowed)
    if rows.update(**values):
        article.refresh_from_db()
        return
    present = Article.objects.get(pk=article.pk)
    if present.version != saw:
        raise Stale(stale_words(article))
    raise Refusal(_("This story is %(status)s.") % {"status": present.get_status_display()})


def _must_publish(article: Article, by: User) -> None:
    if not permissions.can_publish(by, article):
        raise NotPermitted(_("Only editors may do this."))


def _kind_of(timeline: _Timeline, kind: Kind, note: str, *, at: datetime) -> Kind:
    if all(edition.visible_from > at for edition in timeline.editions):
        return Kind.FIRST
    if kind is Kind.FIRST:
        raise Refusal(_("Say what kind of change this is: typo, update, clarification or correction."))
    if kind in KINDS_WITH_NOTE and not note.strip():
        raise Refusal(_("A clarification or correction needs a public note."))
    return kind


def _check_time(article: Article, timeline: _Timeline, *, at: datetime, now: datetime, by: User) -> None:
    if at < now and not permissions.can_backdate(by):
        raise Refusal(_("An edition cannot begin in the past."))
    if at < now and any(at < edition.visible_from <= now for edition in timeline.editions):
        raise Refusal(_("An edition cannot begin before one that readers have seen."))
    if article.embargo and at < article.embargo:
        raise Refusal(_("This story is under embargo until %(until)s.") % {"until": zoned.in_words(article.embargo)})


def _early_words(future: Edition) -> str:
    words = _(
        "The working copy has the words of the edition that is scheduled for %(when)s, and would show them before that."
        " Take the edition that readers see back into the working copy, and mend it there. If those words may be shown"
        " now, cancel what is scheduled first."
    )
    return words % {"when": zoned.in_words(future.visible_from)}


def _next_number(article: Article) -> int:
    """One more than any edition ever had, cancelled ones included: in the log each number means one edition."""
    used = article.log.aggregate(most=Max("edition_number"))["most"] or 0
    return int(used) + 1


def _set_end(edition: Edition, end: datetime | None) -> None:
    Edition.objects.filter(pk=edition.pk).update(visible_until=end)
    edition.visible_until = end


def _announce(before: names.Facts, after: names.Facts, *, timed: bool) -> None:
    """Say what readers see differently from now on; `timed` says that a moment yet to come is part of the change."""
    clock = {CLOCK} if timed else set()
    changed(*clock, *names.differing(before, after))
