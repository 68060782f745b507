"""What else the authors of some comments have written: how often it was approved or not, and the newest comments.

An author is a confirmed address, or else a name from one network. The latter counts for nothing in triage; it is a hint
for the moderator.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, DateTimeField, F, FilteredRelation, OuterRef, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.text import Truncator

from comments.models import Comment
from comments.policy import OTHERS_SHOWN, OTHERS_WORDS
from comments.querysets import CommentQuerySet
from comments.states import Status

_BAD = (Status.REJECTED, Status.SPAM)
_Key = tuple[object, ...]


@dataclass(frozen=True)
class Other:
    """Another comment by the same author."""

    pk: int
    status: str
    posted_at: datetime
    words: str

    @property
    def label(self) -> str:
        """Its status in words."""
        return str(Status(self.status).label)


class Records:
    """The records of the authors of these comments, in six queries however many there are."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        known = {comment.commenter_id for comment in comments if comment.commenter_id}
        unknown = [comment for comment in comments if not comment.commenter_id and network_of(comment)]
        of_network = Comment.objects.filter(
            commenter__isnull=True,
            name__in={comment.name for comment in unknown},
            revisions__number=1,
            revisions__network__in={network_of(comment) for comment in unknown},
        )
        self._counts = _counted(Comment.objects.filter(commenter__in=known), "commenter", "status")
        self._counts += _counted(of_network, "name", "revisions__network", "status")
        self._others = _newest_of_addresses(known) | _newest_of_networks(of_network)

    def of(self, comment: Comment) -> tuple[int, int]:
        """(approved, rejected), without the comment itself."""
        key = _key(comment)
        approved = self._counts[(*key, Status.APPROVED)] - (comment.status == Status.APPROVED)
        rejected = sum(self._counts[(*key, status)] for status in _BAD) - (comment.status in _BAD)
        return max(0, approved), max(0, rejected)

    def others(self, comment: Comment) -> list[Other]:
        """The newest other comments by its author."""
        rows = self._others.get(_key(comment), [])
        return [other for other in rows if other.pk != comment.pk][:OTHERS_SHOWN]


def network_of(comment: Comment) -> str:
    """The network of its first text, from its prefetched revisions; empty once that is forgotten."""
    return next((row.network for row in comment.revisions.all() if row.number == 1), "")


# --- How ------------------------------------------------------------------------------------------------------------


def _key(comment: Comment) -> _Key:
    return (comment.commenter_id,) if comment.commenter_id else (comment.name, network_of(comment))


def _counted(comments: CommentQuerySet, *fields: str) -> Counter[_Key]:
    """The number of comments for each combination of fields."""
    rows = comments.order_by().values_list(*fields).annotate(total=Count("pk"))
    return Counter({tuple(key): total for *key, total in rows})


def _newest_of_addresses(known: Iterable[int]) -> dict[_Key, list[Other]]:
    # Up to the time of the last one shown, as in `CommentQuerySet.first_below`: an author may have thousands.
    theirs = Comment.objects.filter(commenter_id=OuterRef("author__id")).order_by("-posted_at")
    last = Subquery(theirs.values("posted_at")[OTHERS_SHOWN : OTHERS_SHOWN + 1])
    ever = Value(datetime.min.replace(year=1900, tzinfo=UTC), output_field=DateTimeField())
    named = Comment.objects.annotate(author=FilteredRelation("commenter"))
    late = named.filter(author__id__in=known, posted_at__gte=Coalesce(last, ever))
    return _newest(late, "commenter")


def _newest_of_networks(of_network: CommentQuerySet) -> dict[_Key, list[Other]]:
    # A network's texts are known only for the life of one key, so there are never many.
    return _newest(of_network, "name", "revisions__network")


def _newest(comments: CommentQuerySet, *fields: str) -> dict[_Key, list[Other]]:
    """The newest for each combination of fields, one more than is shown: the comment itself may be among them."""
    order = [F("posted_at").desc(), F("pk").desc()]
    place: Any = Window(RowNumber(), partition_by=[F(field) for field in fields], order_by=order)
    rows = comments.annotate(place=place).filter(place__lte=OTHERS_SHOWN + 1)
    pks: dict[int, _Key] = {pk: tuple(key) for pk, *key in rows.order_by().values_list("pk", *fields)}
    texts = Comment.objects.filter(pk__in=pks, revisions__number=F("revision_number")).order_by("-posted_at", "-pk")
    found: defaultdict[_Key, list[Other]] = defaultdict(list)
    for pk, status, posted_at, body in texts.values_list("pk", "status", "posted_at", "revisions__body"):
        found[pks[pk]].append(Other(pk, status, posted_at, Truncator(body).words(OTHERS_WORDS)))
    return dict(found)
