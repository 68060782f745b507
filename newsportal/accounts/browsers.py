"""Browsers in which somebody has signed in before: each has a signed cookie for the account's name.

Attempts from such a browser are counted separately. So those from all others can be counted together, and an attacker
who guesses at one name from thousands of networks is stopped without locking a colleague out (OWASP, "Slow Down Online
Guessing Attacks with Device Cookies"). The cookie opens nothing: a thief gets as many attempts as anybody else.
"""

import secrets
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from newsportal.accounts import policy

_SALT = "newsportal.accounts.browsers"


def remember(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Remember a request's browser for the account that has just signed in; a receiver of Django's signal."""
    request.known_for = user.get_username()  # type: ignore[attr-defined]


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its cookie, if it is to be remembered."""
    name = getattr(request, "known_for", None)
    if name is None:
        return
    response.set_cookie(
        _cookie(name),
        _signer(name).sign(secrets.token_urlsafe(12)),
        max_age=policy.BROWSER_KNOWN_FOR,
        path=settings.SESSION_COOKIE_PATH,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def known(request: HttpRequest, name: str) -> str:
    """An identifier of this browser if it is known for the (folded) name; else empty."""
    try:
        return _signer(name).unsign(request.COOKIES.get(_cookie(name), ""), max_age=policy.BROWSER_KNOWN_FOR)
    except BadSignature:
        return ""


def fold(name: str) -> str:
    """A name in the form by which Django finds its account: all spellings of it give the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cookie(name: str) -> str:
    """One for each name, because several people may share a desk; hashed, so that nobody can read who they are."""
    return "known-" + salted_hmac(_SALT, fold(name), algorithm="sha256").hexdigest()[:16]


def _signer(name: str) -> TimestampSigner:
    return TimestampSigner(salt=f"{_SALT}:{fold(name)}")
