"""Telling another program something: JSON by one POST, signed, so that it knows who speaks and when."""

import hashlib
import hmac
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

# A program that only has to note what it is told answers at once; the outbox asks again where it does not.
SECONDS = 5.0
# 128 bits in hexadecimal digits; below that a secret can be guessed from one signed post.
SECRET_LENGTH = 32
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is given to no other; the redirect is then an error like any status above 299."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def is_safe(url: str) -> bool:
    """Whether nobody on the way reads along: https, or a program on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hexadecimal digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(url: str, *, secret: str, delivery: str, body: bytes) -> None:
    """Post JSON; `delivery` is the same for each attempt at telling one thing.

    Raises ValueError for an address that is not safe or a missing secret, OSError (HTTPError where the answer is not
    one of 2xx) and HTTPException.
    """
    if not is_safe(url):
        raise ValueError("a webhook is posted to https, or to this machine, alone")
    if not secret:
        raise ValueError("a webhook is posted with a signature alone, and there is no secret")
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "newsportal",
        "X-Desk-Delivery": delivery,
        "X-Desk-Timestamp": timestamp,
        "X-Desk-Signature": f"sha256={signature(secret, timestamp, body)}",
    }
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  (checked above)
    with _opener.open(request, timeout=SECONDS):
        return
