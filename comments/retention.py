"""What is deleted on schedule, and whether anything overdue is left. The worker asks each hour.

Networks and their keys are deleted by `comments.networks`, recommenders and reporters by the modules that recorded
them; this module checks whether that was done.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from articles import error_reports
from comments import erasing, networks, notifications, policy, recommending, reporting, roundups
from comments.models import AddressRequest, Comment, Commenter, Notice, StandingChange
from comments.querysets import CommentQuerySet
from comments.standing import ERASED

_LINKS_KEPT = max(policy.ADDRESS_LINK_LIFE, policy.MAILS_WINDOW)


def forget_old(now: datetime) -> None:
    """Delete typed addresses that were never confirmed, and messages, links and addresses that nobody uses any more.

    Any number of workers may do so at once.
    """
    AddressRequest.objects.filter(created_at__lte=now - _LINKS_KEPT).delete()
    for forget in (_forget_typed, _forget_notices, roundups.forget_old, _forget_idle):
        while forget(now):
            pass


def overdue(now: datetime) -> list[str]:
    """What should have been deleted a day ago and is still there, a sentence each; empty if all is well."""
    return list(_overdue(now - policy.RETENTION_SLACK))


# --- How ------------------------------------------------------------------------------------------------------------


def _overdue(then: datetime) -> Iterator[str]:
    asked: dict[str, Callable[[], bool]] = {
        "the secret of a network's hash": lambda: networks.are_overdue(then),
        "an address that nobody confirmed": lambda: _typed(then).exists(),
        "an address that nobody writes under": lambda: _idle(then).exists(),
        "a message": lambda: _told(then).exists(),
        "a daily mail": lambda: roundups.old(then).exists(),
        "a request for a link": lambda: AddressRequest.objects.filter(created_at__lte=then - _LINKS_KEPT).exists(),
        "who recommended a comment": lambda: recommending.is_overdue(then),
        "who reported a comment": lambda: reporting.are_reporters_overdue(then),
        "who reported an error in a story": lambda: error_reports.is_overdue(then),
    }
    for what, is_there in asked.items():
        if is_there():
            yield f"{what} has been kept for too long; does a worker run?"


def _typed(now: datetime) -> CommentQuerySet:
    return Comment.objects.with_unconfirmed_address().filter(posted_at__lte=now - policy.UNCONFIRMED_ADDRESS_KEPT)


@transaction.atomic
def _forget_typed(now: datetime) -> int:
    old = list(_typed(now).order_by("posted_at")[: policy.FORGOTTEN_TOGETHER])
    notifications.forget(old)
    # Asked again: an address that is confirmed at this moment is its owner's.
    return Comment.objects.with_unconfirmed_address().filter(pk__in=[row.pk for row in old]).update(email="")


def _told(now: datetime) -> QuerySet[Notice]:
    """What was sent or given up so long ago, among the oldest: no index covers the time, but rows are in its order."""
    oldest = Notice.objects.order_by("pk").values_list("pk", flat=True)[: policy.FORGOTTEN_TOGETHER]
    owed = Q(sent_at__isnull=True, given_up_at__isnull=True)
    return Notice.objects.filter(~owed, pk__in=list(oldest), created_at__lte=now - policy.NOTICES_KEPT)


def _forget_notices(now: datetime) -> int:
    return _told(now).delete()[0]


def _idle(now: datetime) -> QuerySet[Commenter]:
    """Addresses under which nobody has written for long, without a pause or bar, which would end with them."""
    limit = now - policy.IDLE_ADDRESS_KEPT
    newest = StandingChange.objects.filter(commenter=OuterRef("pk")).order_by("-pk")
    theirs = Comment.objects.filter(commenter=OuterRef("pk"), posted_at__gt=limit)
    known = Commenter.objects.annotate(
        given=Subquery(newest.values("to_standing")[:1]), until=Subquery(newest.values("until")[:1])
    )
    holds = Q(given__gt="") & (Q(until__isnull=True) | Q(until__gt=now))
    # Not with exclude(): if there is no row at all, the condition is neither true nor false.
    free = Q(given__isnull=True) | ~holds
    return known.filter(free, ~Exists(theirs), confirmed_at__lte=limit).exclude(email__endswith=ERASED)


def _forget_idle(now: datetime) -> int:
    """Delete the address and what belongs to it; comments under it stay, as if none had been given."""
    owners = list(_idle(now).order_by("pk")[: policy.FORGOTTEN_TOGETHER])
    return sum(_let_go(owner) for owner in owners)


@transaction.atomic
def _let_go(owner: Commenter) -> bool:
    Comment.objects.filter(commenter=owner).update(commenter=None, email="")
    return erasing.forget_owner(owner)
