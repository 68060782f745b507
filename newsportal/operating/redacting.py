"""What a log may show of an address: no signed link, no key of a preview, nothing that was typed into a query; and of
any other text: no key and nobody's address.

Whoever has the link to an author's page acts as the author, and more people read a log than a mailbox.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from newsportal.masking import without_addresses
from newsportal.operating.limits import PATH_CHARACTERS, VALUE_CHARACTERS

REDACTED = "[redacted]"
# What follows these in a path identifies the holder of a link. A test walks all addresses, so that none is missing.
SECRET_BELOW = ("my-comment", "my-address", "unsubscribe", "report", "error-report", "preview", "key", "reset")
# These are followed by two parts that do so together: who, and the key.
SECRET_PAIRS_BELOW = ("login/password", "login/invitation")
# Parameters that say which part of a list was asked for, and nothing about who asked or what they typed.
HARMLESS = frozenset({"page", "p", "sort"})

_below = "|".join(re.escape(name) for name in SECRET_BELOW)
_pairs_below = "|".join(re.escape(name) for name in SECRET_PAIRS_BELOW)
# Addresses in running text, wherever it comes from: a message, a traceback, a mail.
_BEGINS, _PART = r"(?:^|(?<=[/\s\"'(=]))", r"[^/\s\"'<>)]+"
_IN_ADDRESS = re.compile(rf"(?i)({_BEGINS}(?:{_below})(?:/|%2F)){_PART}")
_PAIR_IN_ADDRESS = re.compile(rf"(?i)({_BEGINS}(?:{_pairs_below})/){_PART}(?:/{_PART})?")
# Signatures (43 characters: base64 of a SHA-256) and random keys, wherever they stand.
_KEY = re.compile(r"(?<![\w-])(?:[\w.-]{1,80}:){0,4}(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{40,}(?![\w-])")
# Django's keys of sessions and of links for forgotten passwords: lowercase letters and digits.
_SMALL_KEY = re.compile(r"(?<![\w-])(?:[0-9a-z]{1,13}-)?(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{32,64}(?![\w-])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_VALUE = re.compile(rf"[A-Za-z0-9_.-]{{0,{VALUE_CHARACTERS}}}")

# The kind of page, by the first part of its address: few kinds, as they are labels of figures.
_KINDS = {
    "": "front",
    **dict.fromkeys(("sections", "tags", "people", "corrections"), "list"),
    **dict.fromkeys(("about", "contact", "ethics", "imprint", "ownership", "corrections-policy"), "about"),
    **dict.fromkeys(("guidelines", "privacy", "moderation"), "about"),
    **dict.fromkeys(("my-comment", "my-address", "unsubscribe", "report", "error-report"), "own page"),
    "articles": "story",
    "comments": "conversation",
    "preview": "preview",
    "search": "search",
    "feed": "feed",
    **dict.fromkeys(("sitemap.xml", "sitemap-stories.xml", "sitemap-lists.xml", "news-sitemap.xml"), "machines"),
    **dict.fromkeys(("robots.txt", "site.webmanifest", ".well-known", "favicon.ico"), "machines"),
    "admin": "staff",
    "static": "static",
    "media": "picture",
    **dict.fromkeys(("health", "metrics", "csp-reports"), "operators"),
}
_FEEDS = ("/feed/", "/feed/atom/")
_WRITING = ("/new/", "/report/", "/recommend/", "/error/")


class Shown(NamedTuple):
    """An address as shown: its kind (a label of figures), and its path, on one line and without secrets."""

    kind: str
    path: str


@lru_cache(maxsize=4096)
def shown(path: str) -> Shown:
    """What is shown of a path: one line, whatever it holds (line ends, escape sequences, halves of characters)."""
    kind = kind_of(path)
    if kind not in {"static", "picture"}:
        path = as_logged(path)
    return Shown(kind, on_one_line(path[:PATH_CHARACTERS]))


def kind_of(path: str) -> str:
    """The kind of page at a path; `other` if it is none of ours."""
    kind = _KINDS.get(path[1:].partition("/")[0], "other")
    if kind in {"story", "list", "conversation"} and path.endswith(_FEEDS):
        return "feed"
    if kind in {"story", "conversation"} and path.endswith(_WRITING):
        return "writing"
    return "conversation" if kind == "story" and "/comments/" in path else kind


def shown_query(query: bytes) -> str:
    """A query with the values of harmless parameters only; of all others only their presence is shown."""
    if not query:
        return ""
    pairs = query[: 4 * PATH_CHARACTERS].decode("latin-1").split("&")
    return "?" + as_logged("&".join(_shown_pair(*pair.partition("=")[::2]) for pair in pairs)[:PATH_CHARACTERS])


def as_logged(text: str) -> str:
    """A text as a log may show it: without the keys of links, mail addresses and network addresses."""
    return without_addresses(without_secrets(text))


def without_secrets(text: str) -> str:
    """A text without the keys of links, whether they stand in an address or alone."""
    for place in (_IN_ADDRESS, _PAIR_IN_ADDRESS):
        text = place.sub(rf"\1{REDACTED}", text)
    return _SMALL_KEY.sub(REDACTED, _KEY.sub(REDACTED, text))


def on_one_line(text: str) -> str:
    """A text in which nothing ends the line, moves the cursor or changes the direction: such characters are escaped."""
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def _shown_pair(name: str, value: str) -> str:
    name = unquote(name)
    if not _NAME.fullmatch(name):
        return REDACTED
    is_harmless = name in HARMLESS and _VALUE.fullmatch(value)
    return f"{name}={value if is_harmless else REDACTED}"
