"""Readers recommend comments: once for each browser and comment, without an account or a cookie, as far as possible.

A browser is known by a keyed hash of its network and of what it says about itself, for as long as the key lives: a week
at most. After that nobody can tell: the number stays, but who was counted is forgotten, and the same browser may then
recommend again. Authors may recommend their own comments, because a network is not a person: to refuse them would
refuse a school.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import names, networks, policy
from comments.models import Comment, Recommendation
from newsportal.client import Address
from newsportal.pages import changed
from newsportal.refusal import Refusal

_HOUR = timedelta(hours=1)
_DUE = Q(counted=False) | Q(taken_back=True)


class TooMany(Refusal):
    """The network has recommended as much as the policy allows for now."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(
            _("As many recommendations have come from your network as are taken from one. Come back later.")
        )
        self.retry_after = retry_after


@transaction.atomic
def recommend(comment: Comment, *, address: Address, browser: str) -> bool:
    """Recommend a comment that readers see; False if this browser does so already.

    Nothing is counted yet, and no page changes. Raises TooMany.
    """
    now = timezone.now()
    network = networks.digest_of(address, now)
    networks.lock(network, now)
    known = _known(comment, networks.digest_of_browser(address, browser, now))
    if known is None:
        _check(comment, network, now)
        own = networks.digest_of_browser(address, browser, now)
        Recommendation.objects.create(comment=comment, browser=own, network=network, at=now)
    elif known.taken_back:
        known.taken_back = False
        known.save(update_fields=["taken_back"])
    else:
        return False
    return True


@transaction.atomic
def take_back(comment: Comment, *, address: Address, browser: str) -> bool:
    """Take this browser's recommendation back; False if there is none."""
    now = timezone.now()
    networks.lock(networks.digest_of(address, now), now)
    known = _known(comment, networks.digest_of_browser(address, browser, now))
    if known is None or known.taken_back:
        return False
    if known.counted:
        known.taken_back = True
        known.save(update_fields=["taken_back"])
    else:
        known.delete()
    return True


def number_of(comment: Comment) -> int:
    """How many recommend a comment, including what the worker has still to count; pages may be a minute behind it."""
    number = Comment.objects.values_list("recommendations", flat=True).get(pk=comment.pk)
    due = Recommendation.objects.filter(_DUE, comment=comment).values_list("taken_back", flat=True)
    return number + sum(_worth(taken_back=taken_back) for taken_back in due)


@transaction.atomic
def count_due() -> int:
    """Count what was recommended or taken back since the last time, and announce which pages have changed.

    Returns how many were counted; to be called again until that is 0.
    """
    due = list(Recommendation.objects.select_for_update().filter(_DUE).order_by("pk")[: policy.COUNTED_TOGETHER])
    if not due:
        return 0
    more: Counter[int] = Counter()
    for row in due:
        more[row.comment_id] += _worth(taken_back=row.taken_back)
    _add(more)
    Recommendation.objects.filter(pk__in=[row.pk for row in due if row.taken_back]).delete()
    Recommendation.objects.filter(pk__in=[row.pk for row in due if not row.taken_back]).update(counted=True)
    return len(due)


def forget_old(now: datetime) -> int:
    """Delete who recommended what under keys that are thrown away; the numbers stay. Returns how many there were."""
    while count_due():
        pass
    return _old(now).delete()[0]


def is_overdue(now: datetime) -> bool:
    """Whether one still exists whose key was to be thrown away by this moment."""
    return _old(now).exists()


# --- How ------------------------------------------------------------------------------------------------------------


def _worth(*, taken_back: bool) -> int:
    """What a due one adds to the comment's number."""
    return -1 if taken_back else 1


def _old(now: datetime) -> QuerySet[Recommendation]:
    return Recommendation.objects.filter(at__lt=networks.kept_since(now))


def _known(comment: Comment, browser: str) -> Recommendation | None:
    # Locked, because the worker may be counting it at this moment.
    return Recommendation.objects.select_for_update().filter(comment=comment, browser=browser).first()


def _check(comment: Comment, network: str, now: datetime) -> None:
    theirs = Recommendation.objects.filter(network=network)
    if theirs.filter(comment=comment).count() >= policy.RECOMMENDED_FROM_ONE_NETWORK:
        raise TooMany(networks.kept_since(now) + policy.NETWORK_KEY_LIFE - now)
    times = theirs.filter(at__gt=now - _HOUR).order_by("-at").values_list("at", flat=True)
    recent = list(times[: policy.RECOMMENDED_HOURLY])
    if len(recent) >= policy.RECOMMENDED_HOURLY:
        raise TooMany(recent[-1] + _HOUR - now)


def _add(more: Counter[int]) -> None:
    """In the order in which decisions lock comments, so that the two never deadlock."""
    locked = Comment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=more).order_by("pk")
    threads = dict(locked.values_list("pk", "thread_id"))
    for by in sorted(set(more.values()) - {0}):
        alike = [pk for pk, each in more.items() if each == by]
        Comment.objects.filter(pk__in=alike).update(recommendations=F("recommendations") + by)
    changed(*{names.of_recommendations(threads[pk]) for pk, by in more.items() if by})
