"""Browsers in which somebody signed in before: each has a signed cookie for the name of that account.

Tries from such a browser are counted separately. So those from all others can be counted together, and somebody who
guesses at one name from thousands of networks is stopped without a colleague being locked out (OWASP, "Slow Down Online
Guessing Attacks with Device Cookies"). The cookie opens nothing: whoever steals it has as many tries as anybody.
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
    """Know the browser of a request by the account that was just signed in to; Django tells of each sign-in."""
    request.known_for = user.get_username()  # type: ignore[attr-defined]


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its cookie, where it is to be known from now on."""
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
    """What tells this browser from others, where it is known by the (folded) name; else empty."""
    try:
        return _signer(name).unsign(request.COOKIES.get(_cookie(name), ""), max_age=policy.BROWSER_KNOWN_FOR)
    except BadSignature:
        return ""


def fold(name: str) -> str:
    """A name as Django finds its account: however it is spelt it is one name."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cookie(name: str) -> str:
    """Another for each name, for a desk has several people; a hash, for the next one need not read who they are."""
    return "known-" + salted_hmac(_SALT, fold(name), algorithm="sha256").hexdigest()[:16]


def _signer(name: str) -> TimestampSigner:
    return TimestampSigner(salt=f"{_SALT}:{fold(name)}")
