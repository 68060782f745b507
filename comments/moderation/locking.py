"""Comments as they are now, locked for a decision; and the newest text of each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from comments.models import Comment, Revision
from comments.moderation.acts import Gone


def lock(numbers: Iterable[int], *, with_texts: bool = False) -> dict[int, Comment]:
    """The comments with these numbers as they are now, locked for the transaction; missing ones are left out.

    Their top-level comments, which count the answers, are locked with them, all in one order: so two decisions in one
    conversation wait for each other and never deadlock. Writing a new answer does not have to wait. `with_texts` reads
    what `newest_text` returns.
    """
    wanted = set(numbers)
    rows = Comment.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("commenter", "parent__commenter")
    if len(wanted) == 1:
        # Of many comments hardly any has one, and each would pay for the columns.
        rows = rows.select_related("objection")
    columns = {"newest_revision_id": "pk", **({"newest_body": "body"} if with_texts else {})}
    with_newest = rows.annotate(**{name: Subquery(newest().values(of)[:1]) for name, of in columns.items()})
    locked = {row.pk: row for row in with_newest.filter(pk__in=_with_roots(wanted)).order_by("pk")}
    for row in locked.values():
        if row.root_id in locked:
            row.root = locked[row.root_id]
    _read_objections([row for row in locked.values() if row.objection_id])
    return {pk: row for pk, row in locked.items() if pk in wanted}


def lock_one(comment: Comment, *, with_text: bool = False) -> Comment:
    """The same for one comment; raises Gone if it does not exist."""
    present = lock([comment.pk], with_texts=with_text).get(comment.pk)
    if present is None:
        raise Gone
    return present


def newest_revisions(locked: Iterable[Comment]) -> dict[int, int]:
    """The number of the newest text of each comment, by the comment's number.

    `lock` has read it already. If the author wrote another one while it waited for the row, it is looked up.
    """
    known: dict[int, Any] = {comment.pk: getattr(comment, "newest_revision_id", None) for comment in locked}
    missing = [pk for pk, newest in known.items() if newest is None]
    if missing:
        rows = Revision.objects.filter(comment__in=missing, number=F("comment__revision_number"))
        known |= dict(rows.values_list("comment", "pk"))
    return known


def newest_text(present: Comment, revision: int) -> str:
    """The words of the newest text, which has that number: as `lock` has read them, or else read now."""
    body: str | None = getattr(present, "newest_body", None)
    return Revision.objects.values_list("body", flat=True).get(pk=revision) if body is None else body


def newest() -> QuerySet[Revision]:
    """The newest text of the comment in the outer query, as a subquery."""
    return Revision.objects.filter(comment=OuterRef("pk"), number=OuterRef("revision_number")).order_by()


# --- How ------------------------------------------------------------------------------------------------------------


def _with_roots(wanted: set[int]) -> QuerySet[Comment, Any]:
    """Their numbers and those of their top-level comments. Not with OR: PostgreSQL would read the whole table."""
    comments = Comment.objects.filter(pk__in=wanted).order_by()
    return comments.values("pk").union(comments.filter(root__isnull=False).values("root"))


def _read_objections(rows: Sequence[Comment]) -> None:
    """Read objections that were not joined, or were raised while waiting for the lock: a join shows the old row."""
    field = Comment.objection.field
    missing = [
        row for row in rows if not field.is_cached(row) or row.objection is None or row.objection.pk != row.objection_id
    ]
    for row in missing:
        if field.is_cached(row):
            field.delete_cached_value(row)
    prefetch_related_objects(missing, "objection")
