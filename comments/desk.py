"""What a moderator sees beside each comment. A page of cards costs the same number of queries whatever its length."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import Edition
from comments.authors import AuthorLine, Authors
from comments.models import Comment, Decision, Revision
from comments.querysets import CommentQuerySet
from comments.states import Actor, Reason, Status
from comments.text import to_html

# What each rule saw, in words; `detail` is its number or its words.
FINDINGS = {
    "barred_author": _("the author is barred"),
    "paused_author": _("the author is paused"),
    "always_held": _("all by this author is read first"),
    "trap_filled": _("the hidden field was filled"),
    "same_text_again": _("the same text was sent before (%(detail)s)"),
    "too_many_links": _("%(detail)s links"),
    "shouting": _("%(detail)s capitals"),
    "padding": _("padding (%(detail)s)"),
    "listed_words": _("words on the list: %(detail)s"),
    "first_time_author": _("no approved comment by this author"),
    "every_comment": _("every comment is read"),
    "trusted_author": _("trusted author, %(detail)s approved"),
    "trusted_by_moderator": _("trusted by a moderator"),
}


@dataclass
class Card:
    """One comment at the desk."""

    comment: Comment
    revision: Revision
    html: SafeString
    headline: str
    story_url: str
    edition_number: int | None
    is_older_edition: bool
    answered: Comment | None
    answered_html: SafeString
    why: list[str]
    latest: Decision
    approved: int
    rejected: int
    record_is_of_address: bool
    author: AuthorLine
    ledger: list[Decision]
    # What readers see meanwhile, where it is not the newest text; else empty.
    public_html: SafeString
    # The reason and explanation of a decision that was refused, to be typed no second time.
    typed: dict[str, str] = field(default_factory=dict)
    # Whether it was chosen for that decision.
    is_chosen: bool = False

    @property
    def can_be(self) -> list[Status]:
        """The states that a moderator may move it to."""
        present = Status(self.comment.status)
        return [] if present is Status.WITHDRAWN else [status for status in _DECISIONS if status is not present]


_DECISIONS = (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED)


def for_desk(comments: CommentQuerySet) -> CommentQuerySet:
    """The rows with all that cards need."""
    decisions = Decision.objects.select_related("by", "words", "revision").order_by("pk")
    revisions = Revision.objects.select_related("edition").order_by("number")
    return comments.select_related("thread", "commenter", "parent__public_revision").prefetch_related(
        Prefetch("revisions", revisions), Prefetch("decisions", decisions)
    )


def cards(comments: Sequence[Comment]) -> list[Card]:
    """The cards of comments that `for_desk` read."""
    live = {
        edition.article_id: edition
        for edition in Edition.objects.live()
        .filter(article__in={comment.thread_id for comment in comments})
        .defer("body")
    }
    records, authors = _Records(comments), Authors(comments)
    return [_card(comment, live.get(comment.thread_id), records, authors) for comment in comments]


def _card(comment: Comment, live: Edition | None, records: "_Records", authors: Authors) -> Card:
    revision = next(row for row in comment.revisions.all() if row.number == comment.revision_number)
    ledger = list(comment.decisions.all())
    read = revision.edition
    parent = comment.parent
    approved, rejected = records.of(comment)
    return Card(
        comment=comment,
        revision=revision,
        html=to_html(revision.body),
        headline=live.headline if live else (read.headline if read else ""),
        story_url=live.get_absolute_url() if live else "",
        edition_number=read.number if read else None,
        is_older_edition=bool(read and live and read.pk != live.pk),
        answered=parent,
        answered_html=to_html(parent.public_revision.body) if parent and parent.public_revision else SafeString(""),
        why=why(decision for decision in ledger if decision.revision_id == revision.pk),
        latest=ledger[-1],
        approved=approved,
        rejected=rejected,
        record_is_of_address=comment.commenter_id is not None,
        author=authors.of(comment, approved + (comment.status == Status.APPROVED)),
        ledger=ledger,
        public_html=_public_html(comment, revision),
    )


def _public_html(comment: Comment, newest: Revision) -> SafeString:
    shown = next((row for row in comment.revisions.all() if row.pk == comment.public_revision_id), newest)
    return SafeString("") if shown is newest else to_html(shown.body)


def why(decisions: Iterable[Decision]) -> list[str]:
    """What the rules last said about a text, in words."""
    said = [decision for decision in decisions if decision.actor == Actor.RULE]
    if not said:
        return []
    return [str(FINDINGS[found["rule"]]) % {"detail": found["detail"]} for found in said[-1].findings]


def reasons() -> list[tuple[str, str]]:
    """The codes and labels that a rejection may give."""
    return [(reason.value, str(reason.label)) for reason in Reason]


class _Records:
    """How often each author was approved and rejected before: by confirmed address, or else by name and network.

    The latter counts for nothing in triage; it is a hint for the person who reads.
    """

    def __init__(self, comments: Sequence[Comment]) -> None:
        known = {comment.commenter_id for comment in comments if comment.commenter_id}
        of_address = Comment.objects.filter(commenter__in=known)
        self._by_address = _counted(of_address, "commenter", "status")
        unknown = [comment for comment in comments if not comment.commenter_id and _network(comment)]
        of_network = Comment.objects.filter(
            commenter__isnull=True,
            name__in={comment.name for comment in unknown},
            revisions__number=1,
            revisions__network__in={_network(comment) for comment in unknown},
        )
        self._by_network = _counted(of_network, "name", "revisions__network", "status")

    def of(self, comment: Comment) -> tuple[int, int]:
        """(approved, rejected), the comment itself left out."""
        key: tuple[object, ...] = (comment.name, _network(comment))
        if comment.commenter_id:
            key = (comment.commenter_id,)
        counts = self._by_address if comment.commenter_id else self._by_network
        bad = (Status.REJECTED, Status.SPAM)
        approved = counts[(*key, Status.APPROVED)] - (comment.status == Status.APPROVED)
        rejected = sum(counts[(*key, status)] for status in bad) - (comment.status in bad)
        return max(0, approved), max(0, rejected)


def _counted(comments: CommentQuerySet, *fields: str) -> Counter[tuple[object, ...]]:
    """How many comments there are for each combination of fields."""
    rows = comments.order_by().values_list(*fields).annotate(total=Count("pk"))
    return Counter({tuple(key): total for *key, total in rows})


def _network(comment: Comment) -> str:
    return next((row.network for row in comment.revisions.all() if row.number == 1), "")
