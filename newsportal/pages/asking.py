"""Which requests may be answered with a kept page, and which page each of them asks for."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from newsportal.asgi_types import Scope
from newsportal.limits import STAFF_PREFIX
from newsportal.pages.limits import PATH_CHARACTERS, VALUE_CHARACTERS

# The parameters that our pages read; all others (`utm_source`, `fbclid` …) change nothing and are left out.
PARAMETERS = frozenset({"after", "p", "page", "parent", "sort"})


@dataclass(slots=True)
class Asked:
    """A GET or HEAD for a public page, whose bytes depend on nothing but `path` and the canonical `query`."""

    path: str
    query: str
    is_head: bool
    accepts: bytes
    if_none_match: bytes

    @property
    def encoding(self) -> str:
        """The encoding that the client gets: `br`, `gzip` or `""`."""
        return best_encoding(self.accepts)

    @property
    def takes_gzip(self) -> bool:
        """Whether the client accepts gzip."""
        return weight_of("gzip", self.accepts) > 0

    @property
    def key(self) -> str:
        """The key under which the page is kept."""
        return f"{self.path}?{self.query}" if self.query else self.path


def asked(scope: Scope) -> Asked | None:
    """The page that a request asks for; None if only Django may answer it.

    Django answers everything but GET and HEAD, everything under `/admin/`, with a session, an `Authorization` or a
    body, an unknown or doubled `Host`, and addresses longer than any of ours.
    """
    method, path = scope["method"], scope["path"]
    if method not in {"GET", "HEAD"} or path.startswith(STAFF_PREFIX) or len(path) > PATH_CHARACTERS:
        return None
    read = {b"host": b"", b"accept-encoding": b"", b"if-none-match": b""}
    for name, value in scope["headers"]:
        if name not in _TELLING:
            continue
        if name in read:
            # A repeated header counts as one joined with a comma (RFC 9110, section 5.3); no host of ours has a comma.
            read[name] = b"%s,%s" % (read[name], value) if read[name] else value
        elif name in _ONLY_FOR_DJANGO or (name == b"cookie" and _has_session(value)):
            return None
    query = _canonical(scope["query_string"]) if scope["query_string"] else ""
    if query is None or not _is_ours(read[b"host"]):
        return None
    return Asked(path, query, method == "HEAD", read[b"accept-encoding"], read[b"if-none-match"])


def is_public_page(path: str) -> bool:
    """Whether the view behind a path declares its page to be for everybody (`newsportal.caching.public_page`)."""
    try:
        view = resolve(path).func
    except (Resolver404, ValueError):
        return False
    return bool(getattr(view, "is_public_page", False))


_ONLY_FOR_DJANGO = frozenset({b"authorization", b"content-length", b"transfer-encoding"})
# All headers that matter here; a browser sends ten others.
_TELLING = _ONLY_FOR_DJANGO | {b"host", b"accept-encoding", b"if-none-match", b"cookie"}


def _has_session(cookies: bytes) -> bool:
    return settings.SESSION_COOKIE_NAME.encode() in cookies


def _canonical(query_string: bytes) -> str | None:
    """The parameters that pages read, in a fixed order, the last of each; None if they cannot be decoded."""
    try:
        pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    read = {name: value for name, value in pairs if name in PARAMETERS}
    if any(len(value) > VALUE_CHARACTERS for value in read.values()):
        return None
    return urlencode(sorted(read.items()))


@lru_cache(maxsize=64)
def _is_ours(host: bytes) -> bool:
    domain, _port = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=256)
def best_encoding(accepted: bytes) -> str:
    """`br`, `gzip` or `""` (identity): the smallest form that `Accept-Encoding` allows (RFC 9110, section 12.5.3)."""
    offered = {form: weight_of(form, accepted) for form in ("br", "gzip")}
    best = max(offered, key=lambda form: offered[form])
    return best if offered[best] > 0 else ""


def weight_of(form: str, accepted: bytes) -> float:
    """The weight that an `Accept-Encoding` gives a form: 0 (not acceptable) to 1."""
    weights: dict[str, float] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    return weights.get(form, weights.get("*", 0.0))


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
