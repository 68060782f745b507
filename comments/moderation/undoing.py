"""Taking decisions back: one, or all that were made with one press of a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import notifications, permissions, policy
from comments.models import Batch, Decision, effective
from comments.moderation.conflicts import Conflict, conflict, decided_already
from comments.moderation.door import Act, After, Step, lock_one, write
from comments.states import Actor, Status
from newsportal.refusal import NotPermitted, Refusal


@dataclass(frozen=True)
class Undone:
    """What became of one decision of a batch: the row that takes it back, or a refusal in words."""

    decision: Decision
    back: Decision | None = None
    refusal: Refusal | None = None


@transaction.atomic
def undo(decision: Decision, *, by: User) -> Decision:
    """Take a moderator's decision back, if nothing came after it: any moderator may, at any time.

    What readers saw before it, they see again; the comment is as it was, in the same place of the same queue. An author
    who was told of the decision is told that it was taken back.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators decide on comments."))
    comment = lock_one(decision.comment)
    ledger = list(comment.decisions.select_related("by", "undoes", "revision").order_by("pk"))
    latest = ledger[-1]
    if latest.pk != decision.pk:
        raise _overtaken(decision, latest, conflict(comment, saw=comment.seen))
    _check(latest)
    act = Act(to=Status(latest.from_status), actor=Actor.MODERATOR, by=by, undoes=latest)
    after = _before(ledger, latest, act.at)
    (back,) = write([Step(comment, latest.revision_id, act, after)])
    notifications.tell_undone(back)
    return back


def undo_batch(batch: Batch, *, by: User) -> list[Undone]:
    """Take back every decision of a bulk act, each by itself; what was built upon stays, and says so.

    Raises NotPermitted, and Refusal after `policy.BATCH_UNDO_WINDOW`.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators decide on comments."))
    if timezone.now() - batch.at > policy.BATCH_UNDO_WINDOW:
        hours = policy.BATCH_UNDO_WINDOW.total_seconds() // 3600
        raise Refusal(
            _("A bulk act can be undone for %(hours)d hours. Decide on its comments instead.") % {"hours": hours}
        )
    return [_undone(decision, by) for decision in batch.decisions.select_related("comment").order_by("pk")]


# --- How ------------------------------------------------------------------------------------------------------------


def _undone(decision: Decision, by: User) -> Undone:
    try:
        return Undone(decision, undo(decision, by=by))
    except Refusal as refusal:
        return Undone(decision, refusal=refusal)


def _check(decision: Decision) -> None:
    if decision.undoes_id:
        raise Refusal(_("This takes a decision back already, and is not undone itself. Decide on the comment anew."))
    if decision.actor != Actor.MODERATOR:
        raise Refusal(_("Only a moderator's decision can be undone."))
    if not decision.from_status:
        raise Refusal(_("An answer of the newsroom is not undone, but rejected with a reason."))


def _overtaken(decision: Decision, latest: Decision, shown: Conflict) -> Conflict:
    is_undone = latest.undoes_id == decision.pk
    shown.words = _("This decision was taken back already.") if is_undone else decided_already(latest)
    return shown


def _before(ledger: Sequence[Decision], undone: Decision, now: datetime) -> After:
    """How the comment stood before a decision, read off what came before it."""
    earlier = [row for row in ledger if row.pk < undone.pk]
    back_to = effective(earlier)
    return After(
        public_id=earlier[-1].public_revision_id,
        featured_at=_featured_since(earlier),
        returned_by=_returned_by(back_to),
        # Its author has the whole time again: meanwhile the page said that nothing was to be done.
        closes_at=now + policy.RETURN_WINDOW if undone.from_status == Status.RETURNED else None,
    )


def _returned_by(ledger: Sequence[Decision]) -> int | None:
    """Whose queue it comes back to: who returned it, if nobody but its author and the rules have acted since."""
    for row in reversed(ledger):
        if row.actor == Actor.MODERATOR:
            return row.by_id if row.to_status == Status.RETURNED else None
        if row.to_status != Status.PENDING:
            return None
    return None


def _featured_since(ledger: Sequence[Decision]) -> datetime | None:
    since = None
    for row in ledger:
        since = (since or row.at) if row.featured else None
    return since
