"""Taking decisions back: one, or all that were made with one press of a button."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import notifications, permissions, placing, policy
from comments.models import Batch, Comment, Decision, effective
from comments.moderation.acts import Act, After, Gone, Step
from comments.moderation.conflicts import Conflict, conflict, decided_already
from comments.moderation.door import write
from comments.moderation.locking import lock
from comments.states import Actor, Status
from newsportal.refusal import NotPermitted, Refusal


@dataclass(frozen=True)
class Undone:
    """The result for one of several decisions: the row that takes it back, or a refusal in words."""

    decision: Decision
    back: Decision | None = None
    refusal: Refusal | None = None


def undo(decision: Decision, *, by: User) -> Decision:
    """Take a moderator's decision back, if nothing came after it: any moderator may, at any time.

    Readers see again what they saw before; the comment is as it was, in the same place of the same queue. If the author
    was told of the decision, they are told that it was taken back.
    """
    (undone,) = undo_all([decision], by=by)
    if undone.refusal:
        raise undone.refusal
    assert undone.back is not None
    return undone.back


def undo_all(decisions: Iterable[Decision], *, by: User) -> list[Undone]:
    """The same for several, each independently: one refusal does not stop the others.

    They are written `policy.UNDONE_TOGETHER` at a time. Raises NotPermitted.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators decide on comments."))
    asked, most = list(decisions), policy.UNDONE_TOGETHER
    slices = (asked[start : start + most] for start in range(0, len(asked), most))
    return [undone for together in slices for undone in _undo_together(together, by)]


def undo_batch(batch: Batch, *, by: User) -> list[Undone]:
    """Take every decision of a bulk act back; a decision that others have followed stays, and says so.

    Raises NotPermitted, and Refusal after `policy.BATCH_UNDO_WINDOW`.
    """
    if timezone.now() - batch.at > policy.BATCH_UNDO_WINDOW:
        hours = policy.BATCH_UNDO_WINDOW.total_seconds() // 3600
        raise Refusal(
            _("A bulk act can be undone for %(hours)d hours. Decide on its comments instead.") % {"hours": hours}
        )
    return undo_all(batch.decisions.select_related("comment").order_by("pk"), by=by)


# --- How ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def _undo_together(asked: Sequence[Decision], by: User) -> list[Undone]:
    numbers = {decision.comment_id for decision in asked}
    present = lock(numbers)
    ledgers: dict[int, list[Decision]] = defaultdict(list)
    for row in Decision.objects.filter(comment__in=numbers).select_related("by").order_by("pk"):
        ledgers[row.comment_id].append(row)
    steps: dict[int, Step] = {}
    refused: dict[int, Refusal] = {}
    for decision in asked:
        try:
            steps[decision.pk] = _step(decision, present.get(decision.comment_id), ledgers[decision.comment_id], by)
        except Refusal as refusal:
            refused[decision.pk] = refusal
    backs = dict(zip(steps, write(list(steps.values())), strict=True))
    notifications.tell_undone(list(backs.values()))
    notifications.tell_answers(list(backs.values()))
    return [Undone(decision, backs.get(decision.pk), refused.get(decision.pk)) for decision in asked]


def _step(decision: Decision, comment: Comment | None, ledger: Sequence[Decision], by: User) -> Step:
    if comment is None:
        raise Gone
    latest = ledger[-1]
    if latest.pk != decision.pk:
        raise _overtaken(decision, latest, conflict(comment, saw=comment.seen))
    _check(latest)
    if comment.objection and comment.objection.by_id == by.pk:
        raise Refusal(_("You decided on this comment before its author objected. Somebody else decides now."))
    act = Act(to=Status(latest.from_status), actor=Actor.MODERATOR, by=by, undoes=latest)
    return Step(comment, latest.revision_id, act, _before(ledger, latest, act.at))


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
    """The state of the comment before a decision, reconstructed from the rows before it."""
    earlier = [row for row in ledger if row.pk < undone.pk]
    back_to = effective(earlier)
    return After(
        public_id=earlier[-1].public_revision_id,
        featured_at=_featured_since(earlier),
        returned_by=_returned_by(back_to),
        # The author has the full time again: meanwhile the page said that there was nothing to do.
        closes_at=now + policy.RETURN_WINDOW if undone.from_status == Status.RETURNED else None,
        waits_since=placing.waited_since(ledger),
    )


def _returned_by(ledger: Sequence[Decision]) -> int | None:
    """Whose queue it comes back to: the person who returned it, if only its author and the rules have acted since."""
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
