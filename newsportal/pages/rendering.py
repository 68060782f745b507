"""A page made from nothing but its key: Django gets a request of our own, so no client influences what is kept."""

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from newsportal.pages.page import Page

Wsgi = Callable[..., Iterable[bytes]]

# Keys of the WSGI environment under which a view finds the store's moment, and leaves the page's hard clock.
MOMENT = "portal.moment"
UNTIL = "portal.until"
_SHOWN = b"surrogate-key"
# Headers made anew for each response.
_OURS = frozenset({b"content-length", b"etag", b"vary", b"cache-control", b"cdn-cache-control"})


@dataclass
class Rendered:
    """What Django answered. `until` is the hard clock, in seconds since 1970."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    until: float = 0.0
    at: float = 0.0

    @property
    def names(self) -> list[str]:
        """The names that the page shows, from its header."""
        return b" ".join(self._all(_SHOWN)).decode().split()

    def is_to_be_kept(self) -> bool:
        """Whether this is a page for everybody: 200, with names, without cookies or signs that it differs by reader.

        `Cache-Control` and `Vary` are read regardless of case and spaces (RFC 9110, section 5.6.1).
        """
        return (
            self.status == 200  # noqa: PLR2004
            and bool(self.names)
            and not self._all(b"set-cookie")
            and not self._listed(b"cache-control") & {"private", "no-store"}
            and self._listed(b"vary") <= {"accept-encoding"}
        )

    def page(self, key: str) -> Page:
        """The page to keep."""
        headers = [header for header in self.headers if header[0] not in _OURS]
        return Page.of(key, headers, self.body, at=self.at, until=self.until)

    def _all(self, name: bytes) -> list[bytes]:
        return [value for header, value in self.headers if header == name]

    def _listed(self, name: bytes) -> set[str]:
        parts = b",".join(self._all(name)).decode("latin-1").lower().split(",")
        return {part.partition("=")[0].strip() for part in parts} - {""}


def render(application: Wsgi, path: str, query: str, moment: str = "") -> Rendered:
    """Ask a WSGI application for a page, like a client that sends no header but `Host`."""
    at = time.time()
    environ = _environ(path, query, moment)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.append((status, headers))

    response = application(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        close = getattr(response, "close", None)
        if close:
            close()
    words, headers = started[-1]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return Rendered(int(words.split(" ", 1)[0]), encoded, body, until=environ.get(UNTIL, 0.0), at=at)


def _environ(path: str, query: str, moment: str) -> dict[str, Any]:
    site = urlsplit(settings.SITE_URL)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or {"https": 443}.get(site.scheme, 80)),
        "HTTP_HOST": site.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        MOMENT: moment,
    }
