"""When a session of the newsroom began, was used last and was confirmed; and when it is over.

What ends all sessions of an account is a number: each session knows the one of its sign-in, and the account comes with
its own by the query that reads it anyway (`newsportal.rights`).
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
    """Note what a session is measured by; Django tells of each sign-in."""
    now = _now()
    request.session[_EPOCH] = _epoch_of(user)
    request.session[_BEGAN] = request.session[_USED] = request.session[_CONFIRMED] = now
    request.session[_FACTOR] = getattr(user, "second_factor", "")


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a signed-in request counts no more: it is too old, was unused for too long, or all
    sessions of the account were ended. One that goes on is noted to be in use, every few minutes.
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
    """Sign an account out everywhere; the session of the request `but` goes on, where it is that account's."""
    row, _made = SessionEpoch.objects.get_or_create(user=user)
    SessionEpoch.objects.filter(pk=row.pk).update(number=F("number") + 1)
    if but is not None and but.user == user:
        but.session[_EPOCH] = SessionEpoch.objects.get(pk=row.pk).number


def confirm(request: HttpRequest) -> None:
    """Note that whoever is signed in has just proved to be who they are."""
    request.session[_CONFIRMED] = _now()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether that is so lately that rights may be changed."""
    age: float = _now() - request.session.get(_CONFIRMED, 0)
    return age <= policy.CONFIRMED_FOR.total_seconds()


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was begun, or completed, with a second factor."""
    return bool(request.session.get(_FACTOR))


def note_second_factor(request: HttpRequest, kind: str) -> None:
    """A session that began without one has it now."""
    request.session[_FACTOR] = kind
    confirm(request)


def until(moment: timedelta) -> float:
    """A time in a session, which keeps numbers."""
    return _now() + moment.total_seconds()


def is_past(moment: float) -> bool:
    """Whether such a time is over."""
    return _now() > moment


def _noted_every() -> float:
    """So often a use is noted that nobody is taken for idle who is not."""
    seconds = policy.USE_NOTED_EVERY.total_seconds()
    return min(seconds, settings.SESSION_IDLE_SECONDS / 2) if settings.SESSION_IDLE_SECONDS else seconds


def _epoch_of(user: User) -> int:
    """The number of an account: it comes along with who has a session, and is asked for with who signs in."""
    if hasattr(user, "session_epoch"):
        number: int = user.session_epoch
        return number
    return SessionEpoch.objects.filter(user=user.pk).values_list("number", flat=True).first() or 0


def _now() -> float:
    return timezone.now().timestamp()
