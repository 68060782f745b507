"""Which comments: what readers see, what is waiting at the desk. Pages, feeds, counts and the desk all ask here."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Field,
    FilteredRelation,
    Func,
    Max,
    OuterRef,
    PositiveIntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Concat, RowNumber

from comments.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection

    from comments.models import Comment, Thread  # noqa: F401  (named in the bases below)


class CommentRow(NamedTuple):
    """What a page shows of a comment. Plain values: a page has up to 220 of them, and no use for models."""

    pk: int
    root_id: int | None
    parent_id: int | None
    public_id: str
    name: str
    posted_at: datetime
    answer_count: int
    # Of the revision that readers see; None for a comment that was removed.
    number: int | None
    body: str | None
    parent_name: str | None
    parent_public_id: str | None
    parent_revision_id: int | None
    featured_at: datetime | None
    is_from_newsroom: bool
    # The status; for a comment that readers do not see, who removed it and why: "moderator.off_topic", from the newest
    # row of the ledger that was not taken back.
    status: str
    removal: str | None
    parent_status: str | None
    parent_removal: str | None
    recommendations: int
    # Since when readers have seen the edition that its author had read.
    read_from: datetime | None


# In the order of the fields of `CommentRow`.
_COLUMNS = (
    *("pk", "root_id", "parent_id", "public_id", "name", "posted_at", "answer_count"),
    *("public_revision__number", "public_revision__body"),
    *("parent__name", "parent__public_id", "parent__public_revision_id"),
    *("featured_at", "is_from_newsroom"),
    *("status", "removal", "parent__status", "parent_removal", "recommendations"),
    "public_revision__edition__visible_from",
)

# The orders of a conversation: the fields, and whether they descend. The public id breaks ties.
ORDERS: dict[str, tuple[tuple[str, ...], bool]] = {
    "newest": (("posted_at", "public_id"), True),
    "oldest": (("posted_at", "public_id"), False),
    "recommended": (("recommendations", "posted_at", "public_id"), True),
}

_COMPARED: dict[str, type[Field[Any, Any]]] = {
    "posted_at": DateTimeField,
    "public_id": CharField,
    "recommendations": PositiveIntegerField,
}


class Position(NamedTuple):
    """Where a comment stands in each of the orders."""

    posted_at: datetime
    public_id: str
    recommendations: int = 0


_REMOVALS = (Status.REJECTED, Status.SPAM, Status.WITHDRAWN)


class CommentQuerySet(QuerySet["Comment"]):
    """Comments of every state; every public door starts with `public()` or `standing()`."""

    def public(self) -> Self:
        """Those whose words readers see."""
        return self.filter(public_revision__isnull=False)

    def standing(self) -> Self:
        """Those that have a place on the page: public ones, and removed ones that have public answers."""
        return self.filter(Q(public_revision__isnull=False) | Q(answer_count__gt=0))

    def with_unconfirmed_address(self) -> Self:
        """Those under an address that nobody has confirmed."""
        return self.filter(email__gt="", commenter__isnull=True)

    def of_thread(self, thread: "Thread") -> Self:
        """In this conversation."""
        return self.filter(thread=thread)

    def top_level(self) -> Self:
        """Answers to the story itself."""
        return self.filter(root__isnull=True)

    def newest_first(self) -> Self:
        """The order of the page; the public id breaks ties."""
        return self.order_by("-posted_at", "-public_id")

    def oldest_first(self) -> Self:
        """The order of answers, and of the desk."""
        return self.order_by("posted_at", "public_id")

    def in_order(self, sort: str, *, backwards: bool = False) -> Self:
        """One of the orders of `ORDERS`, or the same reversed."""
        fields, newest_first = ORDERS[sort]
        sign = "-" if newest_first is not backwards else ""
        return self.order_by(*(sign + field for field in fields))

    def beyond(self, sort: str, place: Position, *, backwards: bool = False) -> Self:
        """What comes after a position in one of the orders, or before it."""
        fields, newest_first = ORDERS[sort]
        sign = " < " if newest_first is not backwards else " > "
        here = [Value(getattr(place, field), output_field=_COMPARED[field]()) for field in fields]
        # Compared as rows, so that an index finds where they begin. With OR, if half of a conversation had the same
        # number, all of that half would be read.
        return self.filter(
            Func(
                Func(*map(F, fields), template="(%(expressions)s)", output_field=CharField()),
                Func(*here, template="(%(expressions)s)", output_field=CharField()),
                template="%(expressions)s",
                arg_joiner=sign,
                output_field=BooleanField(),
            )
        )

    def featured(self) -> Self:
        """Those that the newsroom features, at any depth; readers see all of them."""
        return self.filter(featured_at__isnull=False)

    def below(self, roots: "Collection[int]") -> Self:
        """The public answers below these top-level comments, at any depth."""
        return self.public().filter(root_id__in=roots)

    def first_below(self, roots: "Collection[int]", *, most: int) -> Self:
        """The first `most` of them below each, oldest first."""
        # Up to the time of the last one that is shown below each: otherwise 100,000 answers would be read and sorted to
        # show ten. The relation has a name so that the subquery depends on the top-level comment and runs once for
        # each; by `root_id` it would depend on the answer and run for all of them.
        siblings = self.model._default_manager.public().filter(root_id=OuterRef("top__id"))
        last = Subquery(siblings.order_by("posted_at", "public_id").values("posted_at")[most - 1 : most])
        ever = Value(datetime.max.replace(tzinfo=UTC), output_field=DateTimeField())
        early = (
            self.public()
            .annotate(top=FilteredRelation("root"))
            .filter(top__id__in=roots, posted_at__lte=Coalesce(last, ever))
        )
        order = [F("posted_at").asc(), F("public_id").asc()]
        place = Window(RowNumber(), partition_by=F("root_id"), order_by=order)
        return early.annotate(place=place).filter(place__lte=most).oldest_first()

    def rows(self) -> list[CommentRow]:
        """What these comments show, in one query."""
        told = self.annotate(
            removal=Case(When(public_revision=None, then=_removal("pk"))),
            parent_removal=Case(When(parent__isnull=False, parent__public_revision=None, then=_removal("parent"))),
        )
        return [CommentRow._make(values) for values in told.values_list(*_COLUMNS)]


def _removal(comment: str) -> Subquery:
    ledger = apps.get_model("comments", "Decision").objects
    undone = Exists(ledger.filter(comment=OuterRef("comment"), undoes=OuterRef("pk")))
    own = ledger.filter(~undone, comment=OuterRef(OuterRef(comment)), to_status__in=_REMOVALS)
    removals = own.taking_nothing_back()
    # Not the first one of an ordered query: PostgreSQL would read the ledger backwards until it finds one.
    newest = removals.order_by().values("comment").annotate(newest=Max("pk")).values("newest")
    told = Concat("actor", Value("."), "reason", output_field=CharField())
    return Subquery(ledger.filter(pk=Subquery(newest)).values(told=told))
