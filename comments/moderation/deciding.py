"""A moderator decides: on one comment, or on many with one press of a button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import notifications, passages, permissions, policy
from comments.models import Batch, Comment, Decision
from comments.moderation.acts import Act, After, Gone, Said, Step
from comments.moderation.conflicts import conflict, is_same_text
from comments.moderation.door import check_step, copy_to, write
from comments.moderation.locking import lock, lock_one, newest_revisions, newest_text
from comments.states import Actor, Reason, Status
from newsportal.refusal import NotPermitted, Refusal, Stale


@dataclass(frozen=True)
class Override:
    """A colleague's decision was seen and is overridden.

    `saw` is the state that the conflict showed (`meanwhile.seen`); `because` is for colleagues only.
    """

    saw: str
    because: str


@dataclass(frozen=True)
class Outcome:
    """The result for one comment of a bulk act: a decision, or a refusal in words.

    `comment` is as it is now; if it is gone, it is the one that was passed in.
    """

    comment: Comment
    decision: Decision | None = None
    refusal: Refusal | None = None


@transaction.atomic
def decide(
    comment: Comment,
    *,
    to: Status,
    by: User,
    saw: str,
    reason: str = "",
    explanation: str = "",
    passage: str = "",
    overrides: Override | None = None,
    at: datetime | None = None,
) -> Decision:
    """Make a moderator's decision on the text that they saw.

    A rejection needs a `reason` code; the reason OTHER and a return need an `explanation`; a return may mark a
    `passage` of the text. Raises NotPermitted, Refusal in words, and Conflict (who decided what, and when) if somebody
    was quicker or the author edited; with `overrides` it decides nevertheless. `at` dates the decision back, which
    needs a permission of its own.
    """
    act = _act(to, by=by, reason=reason, said=Said(explanation.strip(), passage.strip()), at=at)
    present = lock_one(comment, with_text=bool(act.said.passage))
    if overrides is not None:
        act = _overriding(present, act, saw, overrides)
        saw = overrides.saw
    step = _step(present, newest_revisions([present])[present.pk], act, saw)
    # Nobody is notified of decisions that are dated back.
    (decision,) = write([step], tell=notifications.of_decisions) if at is None else write([step])
    copy_to(comment, present)
    return decision


@transaction.atomic
def decide_all(
    comments: Sequence[Comment],
    *,
    to: Status,
    by: User,
    saw: Mapping[int, str],
    reason: str = "",
    explanation: str = "",
) -> list[Outcome]:
    """Make the same decision on many comments, each independently: one refusal does not stop the others.

    Of `comments` only the numbers are used; `saw` has what was seen of each, by number. The decisions made are one
    `Batch`, which can be taken back as a whole. The number of queries does not depend on how many there are. Raises
    NotPermitted or Refusal if nothing could be decided at all: because a reason is missing, or because there are too
    many at once.
    """
    if len(comments) > policy.BATCH_COMMENTS:
        raise Refusal(_("At most %(most)s comments are decided at once.") % {"most": policy.BATCH_COMMENTS})
    act = _act(to, by=by, reason=reason, said=Said(explanation.strip()))
    batch = Batch(by=by, at=act.at, act=to)
    act = replace(act, batch=batch)
    present = lock(comment.pk for comment in comments)
    revisions = newest_revisions(present.values())
    outcomes: list[Outcome] = []
    steps: list[Step] = []
    for comment in comments:
        try:
            steps.append(_step_of(present.get(comment.pk), revisions, act, saw.get(comment.pk, "")))
        except Refusal as refusal:
            outcomes.append(Outcome(present.get(comment.pk, comment), refusal=refusal))
    if steps:
        batch.save()
        decisions = write(steps, tell=notifications.of_decisions)
        outcomes += [Outcome(decision.comment, decision) for decision in decisions]
    return outcomes


# --- How ------------------------------------------------------------------------------------------------------------


def _act(to: Status, *, by: User, reason: str, said: Said, at: datetime | None = None) -> Act:
    if not permissions.can_moderate(by) or (at and not permissions.can_backdate(by)):
        raise NotPermitted(_("Only moderators decide on comments."))
    reason = reason.strip()
    _check_words(to, reason, said)
    return Act(
        to=to,
        actor=Actor.MODERATOR,
        by=by,
        reason=reason if to is Status.REJECTED else "",
        said=said if to is Status.RETURNED else replace(said, passage=""),
        at=at or timezone.now(),
    )


def _check_words(to: Status, reason: str, said: Said) -> None:
    _check_length(said.explanation)
    if to is Status.REJECTED:
        if reason not in Reason.values:
            raise Refusal(_("Choose a reason for the rejection."))
        if reason in policy.REASONS_WITH_EXPLANATION and not said.explanation:
            raise Refusal(_("The reason “other” needs an explanation for the author."))
    if to is Status.RETURNED and not said.explanation:
        raise Refusal(_("Say in the explanation what the author should change."))


def _check_length(explanation: str) -> None:
    if len(explanation) > policy.EXPLANATION_CODE_POINTS:
        raise Refusal(
            _("The explanation is too long: %(most)s characters at most.") % {"most": policy.EXPLANATION_CODE_POINTS}
        )


def _overriding(present: Comment, act: Act, saw: str, overrides: Override) -> Act:
    because = overrides.because.strip()
    if not because:
        raise Refusal(_("Say to your colleagues why you decide otherwise."))
    _check_length(because)
    if not is_same_text(present, saw):
        raise conflict(present, saw=saw, to=act.to)
    latest = present.decisions.order_by("pk").last()
    return replace(act, overrides=latest, said=replace(act.said, to_colleagues=because))


def _step_of(present: Comment | None, revisions: Mapping[int, int], act: Act, saw: str) -> Step:
    if present is None:
        raise Gone
    return _step(present, revisions[present.pk], act, saw)


def _step(present: Comment, revision: int, act: Act, saw: str) -> Step:
    if not saw:
        raise Stale(_("The page did not say what it showed of this comment. Nothing was decided; open the desk again."))
    if present.seen_at_desk != saw:
        raise conflict(present, saw=saw, to=act.to)
    check_step(present, Actor.MODERATOR, act.to)
    act = _answering(present, act)
    passage = act.said.passage
    if passage:
        passage = passages.find(newest_text(present, revision), passage)
        if not passage:
            raise Refusal(_("The marked passage does not stand in the comment. Mark it again."))
        act = replace(act, said=replace(act.said, passage=passage))
    is_public = act.to is Status.APPROVED
    is_returned = act.to is Status.RETURNED
    assert act.by is not None
    return Step(
        comment=present,
        revision_id=revision,
        act=act,
        after=After(
            public_id=revision if is_public else None,
            featured_at=present.featured_at if is_public and present.public_revision_id == revision else None,
            returned_by=act.by.pk if is_returned else None,
            closes_at=act.at + policy.RETURN_WINDOW if is_returned else None,
        ),
    )


def _answering(present: Comment, act: Act) -> Act:
    """An objection is answered by somebody else, in words; whoever decided first may not override the answer either."""
    objection = present.objection
    assert act.by is not None
    if objection is None:
        return act
    if objection.by_id == act.by.pk:
        raise Refusal(_("You decided on this comment before its author objected. Somebody else decides now."))
    if not present.is_objected:
        return act
    if act.to is Status.SPAM:
        raise Refusal(_("Its author has objected, and is answered: approve it, reject it with a reason, or return it."))
    if not act.said.explanation:
        raise Refusal(_("Its author has objected: answer in the explanation, whatever you decide."))
    return replace(act, objection=objection)
