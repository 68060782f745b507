"""Erasing at the author's wish: the words go; the ledger, the place and the counts stay whole."""

from collections.abc import Collection

from django.db import transaction

from comments import notifications
from comments.models import Comment
from comments.moderation.acts import Act, After, Step
from comments.moderation.door import empty, write
from comments.moderation.locking import lock, newest_revisions
from comments.states import Actor, Status


@transaction.atomic
def erase(numbers: Collection[int]) -> list[Comment]:
    """Erase the comments with these numbers for good, whatever their status; returns those that are erased now.

    The last row of each ledger then says that its author withdrew it, so no decision can be made on it or taken back.
    Comments that are already erased or gone, and the newsroom's own answers, are skipped. The right to it: GDPR,
    Article 17.
    """
    present = [row for row in lock(numbers).values() if not row.is_erased and not row.is_from_newsroom]
    newest = newest_revisions(present)
    act = Act(to=Status.WITHDRAWN, actor=Actor.AUTHOR)
    # Not checked against the table: authors may have rejected comments and spam erased, too.
    write([Step(row, newest[row.pk], act, After()) for row in present if row.status != Status.WITHDRAWN])
    notifications.forget(present)
    empty(present, at=act.at)
    return present
