"""Telling a CDN, or Varnish, to forget the pages that show a name: an HTTP request each, in a configurable form."""

import logging
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote

from django.conf import settings

from newsportal.pages.limits import PURGE_SECONDS

logger = logging.getLogger(__name__)

# How many purges are on their way at a time (few CDNs accept more from one client), and how many names are in one
# round: those that fall due meanwhile wait for its end.
_CONNECTIONS = 8
AT_ONCE = 5 * _CONNECTIONS


def is_wanted() -> bool:
    """Whether there is a CDN to tell."""
    return bool(settings.CDN_PURGE_URL)


def purge(names: set[str]) -> set[str]:
    """Ask the CDN to forget the pages that show these names; returns the names that it accepted.

    If it cannot be reached at all, the others are not tried: each would take as long to fail.
    """
    is_away = threading.Event()
    with ThreadPoolExecutor(_CONNECTIONS) as senders:
        taken = senders.map(lambda name: _is_purged(name, is_away), sorted(names))
        return {name for name, is_taken in zip(sorted(names), taken, strict=True) if is_taken}


def _is_purged(name: str, is_away: threading.Event) -> bool:
    if is_away.is_set():
        return False
    try:
        _ask_to_purge(name)
    except (OSError, HTTPException, ValueError) as error:
        if not isinstance(error, HTTPError):
            is_away.set()
        logger.warning("the CDN did not purge %s: %s", name, error)
        return False
    return True


def _ask_to_purge(name: str) -> None:
    """Send the request; raises OSError (HTTPError if the CDN refuses), HTTPException or ValueError."""
    headers = dict(_header(line, name) for line in settings.CDN_PURGE_HEADERS)
    request = urllib.request.Request(  # noqa: S310  (the address is the operator's own)
        settings.CDN_PURGE_URL.replace("{name}", quote(name, safe="")),
        method=settings.CDN_PURGE_METHOD,
        headers=headers,
    )
    with urllib.request.urlopen(request, timeout=PURGE_SECONDS):  # noqa: S310
        return


def _header(line: str, name: str) -> tuple[str, str]:
    header, _, value = line.partition(":")
    return header.strip(), value.strip().replace("{name}", name)
