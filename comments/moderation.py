"""The only writer of a comment's status, whoever acts: a moderator, a rule, the author or the clock.

Each verb compares what its actor saw (`seen`, "status.revision") with what is there, and in the one transaction writes
the status, the row of the ledger and the counts. A refusal changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import names, notifications, permissions, policy
from comments.models import Comment, Decision, DecisionWords, Revision, Thread
from comments.states import Actor, Reason, Status, is_allowed
from comments.triage import Finding, Verdict
from newsportal.pages import changed
from newsportal.refusal import NotPermitted, Refusal, Stale


@transaction.atomic
def decide(
    comment: Comment,
    *,
    to: Status,
    by: User,
    saw: str,
    reason: str = "",
    explanation: str = "",
    at: datetime | None = None,
) -> Decision:
    """A moderator's decision on the text that they saw.

    A rejection needs a `reason` code, the reason OTHER and a return need an `explanation`. Raises NotPermitted, Refusal
    in words, and Stale (who decided what, and when) where somebody was quicker or the author edited. `at` dates the
    decision back, with the permission for it.
    """
    if not permissions.can_moderate(by) or (at and not permissions.can_backdate(by)):
        raise NotPermitted(_("Only moderators decide on comments."))
    reason, explanation = reason.strip(), explanation.strip()
    _check_words(to, reason, explanation)
    decision = _record(
        comment,
        to=to,
        actor=Actor.MODERATOR,
        by=by,
        saw=saw,
        reason=reason if to is Status.REJECTED else "",
        explanation=explanation,
        at=at,
    )
    if at is None:
        notifications.tell_decision(decision)
    return decision


def judge(comment: Comment, verdict: Verdict, *, saw: str) -> Decision:
    """What the rules say of a text: of a new one, of an edited one, or again after an address was confirmed."""
    return _record(
        comment,
        to=verdict.status,
        actor=Actor.RULE,
        saw=saw,
        findings=verdict.findings,
        reason=verdict.reason or "",
        explanation=verdict.explanation,
    )


def first(comment: Comment, revision: Revision, verdict: Verdict, *, at: datetime) -> Decision:
    """The first row of a comment's ledger; to be called in the transaction that made the comment."""
    decision = Decision(
        comment=comment,
        revision=revision,
        to_status=verdict.status,
        actor=Actor.RULE,
        at=at,
        findings=_json(verdict.findings),
    )
    _apply(comment, decision, revision if verdict.status is Status.APPROVED else None)
    return decision


@transaction.atomic
def resubmit(comment: Comment, revision: Revision, *, saw: str) -> Decision:
    """The author wrote a new revision: it waits. The old words stay up meanwhile if the policy says so.

    `revision` is saved here, with the number that follows the one its author saw.
    """
    return _record(comment, to=Status.PENDING, actor=Actor.AUTHOR, saw=saw, rewritten=revision)


def withdraw(comment: Comment, *, saw: str) -> Decision:
    """The author takes the comment back."""
    return _record(comment, to=Status.WITHDRAWN, actor=Actor.AUTHOR, saw=saw)


@transaction.atomic
def undo(decision: Decision, *, by: User) -> Decision:
    """Take a moderator's decision back, if nothing came after it. What readers saw before it, they see again."""
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators decide on comments."))
    comment = Comment.objects.select_for_update().get(pk=decision.comment_id)
    ledger = list(comment.decisions.order_by("pk"))
    if ledger[-1].pk != decision.pk:
        raise Stale(_decided_already(ledger[-1]))
    if decision.actor != Actor.MODERATOR or decision.undoes_id:
        raise Refusal(_("Only a moderator's decision can be undone."))
    back = Decision(
        comment=comment,
        revision=decision.revision,
        from_status=comment.status,
        to_status=decision.from_status,
        actor=Actor.MODERATOR,
        by=by,
        undoes=decision,
        at=timezone.now(),
    )
    _apply(comment, back, ledger[-2].public_revision)
    return back


# --- How ------------------------------------------------------------------------------------------------------------


def _check_words(to: Status, reason: str, explanation: str) -> None:
    if len(explanation) > policy.EXPLANATION_CODE_POINTS:
        raise Refusal(
            _("The explanation is too long: %(most)s characters at most.") % {"most": policy.EXPLANATION_CODE_POINTS}
        )
    if to is Status.REJECTED:
        if reason not in Reason.values:
            raise Refusal(_("Choose a reason for the rejection."))
        if reason in policy.REASONS_WITH_EXPLANATION and not explanation:
            raise Refusal(_("The reason “other” needs an explanation for the author."))
    if to is Status.RETURNED and not explanation:
        raise Refusal(_("Say in the explanation what the author should change."))


@transaction.atomic
def _record(  # noqa: PLR0913
    comment: Comment,
    *,
    to: Status,
    actor: Actor,
    saw: str,
    by: User | None = None,
    reason: str = "",
    explanation: str = "",
    findings: Sequence[Finding] = (),
    rewritten: Revision | None = None,
    at: datetime | None = None,
) -> Decision:
    """Compare with what was seen, ask the table, write. The row lock makes two at once wait for each other."""
    present = Comment.objects.select_for_update().get(pk=comment.pk)
    if present.seen != saw:
        raise Stale(_changed_meanwhile(present, saw) if actor is Actor.MODERATOR else _author_is_late())
    before = Status(present.status)
    if not is_allowed(actor, before, to):
        raise Refusal(
            _("A comment that is “%(before)s” cannot become “%(after)s”.") % {"before": before.label, "after": to.label}
        )
    revision = _save_next(present, rewritten) if rewritten else present.revisions.get(number=present.revision_number)
    decision = Decision(
        comment=present,
        revision=revision,
        from_status=before,
        to_status=to,
        actor=actor,
        by=by,
        reason=reason,
        findings=_json(findings),
        at=at or timezone.now(),
    )
    _apply(present, decision, _public_after(present, to, revision))
    if explanation:
        DecisionWords.objects.create(decision=decision, explanation=explanation)
    comment.refresh_from_db()
    return decision


def _save_next(comment: Comment, revision: Revision) -> Revision:
    comment.revision_number += 1
    revision.comment, revision.number = comment, comment.revision_number
    revision.save(force_insert=True)
    return revision


def _public_after(comment: Comment, to: Status, revision: Revision) -> Revision | None:
    """What readers see once the comment is in a status."""
    if to is Status.APPROVED:
        return revision
    if to is Status.PENDING and policy.EDIT_KEEPS_PUBLIC_TEXT:
        return comment.public_revision
    return None


def _apply(comment: Comment, decision: Decision, public: Revision | None) -> None:
    """Write the ledger's row, the status and the counts, and say which pages are different on commit."""
    before = comment.public_revision_id
    step = (public is not None) - comment.is_public
    decision.public_revision = public
    decision.save()
    comment.status, comment.public_revision = Status(decision.to_status), public
    if decision.from_status or comment.status != Status.PENDING:
        # A new comment that waits is as it was made.
        comment.save(update_fields=["status", "public_revision", "revision_number"])
    if step:
        # Always comment, root, thread: two decisions in one conversation wait for each other and never in a circle.
        if comment.root_id:
            Comment.objects.filter(pk=comment.root_id).update(answer_count=F("answer_count") + step)
        Thread.objects.filter(pk=comment.thread_id).update(public_count=F("public_count") + step)
    if comment.public_revision_id != before:
        below = [names.of_answers(comment.root.public_id)] if comment.root else []
        changed(names.of_thread(comment.thread_id), names.of_comment(comment.public_id), *below)


def _changed_meanwhile(comment: Comment, saw: str) -> str:
    if saw.rpartition(".")[2] != str(comment.revision_number):
        return _("The author has changed this comment since it was shown to you. Nothing was decided.")
    latest = comment.decisions.select_related("by").order_by("pk").last()
    return _decided_already(latest) if latest else _("This comment has changed since it was shown to you.")


def _author_is_late() -> str:
    """For the author: who decided is for the desk to know."""
    return _("Your comment has changed since this page was shown to you. Look at it again before you send this.")


def _decided_already(latest: Decision) -> str:
    seconds = max(0, round((timezone.now() - latest.at).total_seconds()))
    minutes = seconds // 60
    ago = ngettext("%(n)s second ago", "%(n)s seconds ago", seconds) % {"n": seconds}
    if minutes:
        ago = ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    who = latest.by.get_full_name() or latest.by.get_username() if latest.by else Actor(latest.actor).label
    return _("Decided already: %(what)s, by %(who)s, %(ago)s. Nothing was overwritten.") % {
        "what": Status(latest.to_status).label,
        "who": who,
        "ago": ago,
    }


def _json(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [finding.as_json() for finding in findings]
