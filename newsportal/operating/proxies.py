"""Whether a proxy that `TRUSTED_PROXIES` does not name forwards requests: then all readers look like one."""

import time
from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest, HttpResponse

from newsportal.client import is_forwarded, is_inside, is_trusted
from newsportal.operating import tallies
from newsportal.operating.limits import FORWARDED_SECONDS

_UNHEEDED = "forwarded_unheeded"


class Told(Protocol):
    """The counts of processes (`tallies.Tally`)."""

    moments: dict[str, float]


class ProxyMiddleware:
    """Notes a request that an untrusted proxy on this machine or network sends.

    Only from addresses that nobody has on the internet: strangers can send such headers, too, and are no proxies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if is_forwarded(request) and is_inside(peer) and not is_trusted(peer):
            tallies.note(_UNHEEDED, peer)
        return self.get_response(request)


def unheeded(told: Told) -> list[str]:
    """The addresses of proxies whose headers were recently ignored: only our own machines' are noted."""
    since = time.time() - FORWARDED_SECONDS
    names = [name.partition(":")[2] for name, at in told.moments.items() if name.startswith(_UNHEEDED) and at > since]
    return sorted(names)
