"""The only writer of authors' standing, and of what slows a network: the log is the state, its newest row counts.

Each verb compares what its actor saw (the number of the newest row, `seen`) with what is there now, under the lock of
the author or of the network. A refusal changes nothing.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.templatetags.story import news_datetime
from comments import facts, networks, notifications, permissions, policy
from comments.models import Commenter, Network, NetworkRestraint, StandingChange, StandingWords
from comments.states import GIVEN_STANDINGS, Restraint, Standing
from comments.text import count, to_store
from newsportal.refusal import NotPermitted, Refusal, Stale

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Replaces the address of somebody whom a log names and who is forgotten.
ERASED = "@erased.invalid"


def seen(newest: StandingChange | NetworkRestraint | None) -> str:
    """What a page showed of a log, for compare-and-set: the number of its newest row."""
    return str(newest.pk) if newest else "0"


@transaction.atomic
def give(
    commenter: Commenter, *, to: Standing, by: User, saw: str, reason: str, until: datetime | None = None
) -> StandingChange:
    """Give the owner of a confirmed address a standing, until a time or until it is lifted.

    TRUSTED, HELD, PAUSED or BARRED; NEW and KNOWN can only be earned. A pause must end within `PAUSE_AT_MOST`; no end
    may be later than `STANDING_AT_MOST`. Raises NotPermitted, Refusal in words, and Stale.
    """
    now = timezone.now()
    _check_permission(by)
    if to not in GIVEN_STANDINGS:
        raise Refusal(_("Choose a standing. “New” and “known” are earned by comments that are approved."))
    words = _reason(reason)
    if to is Standing.PAUSED and until is None:
        raise Refusal(_("Say until when: a pause ends by itself."))
    _check_until(until, now, most=policy.PAUSE_AT_MOST if to is Standing.PAUSED else policy.STANDING_AT_MOST)
    newest = _compared(commenter, saw)
    if newest and newest.counts_at(now) and (newest.to_standing, newest.until) == (to, until):
        raise Refusal(_("That is how the author stands already. Nothing was changed."))
    return _write(commenter, newest, to=to, by=by, words=words, until=until, now=now)


@transaction.atomic
def lift(commenter: Commenter, *, by: User, saw: str, reason: str) -> StandingChange:
    """End what a moderator gave: what decisions earn counts again. Raises NotPermitted, Refusal in words, and Stale."""
    now = timezone.now()
    _check_permission(by)
    words = _reason(reason)
    newest = _compared(commenter, saw)
    if newest is None or not newest.counts_at(now):
        raise Refusal(_("There is nothing to lift: no standing is given to this author."))
    return _write(commenter, newest, to=None, by=by, words=words, until=None, now=now)


@transaction.atomic
def forget(commenter: Commenter) -> None:
    """Delete the address of somebody who has no comments any more, and the words that were said to them.

    If the log names them, its rows stay, and their address is replaced by one that leads nowhere (RFC 2606).
    """
    StandingWords.objects.filter(change__commenter=commenter).update(reason="")
    if StandingChange.objects.filter(commenter=commenter).exists():
        Commenter.objects.filter(pk=commenter.pk).update(email=f"{commenter.pk}{ERASED}")
    else:
        commenter.delete()


@transaction.atomic
def restrain(
    network: Network, *, to: Restraint, by: User, saw: str, reason: str, until: datetime | None = None
) -> NetworkRestraint:
    """Slow or pause a network, until a time or (None) until its key is gone, which is the latest possible end.

    Raises NotPermitted, Refusal in words, and Stale. The reason is for colleagues: other readers who share the network
    read that it is slowed or paused, and not what somebody else did.
    """
    now = timezone.now()
    _check_permission(by)
    if to not in Restraint.values:
        raise Refusal(_("A network can be slowed or paused, and nothing else: a school is one network."))
    words = _reason(reason)
    end = networks.ends_at(network.period)
    _check_until(until, now, most=policy.NETWORK_KEY_LIFE)
    if until is not None and until > end:
        raise Refusal(
            _("This network is known until %(when)s, and not after that. Choose an earlier time.")
            % {"when": news_datetime(end)}
        )
    newest = _compared_network(network, saw, now)
    is_same = newest and newest.counts_at(now) and (newest.to_restraint, newest.until) == (to, until or end)
    if is_same:
        raise Refusal(_("That is how this network is restrained already. Nothing was changed."))
    return _restrain(network, newest, to=to, by=by, reason=words, until=until or end, now=now)


@transaction.atomic
def release(network: Network, *, by: User, saw: str, reason: str) -> NetworkRestraint:
    """Release a network. Raises NotPermitted, Refusal in words, and Stale."""
    now = timezone.now()
    _check_permission(by)
    words = _reason(reason)
    newest = _compared_network(network, saw, now)
    if newest is None or not newest.counts_at(now):
        raise Refusal(_("There is nothing to lift: this network is neither slowed nor paused."))
    return _restrain(network, newest, to=None, by=by, reason=words, until=now, now=now)


# --- How ------------------------------------------------------------------------------------------------------------


def _check_permission(by: User) -> None:
    if not permissions.can_give_standing(by):
        raise NotPermitted(_("You may not change how authors stand."))


def _reason(typed: str) -> str:
    words = to_store(typed[: policy.STANDING_REASON_CODE_POINTS * 2])
    if not count(words):
        raise Refusal(_("Say why, in words: the author and your colleagues read it."))
    if len(words) > policy.STANDING_REASON_CODE_POINTS:
        most = {"most": policy.STANDING_REASON_CODE_POINTS}
        raise Refusal(_("The reason is too long: %(most)s characters at most.") % most)
    return words


def _check_until(until: datetime | None, now: datetime, *, most: timedelta) -> None:
    if until is None:
        return
    if until <= now:
        raise Refusal(_("This time has passed. Choose one to come."))
    if until > now + most:
        raise Refusal(_("That is too long: %(days)s days at most.") % {"days": most.days})


def _compared(commenter: Commenter, saw: str) -> StandingChange | None:
    """The newest row, if it is the one that the moderator saw; the author's lock holds others off meanwhile."""
    if Commenter.objects.select_for_update().filter(pk=commenter.pk).first() is None:
        raise Refusal(_("There is no such author any more."))
    newest = StandingChange.objects.with_words().filter(commenter=commenter).order_by("pk").last()
    _compare(newest, saw, Standing(newest.to_standing).label if newest and newest.to_standing else _("lifted"))
    return newest


def _compared_network(network: Network, saw: str, now: datetime) -> NetworkRestraint | None:
    """The newest row of a network that is still known, under the lock that its posts wait for."""
    if networks.ends_at(network.period) <= now:
        raise Refusal(_("The key of this network is gone: nobody can tell any more what comes from it."))
    networks.lock(network.digest, now)
    newest = NetworkRestraint.objects.select_related("by").filter(network=network).order_by("pk").last()
    _compare(newest, saw, Restraint(newest.to_restraint).label if newest and newest.to_restraint else _("lifted"))
    return newest


def _compare(newest: StandingChange | NetworkRestraint | None, saw: str, label: "str | _StrPromise") -> None:
    if newest is None and saw == seen(None):
        return
    if newest is None:
        raise Stale(_("This has changed since it was shown to you. Nothing was changed now."))
    if saw != seen(newest):
        words = {
            "what": label,
            "who": newest.by.get_full_name() or newest.by.get_username(),
            "when": news_datetime(newest.at),
        }
        raise Stale(_("Somebody was quicker: %(what)s, by %(who)s, %(when)s. Nothing was overwritten.") % words)


def _write(
    commenter: Commenter,
    newest: StandingChange | None,
    *,
    to: Standing | None,
    by: User,
    words: str,
    until: datetime | None,
    now: datetime,
) -> StandingChange:
    was_given = newest if newest and newest.counts_at(now) else None
    approved, _rejected = facts.record_of(commenter)
    change = StandingChange.objects.create(
        commenter=commenter,
        from_standing=was_given.to_standing if was_given else facts.standing_earned(approved),
        to_standing=to or "",
        until=until,
        by=by,
        at=now,
    )
    StandingWords.objects.create(change=change, reason=words)
    if change.shuts_out or (was_given and was_given.shuts_out):
        notifications.tell_standing(change)
    return change


def _restrain(
    network: Network,
    newest: NetworkRestraint | None,
    *,
    to: Restraint | None,
    by: User,
    reason: str,
    until: datetime,
    now: datetime,
) -> NetworkRestraint:
    return NetworkRestraint.objects.create(
        network=network,
        from_restraint=newest.to_restraint if newest and newest.counts_at(now) else "",
        to_restraint=to or "",
        until=until,
        reason=reason,
        by=by,
        at=now,
    )
