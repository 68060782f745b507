"""The author objects: a rejected comment goes back to the queue, for somebody other than the person who decided."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import policy
from comments.models import Comment, Decision, Objection, effective
from comments.moderation.acts import Act, After, Step
from comments.moderation.conflicts import author_is_late
from comments.moderation.door import copy_to, write
from comments.moderation.locking import lock_one, newest_revisions
from comments.states import Actor, Status
from newsportal.refusal import Refusal


@transaction.atomic
def object_to(comment: Comment, *, words: str, saw: str) -> Objection:
    """Object in words to the rejection that stands (`saw`, of `seen_of`); the same words again are the same objection.

    Whoever decided (a person, a rule, or the clock after a return) may be wrong, and does not answer. Possible once for
    each decision, within `policy.OBJECTION_WINDOW`; the answer to an objection is final (Digital Services Act, Article
    20). Raises Stale or Refusal, and then changes nothing.
    """
    present = lock_one(comment)
    if present.is_objected and present.objection and present.objection.words == words:
        return present.objection
    now = timezone.now()
    ledger = list(present.decisions.order_by("pk"))
    decision = _objectionable(present, ledger, saw, now)
    objection = Objection.objects.create(
        comment=present, decision=decision, by_id=_decided_by(ledger, decision), words=words, at=now
    )
    present.objection = objection
    act = Act(to=Status.PENDING, actor=Actor.AUTHOR, at=now, objection=objection)
    write([Step(present, newest_revisions([present])[present.pk], act, After())])
    copy_to(comment, present)
    return objection


def seen_of(comment: Comment, ledger: Sequence[Decision]) -> str:
    """What the page showed to the author who objects: the state, and how much had been decided by then."""
    return f"{comment.seen}.{len(ledger)}"


def open_to_objection(comment: Comment, ledger: Sequence[Decision]) -> Decision | None:
    """The rejection that stands, unless it was objected to or answers an objection; time limits are not checked."""
    standing = [row for row in effective(ledger) if not row.is_featuring]
    if comment.status != Status.REJECTED or not standing or standing[-1].objection_id:
        return None
    return standing[-1]


# --- How ------------------------------------------------------------------------------------------------------------


def _objectionable(present: Comment, ledger: Sequence[Decision], saw: str, now: datetime) -> Decision:
    if present.is_objected:
        raise Refusal(_("You have objected to this decision already. Somebody else will answer you."))
    decision = open_to_objection(present, ledger)
    if decision is None and present.status == Status.REJECTED:
        raise Refusal(_("Your objection was answered. There is no second one to the same decision."))
    if saw != seen_of(present, ledger):
        raise author_is_late()
    if decision is None:
        raise Refusal(_("Only to a rejection can one object."))
    if now - decision.at > policy.OBJECTION_WINDOW:
        raise Refusal(_("The six months in which one could object to this decision are over."))
    return decision


def _decided_by(ledger: Sequence[Decision], decision: Decision) -> int | None:
    """Who must not answer; for a comment that the clock closed, the person who returned it."""
    if decision.actor != Actor.CLOCK:
        return decision.by_id
    returned = [row.by_id for row in effective(ledger) if row.to_status == Status.RETURNED and row.pk < decision.pk]
    return returned[-1] if returned else None
