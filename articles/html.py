"""The one door through which HTML from an editor or a wire comes in: an allow-list, enforced twice.

bleach is no longer maintained, so its output passes through nh3 (ammonia) with the same list; in a reader's browser the
Content Security Policy is a third wall. The place of a quote or of a picture from the library is given by a marker,
`[[quote name]]` or `[[picture number]]`, in a paragraph of its own: being plain text, it survives both walls. In pages
about the paper `[[block name]]` is such a marker, for what the portal writes there itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

import bleach
import nh3
from django.utils.translation import gettext as _

from articles.limits import BODY_LENGTH, NESTED_BLOCKS
from newsportal.refusal import Refusal

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
# The content of these is code, never text to keep.
_DROPPED_WHOLE = {"script", "style"}

_bleach = bleach.Cleaner(
    tags=TAGS,
    attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
    protocols=PROTOCOLS,
    strip=True,
    strip_comments=True,
)
# The characters of a SlugField, as the name of a quote is one; a picture is named by its number.
_MARKER = re.compile(r"\[\[(quote|picture) ([-a-zA-Z0-9_]{1,40})\]\]")
_BLOCK = re.compile(r"\[\[(block) ([-a-zA-Z0-9_]{1,40})\]\]")
# A link to another site as both walls leave it, up to the value of its `rel`.
_LINK_OUT = re.compile(r'<a(?= (?:[a-z]+="[^"]*" )*href="(?:https?:)?//)(?: [a-z]+="[^"]*")*? rel="', re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# Inline elements that end before a comma or the like, where no space belongs.
_BEFORE_SIGN = re.compile(r"</(?:a|abbr|b|cite|code|em|i|q|s|small|strong)>(?=[,.;:!?…)”’»])")
# As many digits as always fit into a table's key.
_DIGITS_OF_A_KEY = 18
_NESTING = {"ul", "ol", "blockquote", "table", "figure"}
# Browsers and word processors put these around what is kept: nobody misses them.
_UNSAID_TAGS = {"html", "head", "body", "meta", "title", "link", "div", "span", "section", "tbody"}
_UNSAID_ATTRIBUTES = {"rel", "target"}


class Piece(NamedTuple):
    """A part of a body: HTML, or else the place of a quote, a picture or a block (`kind`), given by `name`."""

    html: str
    kind: str = ""
    name: str = ""


def clean(html: str) -> str:
    """HTML that holds nothing beyond the allow-list. Cleaning what is clean changes nothing."""
    return _nh3(_bleach.clean(_nh3(html.replace("\x00", "")))).strip()


def check(html: str) -> None:
    """Raise Refusal, in words, for a body that is too long or nested too deeply to be cleaned and shown."""
    if len(html) > BODY_LENGTH:
        words = _("The body has %(length)s characters, with its HTML; %(most)s are taken. Split the story.")
        raise Refusal(words % {"length": f"{len(html):,}", "most": f"{BODY_LENGTH:,}"})
    if _read(html).deepest > NESTED_BLOCKS:
        words = _("Lists and quotations in the body are nested %(depth)s deep; %(most)s levels are taken.")
        raise Refusal(words % {"depth": _read(html).deepest, "most": NESTED_BLOCKS})


def taken_out(html: str) -> list[str]:
    """What cleaning takes out of this HTML, each once and as it was written (`<img>`, `onclick=`), sorted by name."""
    before, after = _read(html), _read(clean(html))
    return sorted(before.used - after.used)


def to_text(html: str) -> str:
    """The words of cleaned HTML without its tags and markers, on one line; for counting and for feeds."""
    return " ".join(unescape(_TAG.sub(" ", _BEFORE_SIGN.sub("", _MARKER.sub(" ", html)))).split())


def with_absolute_links(html: str, base: str) -> str:
    """Cleaned HTML for readers elsewhere: each address in it is made absolute, relative to the page at `base`."""

    def absolute(tag: str, attribute: str, value: str) -> str:
        return urljoin(base, value) if attribute == "href" else value

    return _nh3(html, absolute)


def markers(html: str) -> list[str]:
    """The names of the quotes that the body gives a place, in order."""
    return [name for kind, name in _MARKER.findall(html) if kind == "quote"]


def pictures(html: str) -> list[str]:
    """The names of the pictures that the body refers to, in order; `key_of` turns one into a key."""
    return [name for kind, name in _MARKER.findall(html) if kind == "picture"]


def key_of(name: str) -> int | None:
    """The key of the picture that a marker names; None if it names none."""
    return int(name) if name.isdecimal() and len(name) <= _DIGITS_OF_A_KEY else None


def split(html: str) -> Iterator[Piece]:
    """The body in pieces, in order. A marker that shares its paragraph with words has no place and is left out."""
    return _pieces(html, _MARKER)


def sponsored(html: str) -> str:
    """Cleaned HTML whose links to other sites say that they were paid for, as search engines ask."""
    return _LINK_OUT.sub(r"\g<0>sponsored ", html)


def blocks(html: str) -> list[str]:
    """The names of the blocks that a page about the paper refers to, in order."""
    return [name for _kind, name in _BLOCK.findall(html)]


def split_at_blocks(html: str) -> Iterator[Piece]:
    """A page about the paper in pieces, as `split()` does it for a story."""
    return _pieces(html, _BLOCK)


def placed(html: str, kind: str) -> list[str]:
    """The names of the quotes or pictures (`kind`) that stand in a paragraph of their own, in order, each once."""
    return list(dict.fromkeys(piece.name for piece in split(html) if piece.kind == kind))


def _pieces(html: str, marker: re.Pattern[str]) -> Iterator[Piece]:
    end = 0
    for found in _paragraph_of(marker).finditer(html):
        yield from _words(html[end : found.start()], marker)
        yield Piece("", found[1], found[2])
        end = found.end()
    yield from _words(html[end:], marker)


@cache
def _paragraph_of(marker: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"<p>\s*{marker.pattern}\s*</p>")


def _words(html: str, marker: re.Pattern[str]) -> Iterator[Piece]:
    if html.strip():
        yield Piece(marker.sub("", html))


class _Read(HTMLParser):
    """The elements and attributes of some HTML, and how deep its blocks are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.used: Counter[str] = Counter()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NESTING:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        if tag not in _UNSAID_TAGS:
            self.used[f"<{tag}>"] += 1
            self.used.update(f"{name}=" for name, _value in attrs if name not in _UNSAID_ATTRIBUTES)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in _NESTING and self.depth > 0

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Treat `<![` as a comment that ends at the next `>`, like browsers (HTML, 13.2.5.42); Python takes it for XML,
        and fails if no name follows.
        """
        return self.parse_bogus_comment(i, bool(report))


def _read(html: str) -> _Read:
    reader = _Read()
    reader.feed(html)
    reader.close()
    return reader


def _nh3(html: str, attribute_filter: Callable[[str, str, str], str | None] | None = None) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(PROTOCOLS),
        clean_content_tags=_DROPPED_WHOLE,
        link_rel="noopener",
        strip_comments=True,
        attribute_filter=attribute_filter,
    )
