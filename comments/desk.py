"""What a moderator sees beside each comment. A page of cards costs the same number of queries whatever its length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.differences import Run, compare
from articles.html import to_text
from articles.models import Edition
from comments import findings, quoting
from comments.authors import AuthorLine, Authors
from comments.models import Comment, Decision, Report, ReportCase, Revision
from comments.querysets import CommentQuerySet
from comments.records import Other, Records
from comments.states import Actor, Reason, Status
from comments.text import to_html, to_marked_html


class Why(NamedTuple):
    """What one rule saw: in words, and whether those words are in the text, where they are marked."""

    words: str
    is_marked: bool


@dataclass
class Story:
    """The story that a comment answers, as its author read it."""

    headline: str
    url: str
    number: int | None
    is_older: bool
    summary: str
    key_points: list[str]
    # The words that the comment quotes from it, or else the key point that it is closest to.
    passage: quoting.Passage | None
    point: str


@dataclass(frozen=True)
class Objected:
    """What the author objects to and why, and whether the moderator who looks at the card made that decision."""

    words: SafeString
    at: datetime
    decision: Decision
    is_mine: bool


@dataclass
class Card:
    """One comment at the desk."""

    comment: Comment
    revision: Revision
    html: SafeString
    story: Story
    answered: Comment | None
    answered_html: SafeString
    why: list[Why]
    latest: Decision
    approved: int
    rejected: int
    record_is_of_address: bool
    others: list[Other]
    author: AuthorLine
    ledger: list[Decision]
    # Unanswered reports by readers, illegal content first.
    reports: list[Report]
    # What changed since the words that a person decided on, or that readers see; empty if there are none.
    changes: list[Run]
    # How long it has been waiting; None if it is not waiting.
    waiting: timedelta | None
    # Whether the moderator who looks at it had returned it to its author.
    came_back: bool = False
    # As long as an objection waits for its answer.
    objected: Objected | None = None
    # Whether the moderator who looks at it has decided on it before.
    decided_before: bool = False
    # The reason and explanation of a decision that was refused, so that nobody has to type them again.
    typed: dict[str, str] = field(default_factory=dict)
    # Whether it was chosen for that decision.
    is_chosen: bool = False

    @property
    def can_be(self) -> list[Status]:
        """The states that a moderator may move it to."""
        present = Status(self.comment.status)
        if self.objected:
            return [] if self.objected.is_mine else [Status.APPROVED, Status.REJECTED, Status.RETURNED]
        if present is Status.WITHDRAWN:
            return []
        # A reported comment may stay as it is.
        return [status for status in _DECISIONS if status is not present or (self.reports and status is _DECISIONS[0])]

    @property
    def shows_earlier_words(self) -> bool:
        """Whether readers see an older text until the newest one is decided."""
        return self.comment.public_revision_id not in {None, self.revision.pk}


_DECISIONS = (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED)


def for_desk(comments: CommentQuerySet) -> CommentQuerySet:
    """The rows with all that cards need."""
    decisions = Decision.objects.select_related("by", "words", "revision", "objection").order_by("pk")
    revisions = Revision.objects.select_related("edition").order_by("number")
    reports = Report.objects.order_by("pk")
    related = ("thread", "commenter", "objection", "parent__public_revision", "report_case")
    return comments.select_related(*related).prefetch_related(
        Prefetch("revisions", revisions), Prefetch("decisions", decisions), Prefetch("report_case__reports", reports)
    )


def cards(comments: Sequence[Comment], *, by: User | None = None) -> list[Card]:
    """The cards of comments that `for_desk` read, as `by` sees them."""
    live = {
        edition.article_id: edition
        for edition in Edition.objects.live()
        .filter(article__in={comment.thread_id for comment in comments})
        .defer("body")
    }
    records, authors, now = Records(comments), Authors(comments), timezone.now()
    made = [_card(comment, live.get(comment.thread_id), records, authors, now) for comment in comments]
    for card in made:
        card.came_back = by is not None and card.waiting is not None and card.comment.returned_by_id == by.pk
        card.objected = _objected(card, by)
        card.decided_before = by is not None and any(row.by_id == by.pk for row in card.ledger)
    return made


def reasons() -> list[tuple[str, str]]:
    """The codes and labels that a rejection may give."""
    return [(reason.value, str(reason.label)) for reason in Reason]


def why(text: str, decisions: Iterable[Decision]) -> list[Why]:
    """What the rules last said about a text, in words."""
    said = _said(decisions)
    return [Why(findings.words_of(one), bool(findings.spans(text, [one]))) for one in said]


# --- How ------------------------------------------------------------------------------------------------------------


# Most comments of a page answer a few stories. Keyed by the HTML and not by the edition, whose words may be blanked.
_text_of = lru_cache(64)(to_text)


def _card(comment: Comment, live: Edition | None, records: Records, authors: Authors, now: datetime) -> Card:
    revision = next(row for row in comment.revisions.all() if row.number == comment.revision_number)
    ledger = list(comment.decisions.all())
    about = [decision for decision in ledger if decision.revision_id == revision.pk]
    parent = comment.parent
    approved, rejected = records.of(comment)
    earlier = _earlier(comment, revision, ledger)
    return Card(
        comment=comment,
        revision=revision,
        html=to_marked_html(revision.body, findings.spans(revision.body, _said(about))),
        story=_story(revision, live),
        answered=parent,
        answered_html=to_html(parent.public_revision.body) if parent and parent.public_revision else SafeString(""),
        why=why(revision.body, about),
        latest=ledger[-1],
        approved=approved,
        author=authors.of(comment, approved + (comment.status == Status.APPROVED)),
        rejected=rejected,
        record_is_of_address=comment.commenter_id is not None,
        others=records.others(comment),
        ledger=ledger,
        reports=_reports(comment.report_case),
        changes=compare(earlier.body, revision.body) if earlier else [],
        # Never negative, even if the clock was set back.
        waiting=max(timedelta(0), now - comment.waiting_since) if comment.waiting_since else None,
    )


def _objected(card: Card, by: User | None) -> Objected | None:
    objection = card.comment.objection
    if objection is None or not card.comment.is_objected:
        return None
    decision = next(row for row in card.ledger if row.pk == objection.decision_id)
    is_mine = by is not None and objection.by_id == by.pk
    return Objected(to_html(objection.words), objection.at, decision, is_mine)


def _reports(case: ReportCase | None) -> list[Report]:
    return sorted(case.reports.all(), key=lambda report: not report.is_illegal) if case else []


def _said(decisions: Iterable[Decision]) -> list[Mapping[str, str]]:
    """The findings of the rules' last look."""
    said = [decision for decision in decisions if decision.actor == Actor.RULE]
    return said[-1].findings if said else []


def _earlier(comment: Comment, newest: Revision, ledger: Sequence[Decision]) -> Revision | None:
    """The words that the newest are compared with: what a person last decided on, or else what readers see."""
    judged = [row.revision_id for row in ledger if row.actor == Actor.MODERATOR and not row.undoes_id]
    known = judged[-1] if judged else comment.public_revision_id
    return next((row for row in comment.revisions.all() if row.pk == known != newest.pk), None)


def _story(revision: Revision, live: Edition | None) -> Story:
    read = revision.edition
    shown = read or live
    points = list(shown.key_points) if shown else []
    passage = quoting.quoted(revision.body, _text_of(read.body)) if read else None
    return Story(
        headline=live.headline if live else (read.headline if read else ""),
        url=live.get_absolute_url() if live else "",
        number=read.number if read else None,
        is_older=bool(read and live and read.pk != live.pk),
        summary=shown.summary if shown else "",
        key_points=points,
        passage=passage,
        point="" if passage else quoting.nearest(revision.body, points),
    )
