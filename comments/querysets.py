"""Which comments: what readers see, what waits at the desk. Page, feed, count and desk all ask here."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

if TYPE_CHECKING:
    from comments.models import Comment, Thread


class CommentQuerySet(QuerySet["Comment"]):
    """Comments of every state; every public door starts with `public()` or `standing()`."""

    def public(self) -> Self:
        """Those whose words readers see."""
        return self.filter(public_revision__isnull=False)

    def standing(self) -> Self:
        """Those that have a place on the page: public ones, and removed ones that public answers hang on."""
        return self.filter(Q(public_revision__isnull=False) | Q(answer_count__gt=0))

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
        if newest_first:
            return self.filter(Q(posted_at__lt=posted_at) | Q(posted_at=posted_at, public_id__lt=public_id))
        return self.filter(Q(posted_at__gt=posted_at) | Q(posted_at=posted_at, public_id__gt=public_id))

    def with_answers(self, top: "QuerySet[Comment]", *, answers: int) -> Self:
        """One query for a page: the comments of `top` and the first public `answers` below each.

        An answer is younger than what it answers, so the place within a group is 1 for the top-level comment.
        """
        place = Window(
            RowNumber(), partition_by=Coalesce("root_id", "pk"), order_by=[F("posted_at").asc(), F("public_id").asc()]
        )
        group = self.filter(Q(pk__in=top.values("pk")) | Q(root__in=top.values("pk"), public_revision__isnull=False))
        return group.annotate(place=place).filter(place__lte=1 + answers).for_page().oldest_first()

    def for_page(self) -> Self:
        """With what a comment shows."""
        return self.select_related("public_revision", "parent")
