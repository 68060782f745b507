"""The one door that HTML from an editor or a wire comes in by: an allow-list, enforced twice.

bleach is given up by its maintainers, so what it returns passes through nh3 (ammonia) with the same list; a reader's
browser has the Content Security Policy as a third wall. Where a quote stands is a marker, `[[quote name]]`, in a
paragraph of its own: it survives both walls as the plain text that it is.
"""

import re
from collections.abc import Iterator
from html import unescape

import bleach
import nh3

TAGS = frozenset(
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption", "pre", "hr", "br"}
    | {"a", "abbr", "b", "cite", "code", "em", "i", "q", "s", "small", "strong", "sub", "sup"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ATTRIBUTES = {
    "a": frozenset({"href", "title"}),
    "abbr": frozenset({"title"}),
    "ol": frozenset({"start"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
}
PROTOCOLS = frozenset({"http", "https", "mailto"})
# What stands inside these is code, never text to keep.
_DROPPED_WHOLE = {"script", "style"}

_bleach = bleach.Cleaner(
    tags=TAGS,
    attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
    protocols=PROTOCOLS,
    strip=True,
    strip_comments=True,
)
# The letters of a SlugField, which the name of a quote is.
_MARKER = re.compile(r"\[\[quote ([-a-zA-Z0-9_]{1,40})\]\]")
_QUOTE_PARAGRAPH = re.compile(rf"<p>\s*{_MARKER.pattern}\s*</p>")
_TAG = re.compile(r"<[^>]*>")


def clean(html: str) -> str:
    """HTML that holds nothing but the allow-list. Cleaning what is clean changes nothing."""
    return _nh3(_bleach.clean(_nh3(html.replace("\x00", "")))).strip()


def to_text(html: str) -> str:
    """The words of cleaned HTML without its tags and quote markers, in one line; for counting and for feeds."""
    return " ".join(unescape(_TAG.sub(" ", _MARKER.sub(" ", html))).split())


def markers(html: str) -> list[str]:
    """The names of the quotes that the body gives a place, in the order of their places."""
    return _MARKER.findall(html)


def split_at_quotes(html: str) -> Iterator[tuple[str, str]]:
    """The body in pieces, `(html, "")` and `("", name of the quote that stands here)`, in order."""
    pieces = _QUOTE_PARAGRAPH.split(html)
    for index, piece in enumerate(pieces):
        if index % 2:
            yield "", piece
        elif piece.strip():
            yield _MARKER.sub("", piece), ""


def _nh3(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(PROTOCOLS),
        clean_content_tags=_DROPPED_WHOLE,
        link_rel="noopener",
        strip_comments=True,
    )
