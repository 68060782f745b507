"""Telling another program something: JSON in one POST, signed, so that it knows who sent it and when."""

import hashlib
import hmac
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

# A program that only has to note what it is told answers at once; if it does not, the outbox tries again.
SECONDS = 5.0
# 128 bits in hexadecimal digits; a shorter secret could be found from one signed post.
SECRET_LENGTH = 32
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is sent to no other; a redirect is an error, like any status above 299."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def is_safe(url: str) -> bool:
    """Whether nobody can read along on the way: https, or a program on this machine."""
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
    """Post JSON; `delivery` is the same for each attempt to deliver one message.

    Raises ValueError for an address that is not safe or a missing secret, OSError (HTTPError if the status is not 2xx)
    and HTTPException.
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
