"""Which comments: what readers see, what waits at the desk. Page, feed, count and desk all ask here."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db.models import DateTimeField, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

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
    # Of what readers see; None for a comment that was removed.
    number: int | None
    body: str | None
    parent_name: str | None
    parent_public_id: str | None
    parent_revision_id: int | None
    featured_at: datetime | None
    is_from_newsroom: bool


# In the order of the fields of `CommentRow`.
_COLUMNS = (
    *("pk", "root_id", "parent_id", "public_id", "name", "posted_at", "answer_count"),
    *("public_revision__number", "public_revision__body"),
    *("parent__name", "parent__public_id", "parent__public_revision_id"),
    *("featured_at", "is_from_newsroom"),
)


class CommentQuerySet(QuerySet["Comment"]):
    """Comments of every state; every public door starts with `public()` or `standing()`."""

    def public(self) -> Self:
        """Those whose words readers see."""
        return self.filter(public_revision__isnull=False)

    def standing(self) -> Self:
        """Those that have a place on the page: public ones, and removed ones that public answers hang on."""
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

    def after(self, posted_at: datetime, public_id: str, *, newest_first: bool) -> Self:
        """What follows a comment in one of the two orders."""
        # Not "earlier, or as early and …": an index finds where a range of times begins, and no alternative.
        if newest_first:
            return self.filter(Q(posted_at__lt=posted_at) | Q(public_id__lt=public_id), posted_at__lte=posted_at)
        return self.filter(Q(posted_at__gt=posted_at) | Q(public_id__gt=public_id), posted_at__gte=posted_at)

    def below(self, roots: "Collection[int]") -> Self:
        """The public answers below these top-level comments, at any depth."""
        return self.public().filter(root_id__in=roots)

    def first_below(self, roots: "Collection[int]", *, most: int) -> Self:
        """The first `most` of them below each, oldest first."""
        # Up to the time of the last one that is shown below each: without it 100,000 answers would be read and put in
        # order to show ten. The relation has a name so that the subquery hangs on the top-level comment and is asked
        # once for each; by `root_id` it would hang on the answer, and be asked for all of them.
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
        return [CommentRow._make(values) for values in self.values_list(*_COLUMNS)]
