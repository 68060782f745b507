"""The steps of everybody but a deciding moderator: the rules, the author, and whoever answers for the newsroom."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from comments import policy
from comments.models import Comment, Decision, Revision
from comments.moderation.acts import Act, After, Said, Step
from comments.moderation.conflicts import author_is_late
from comments.moderation.door import check_step, copy_to, write
from comments.moderation.locking import lock_one
from comments.states import Actor, Status
from comments.triage import Verdict


def first(comment: Comment, revision: Revision, verdict: Verdict, *, at: datetime) -> Decision:
    """Write the first row of a comment's ledger; to be called in the transaction that created the comment."""
    return _begin(comment, revision, _by_rule(verdict, at=at))


def answer(comment: Comment, revision: Revision, *, by: User, at: datetime) -> Decision:
    """Write the first row of an answer of the newsroom: its author is a moderator, and readers see it at once."""
    return _begin(comment, revision, Act(to=Status.APPROVED, actor=Actor.MODERATOR, by=by, at=at))


def judge(comment: Comment, verdict: Verdict, *, saw: str) -> Decision:
    """Write what the rules say about a text: a new one, an edited one, or again after an address was confirmed."""
    return _take(comment, _by_rule(verdict, at=timezone.now()), saw=saw)


def resubmit(comment: Comment, revision: Revision, *, saw: str) -> Decision:
    """The author wrote a new revision, which waits. The old words stay up meanwhile if the policy says so.

    `revision` is saved here, with the number after the one its author saw.
    """
    return _take(comment, Act(to=Status.PENDING, actor=Actor.AUTHOR), saw=saw, rewritten=revision)


def withdraw(comment: Comment, *, saw: str) -> Decision:
    """The author takes the comment back."""
    return _take(comment, Act(to=Status.WITHDRAWN, actor=Actor.AUTHOR), saw=saw)


# --- How ------------------------------------------------------------------------------------------------------------


def _begin(comment: Comment, revision: Revision, act: Act) -> Decision:
    after = After(public_id=revision.pk if act.to is Status.APPROVED else None)
    (decision,) = write([Step(comment, revision.pk, act, after, is_first=True)])
    return decision


@transaction.atomic
def _take(comment: Comment, act: Act, *, saw: str, rewritten: Revision | None = None) -> Decision:
    """Compare with what was seen, check the table, write. The row lock makes simultaneous calls wait for each other."""
    present = lock_one(comment)
    if present.seen != saw:
        raise author_is_late()
    check_step(present, act.actor, act.to)
    if rewritten and (present.status == Status.REJECTED or present.is_objected):
        # A rejected comment can be objected to, and while the objection is open the words must stay those that it is
        # about.
        raise author_is_late()
    revision = _save_next(present, rewritten) if rewritten else present.revisions.get(number=present.revision_number)
    (decision,) = write([Step(present, revision.pk, act, _after(present, act.to, revision))])
    copy_to(comment, present)
    return decision


def _save_next(comment: Comment, revision: Revision) -> Revision:
    comment.revision_number += 1
    comment.objection = None
    revision.comment, revision.number = comment, comment.revision_number
    revision.save(force_insert=True)
    return revision


def _after(comment: Comment, to: Status, revision: Revision) -> After:
    """A changed comment comes back to whoever returned it; a featured one stays so while the same words are up."""
    if to is Status.APPROVED:
        return After(public_id=revision.pk)
    if to in {Status.WITHDRAWN, Status.REJECTED}:
        return After()
    waiting = After(returned_by=comment.returned_by_id)
    if policy.EDIT_KEEPS_PUBLIC_TEXT:
        waiting = replace(waiting, public_id=comment.public_revision_id, featured_at=comment.featured_at)
    return waiting


def _by_rule(verdict: Verdict, *, at: datetime) -> Act:
    findings = [finding.as_json() for finding in verdict.findings]
    said = Said(verdict.explanation)
    return Act(to=verdict.status, actor=Actor.RULE, reason=verdict.reason or "", findings=findings, said=said, at=at)
