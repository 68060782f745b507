"""The clock: a comment that was returned and not changed is closed at the time that its author was told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comments import notifications
from comments.models import Comment, Decision
from comments.moderation.acts import Act, After, Step
from comments.moderation.door import write
from comments.moderation.locking import lock, newest_revisions
from comments.states import Actor, Status


def close_unchanged(now: datetime | None = None, *, most: int = 100) -> int:
    """Reject returned comments that are due, at most so many; returns how many. Any number of workers may do this."""
    moment = now or timezone.now()
    due = Comment.objects.filter(closes_at__lte=moment).order_by("closes_at", "pk")[:most]
    return len(_close(list(due), moment))


@transaction.atomic
def _close(comments: list[Comment], now: datetime) -> list[Decision]:
    """Close those that are still due once they are locked: an author may have been quicker."""
    if not comments:
        return []
    present = [
        row for row in lock(comment.pk for comment in comments).values() if row.closes_at and row.closes_at <= now
    ]
    revisions = newest_revisions(present)
    act = Act(to=Status.REJECTED, actor=Actor.CLOCK, at=now)
    if not present:
        return []
    return write([Step(row, revisions[row.pk], act, After()) for row in present], tell=notifications.of_decisions)
