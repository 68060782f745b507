"""When a session of the newsroom began, was last used and was confirmed; and when it is over.

A number ends all sessions of an account: each session has the number from its sign-in, and the account's own comes
with the query that reads the account anyway (`newsportal.rights`).
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from newsportal.accounts import policy
from newsportal.accounts.models import SessionEpoch

_EPOCH = "accounts.epoch"
_BEGAN = "accounts.began"
_USED = "accounts.used"
_CONFIRMED = "accounts.confirmed"
_FACTOR = "accounts.factor"


def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note what a session is measured by; a receiver of Django's sign-in signal."""
    now = _now()
    request.session[_EPOCH] = _epoch_of(user)
    request.session[_BEGAN] = request.session[_USED] = request.session[_CONFIRMED] = now
    request.session[_FACTOR] = getattr(user, "second_factor", "")


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a signed-in request is no longer valid: it is too old, was unused for too long, or all
    sessions of the account were ended. If it goes on, its use is noted every few minutes.
    """
    assert isinstance(request.user, User)
    session, now = request.session, _now()
    age, unused = now - session.get(_BEGAN, 0), now - session.get(_USED, 0)
    idle = settings.SESSION_IDLE_SECONDS
    if age > settings.SESSION_COOKIE_AGE or (idle and unused > idle):
        return True
    if int(session.get(_EPOCH, -1)) != _epoch_of(request.user):
        return True
    if unused > _noted_every():
        session[_USED] = now
    return False


def end_all(user: User, *, but: HttpRequest | None = None) -> None:
    """Sign an account out everywhere; the session of the request `but` goes on, if it is that account's."""
    row, _made = SessionEpoch.objects.get_or_create(user=user)
    SessionEpoch.objects.filter(pk=row.pk).update(number=F("number") + 1)
    if but is not None and but.user == user:
        but.session[_EPOCH] = SessionEpoch.objects.get(pk=row.pk).number


def confirm(request: HttpRequest) -> None:
    """Note that the signed-in person has just proved their identity."""
    request.session[_CONFIRMED] = _now()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether that was recent enough for rights to be changed."""
    age: float = _now() - request.session.get(_CONFIRMED, 0)
    return age <= policy.CONFIRMED_FOR.total_seconds()


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was begun, or completed, with a second factor."""
    return bool(request.session.get(_FACTOR))


def note_second_factor(request: HttpRequest, kind: str) -> None:
    """Note that a session that began without a second factor now has one."""
    request.session[_FACTOR] = kind
    confirm(request)


def until(moment: timedelta) -> float:
    """The end of a period from now, as a session stores times: as a number."""
    return _now() + moment.total_seconds()


def is_past(moment: float) -> bool:
    """Whether such a time has passed."""
    return _now() > moment


def _noted_every() -> float:
    """How often use is noted: often enough that nobody active is taken for idle."""
    seconds = policy.USE_NOTED_EVERY.total_seconds()
    return min(seconds, settings.SESSION_IDLE_SECONDS / 2) if settings.SESSION_IDLE_SECONDS else seconds


def _epoch_of(user: User) -> int:
    """An account's number: it comes with a session's user, and is queried for somebody who is signing in."""
    if hasattr(user, "session_epoch"):
        number: int = user.session_epoch
        return number
    return SessionEpoch.objects.filter(user=user.pk).values_list("number", flat=True).first() or 0


def _now() -> float:
    return timezone.now().timestamp()
