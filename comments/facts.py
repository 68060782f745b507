"""Every read that triage needs."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from comments.models import Comment, Commenter, NetworkRestraint, Revision, StandingChange
from comments.rules.current import Current
from comments.states import Standing, Status
from comments.text import fingerprint
from comments.triage import Facts


def gather(
    text: str,
    *,
    now: datetime,
    trap_filled: bool,
    commenter: Commenter | None,
    rules: Current,
    comment: Comment | None = None,
) -> Facts:
    """The facts about a text. `comment` is the one it belongs to, if that exists already; `rules` are those in force.

    `commenter` is None without a confirmed address, and then there is no record to count.
    """
    approved, rejected = record_of(commenter, besides=comment)
    return Facts(
        text=text,
        trap_filled=trap_filled or (comment is not None and _trap_was_filled(comment)),
        same_text_before=_same_text_before(text, now - timedelta(days=rules.limits.same_text_days), besides=comment),
        hits=rules.hits(text),
        address_confirmed=commenter is not None,
        approved_before=approved,
        rejected_before=rejected,
        trust_after=settings.COMMENTS_TRUST_AFTER,
        stands=comment is not None and comment.is_public,
        limits=rules.limits,
        given=_given_to(commenter, now),
    )


def record_of(commenter: Commenter | None, *, besides: Comment | None = None) -> tuple[int, int]:
    """How many comments under a confirmed address were approved and still are, and how many were rejected or spam."""
    if commenter is None:
        return 0, 0
    others = Comment.objects.filter(commenter=commenter)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    counts = others.aggregate(
        approved=Count("pk", filter=Q(status=Status.APPROVED)),
        rejected=Count("pk", filter=Q(status__in=[Status.REJECTED, Status.SPAM])),
    )
    return counts["approved"], counts["rejected"]


def standing_given(commenter: Commenter, now: datetime) -> StandingChange | None:
    """The change by which a moderator gave the standing that counts now; None if decisions alone count."""
    newest = StandingChange.objects.with_words().filter(commenter=commenter).order_by("pk").last()
    return newest if newest and newest.counts_at(now) else None


def standing_earned(approved: int) -> Standing:
    """The standing that this many approved comments earn."""
    if settings.COMMENTS_TRUST_AFTER and approved >= settings.COMMENTS_TRUST_AFTER:
        return Standing.TRUSTED
    return Standing.KNOWN if approved else Standing.NEW


def restraint_on(network: str, now: datetime) -> NetworkRestraint | None:
    """What slows or pauses a network now, by its hash."""
    newest = NetworkRestraint.objects.filter(network=network).order_by("pk").last()
    return newest if newest and newest.counts_at(now) else None


def _given_to(commenter: Commenter | None, now: datetime) -> str:
    given = standing_given(commenter, now) if commenter else None
    return given.to_standing if given else ""


def _trap_was_filled(comment: Comment) -> bool:
    """Whether the first look found the trap filled; a second look forgets nothing."""
    first = comment.decisions.order_by("pk").first()
    return first is not None and any(found["rule"] == "trap_filled" for found in first.findings)


def _same_text_before(text: str, since: datetime, besides: Comment | None) -> int:
    same = Revision.objects.filter(fingerprint=fingerprint(text), created_at__gt=since)
    return (same.exclude(comment=besides) if besides else same).count()
