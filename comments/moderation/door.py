"""The door itself: writes the ledger, the statuses and the counts together, for one comment or for many."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Subquery
from django.utils.translation import gettext as _

from comments import names, notifications, placing
from comments.models import Comment, Decision, DecisionWords, Notice, Objection, Revision, Thread
from comments.moderation import reported
from comments.moderation.acts import Said, Step
from comments.moderation.locking import newest
from comments.moderation.reported import Written
from comments.states import Actor, Reason, Status, is_allowed
from newsportal.pages import changed
from newsportal.refusal import Refusal


def check_step(present: Comment, actor: Actor, to: Status) -> None:
    """Check the step against the table; raises Refusal. Reports may be answered by leaving the comment as it is."""
    before = Status(present.status)
    is_answer = actor is Actor.MODERATOR and before is to is Status.APPROVED and present.report_case_id is not None
    if not is_answer and not is_allowed(actor, before, to):
        raise Refusal(
            _("A comment that is “%(before)s” cannot become “%(after)s”.") % {"before": before.label, "after": to.label}
        )


def write(
    steps: Sequence[Step], *, tell: Callable[[Sequence[Decision]], list[Notice]] = lambda _decisions: []
) -> list[Decision]:
    """Write the ledger's rows, the statuses and the counts, and on commit announce which pages have changed.

    Readers who reported a comment are told by mail what came of it, by the same statement as those whom `tell` names.
    """
    decisions = _write_ledger(steps)
    changes = [step for step in steps if step.after.public_id != step.comment.public_revision_id]
    featured = [step for step in steps if (step.after.featured_at is None) != (step.comment.featured_at is None)]
    told = _told_otherwise(steps)
    counted = [(step, (step.after.public_id is not None) - step.comment.is_public) for step in changes]
    for step, decision in zip(steps, decisions, strict=True):
        _put(step, decision)
    told_of_reports = reported.follow(
        [Written(step.comment, decision, step.act.undoes) for step, decision in zip(steps, decisions, strict=True)]
    )
    counts = [(step.comment, by) for step, by in counted if by]
    if len(steps) == len(counts) == 1 and steps[0].comment.root and not steps[0].is_first:
        _write_answer(*counts[0])
        _count_threads(counts)
    else:
        _write_comments([step for step in steps if not step.is_first or step.act.to is not Status.PENDING])
        _count_roots(counts)
        _count_threads(counts)
    changed(*{name for step in [*changes, *featured, *told] for name in _shown_by(step.comment)})
    notifications.owe([*told_of_reports, *tell(decisions)])
    return decisions


def empty(comments: Sequence[Comment], *, at: datetime) -> None:
    """Take name, address and words from withdrawn comments, and from what was said about them. This cannot be undone.

    What colleagues were told goes as well, because it is about these words. The ledger's own rows say nothing about a
    person.
    """
    numbers = [comment.pk for comment in comments]
    Comment.objects.filter(pk__in=numbers).update(name="", email="", commenter=None, erased_at=at)
    Revision.objects.filter(comment__in=numbers).update(body="", fingerprint="", network="")
    words = DecisionWords.objects.filter(decision__comment__in=numbers)
    words.update(explanation="", passage="", to_colleagues="")
    Objection.objects.filter(comment__in=numbers).update(words="")


def copy_to(comment: Comment, present: Comment) -> None:
    """Bring the caller's comment up to date with the locked one."""
    for column in Comment._meta.concrete_fields:
        setattr(comment, column.attname, getattr(present, column.attname))


# --- How ------------------------------------------------------------------------------------------------------------


def _write_ledger(steps: Sequence[Step]) -> list[Decision]:
    decisions = [_row(step) for step in steps]
    if len(decisions) == 1:
        decisions[0].save()
    else:
        Decision.objects.bulk_create(decisions)
    for step, decision in zip(steps, decisions, strict=True):
        decision.comment, decision.by = step.comment, step.act.by
        decision.made_public = step.after.public_id is not None and not step.comment.is_public
    words = [
        DecisionWords(decision=decision, **_given(step.act.said))
        for step, decision in zip(steps, decisions, strict=True)
        if step.act.said != Said()
    ]
    if words:
        DecisionWords.objects.bulk_create(words)
    return decisions


def _row(step: Step) -> Decision:
    # By numbers: for five hundred rows Django would look at each of their related objects several times.
    act = step.act
    decision = Decision(
        comment_id=step.comment.pk,
        revision_id=step.revision_id,
        from_status="" if step.is_first else step.comment.status,
        to_status=act.to,
        public_revision_id=step.after.public_id,
        featured=step.after.featured_at is not None,
        actor=act.actor,
        by_id=_number(act.by),
        reason=Reason(act.reason) if act.reason else "",
        findings=act.findings,
        undoes_id=_number(act.undoes),
        overrides_id=_number(act.overrides),
        batch_id=_number(act.batch),
        objection_id=_number(act.objection),
        at=act.at,
    )
    decision.report_case_id = reported.answered(step.comment, decision)
    return decision


def _number(row: Model | None) -> int | None:
    return row.pk if row else None


def _given(said: Said) -> dict[str, Any]:
    return {each.name: getattr(said, each.name) for each in fields(said)}


def _put(step: Step, decision: Decision) -> None:
    comment, after = step.comment, step.after
    comment.risk, comment.queued_at = placing.after(comment, decision, since=after.waits_since)
    comment.status, comment.public_revision_id = step.act.to, after.public_id
    comment.featured_at, comment.closes_at = after.featured_at, after.closes_at
    comment.returned_by_id = after.returned_by


_WRITTEN = (
    *("status", "public_revision", "revision_number", "featured_at", "returned_by", "closes_at"),
    *("risk", "queued_at", "objection", "report_case", "report_count", "reported_at"),
)


def _write_comments(steps: Sequence[Step]) -> None:
    """Use only as many statements as there are different outcomes: one for five hundred that are approved together."""
    alike: dict[tuple[Any, ...], list[Step]] = defaultdict(list)
    for step in steps:
        after = step.after
        is_newest = after.public_id == step.revision_id
        key = (step.act.to, after.public_id is not None and (is_newest or after.public_id), after.featured_at)
        alike[(*key, after.returned_by, after.closes_at, step.comment.queued_at, step.comment.report_case_id)].append(
            step
        )
    for together in alike.values():
        if len(together) == 1:
            together[0].comment.save(update_fields=_WRITTEN)
        else:
            _write_alike(together)


def _write_alike(steps: Sequence[Step]) -> None:
    act, after = steps[0].act, steps[0].after
    Comment.objects.filter(pk__in=[step.comment.pk for step in steps]).update(
        status=act.to,
        public_revision=Subquery(newest().values("pk")[:1]) if after.public_id is not None else None,
        featured_at=after.featured_at,
        returned_by=after.returned_by,
        closes_at=after.closes_at,
        queued_at=steps[0].comment.queued_at,
        # A case belongs to one comment: comments that share these values have no case.
        report_case=steps[0].comment.report_case_id,
        report_count=steps[0].comment.report_count,
        reported_at=steps[0].comment.reported_at,
    )


def _write_answer(comment: Comment, by: int) -> None:
    """Write an answer and the new count of its top-level comment, which is locked with it, in one statement.

    An answer has no count of its own.
    """
    root = comment.root
    assert root is not None
    before, root.answer_count = root.answer_count, F("answer_count") + by
    Comment.objects.bulk_update([comment, root], [*_WRITTEN, "answer_count"])
    root.answer_count = before


# Always comments first, then threads in their order, so that two decisions never deadlock.


def _count_roots(counted: Iterable[tuple[Comment, int]]) -> None:
    roots: Counter[int] = Counter()
    for comment, by in counted:
        if comment.root_id:
            roots[comment.root_id] += by
    for by in sorted(set(roots.values()) - {0}):
        alike = [pk for pk, each in roots.items() if each == by]
        Comment.objects.filter(pk__in=alike).update(answer_count=F("answer_count") + by)


def _count_threads(counted: Iterable[tuple[Comment, int]]) -> None:
    threads: Counter[int] = Counter()
    for comment, by in counted:
        threads[comment.thread_id] += by
    for pk, by in sorted(threads.items()):
        if by:
            Thread.objects.filter(pk=pk).update(public_count=F("public_count") + by)


def _told_otherwise(steps: Sequence[Step]) -> list[Step]:
    """Comments that readers see neither before nor after, but whose removal is told by a line in their place."""
    unseen = [step for step in steps if not step.is_first and not step.after.public_id and not step.comment.is_public]
    answers = [step.comment.pk for step in unseen if step.comment.root_id]
    # A comment that was never public has no answers. Answers to an answer are not counted anywhere.
    once = Decision.objects.filter(comment__in=answers, public_revision__isnull=False)
    were_public = set(once.values_list("comment", flat=True)) if answers else set()
    return [step for step in unseen if step.comment.answer_count or step.comment.pk in were_public]


def _shown_by(comment: Comment) -> list[str]:
    """The names of the pages that show a comment."""
    below = [names.of_answers(comment.root.public_id)] if comment.root else []
    return [names.of_thread(comment.thread_id), names.of_comment(comment.public_id), *below]
