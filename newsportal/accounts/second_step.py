"""Between the password and the second factor: who is signing in, noted in a session that is nobody's yet."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from newsportal.accounts import policy, sessions

_PENDING = "accounts.pending"


def begin(request: HttpRequest, user: User, *, to: str) -> None:
    """Note that this person's password was right; after the second factor they go on to the address `to`."""
    if request.user != user:
        # Whoever knows the key of the session in which this began gets no further with it.
        request.session.cycle_key()
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": sessions.until(policy.SECOND_STEP),
        "to": to,
    }


def pending(request: HttpRequest) -> User | None:
    """Who is signing in; None if nobody is, if it took too long, or if the password was changed meanwhile."""
    noted = request.session.get(_PENDING)
    if not noted or sessions.is_past(noted["until"]):
        return None
    user = User.objects.filter(pk=noted["user"], is_active=True, is_staff=True).first()
    return user if user and constant_time_compare(noted["hash"], user.get_session_auth_hash()) else None


def complete(request: HttpRequest, user: User, *, factor: str, to: str = "") -> str:
    """Sign in somebody who has proved both factors; returns the address that they wanted to go to."""
    noted = request.session.pop(_PENDING, None) or {}
    user.second_factor = factor  # type: ignore[attr-defined]
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return to or str(noted.get("to", settings.LOGIN_REDIRECT_URL))
