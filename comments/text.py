"""Readers' text: cleaned for storing, counted as a reader would count, and turned into HTML.

The count has a twin in the browser, `static/js/count.js`; tests check both with the same vectors.
"""

import hashlib
import re
import unicodedata
from collections.abc import MutableMapping, Sequence
from typing import Any, cast

import regex
from bleach.linkifier import Linker
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from comments.policy import SAME_IN_A_ROW
from newsportal.characters import fit

# They reverse the text after them, and with it the page.
_BIDI_OVERRIDES = re.compile("[\u202d\u202e]")
_WHITE = regex.compile(r"[\s\u2800]+")
_CLUSTER = regex.compile(r"\X")
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{C}\s]*")
# Removed from names: controls of writing direction, which could reverse what stands beside the name on the page; and
# invisible characters, so that two names that look alike are one. Joiners and variation selectors stay, as in a text.
_NOT_IN_NAMES = regex.compile(
    r"[\p{Bidi_Control}[\p{Default_Ignorable_Code_Point}\p{Cf}--[\u200C\u200D\uFE00-\uFE0F\U000E0100-\U000E01EF]]]",
    regex.VERSION1,
)
# Vietnamese, Hebrew and Thai may need four marks on a letter; forty of them reach into the lines above.
_TOO_MANY_MARKS = regex.compile(r"([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+")
# What bleach hands to a callback: attributes by namespace and name, and the text under "_text".
Attributes = MutableMapping[tuple[str | None, str] | str, str]
_PARAGRAPHS = re.compile(r"\n\s*\n")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}&]", re.IGNORECASE)
# What mail programs turn into links by themselves, each by the sign that it needs: the dot before a domain (also the
# wide ones, which browsers treat as dots), the colon of a scheme, the at sign of an address, the beginning of a share's
# name.
_LINKING = re.compile(
    r"""(?<=[^\s.．｡])[.．｡](?=[^\W\d_][^\s.．｡,;:!?)"'])
    |(?<=[a-z][a-z0-9]):(?=[^\s:])
    |(?<=\S)@(?=\S)
    |\\\\(?=\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def to_store(text: str) -> str:
    r"""The text as it is kept: line ends `\n`, nothing that cannot be stored or that reverses the page, NFC.

    Joiners and variation selectors stay: emoji, Persian and Indic scripts need them. Cleaning twice changes nothing.
    """
    return unicodedata.normalize("NFC", _BIDI_OVERRIDES.sub("", fit(text))).strip()


def name_to_store(name: str) -> str:
    """A name as it is stored: cleaned like a text, on one line, with nothing invisible or reaching beyond it."""
    return _TOO_MANY_MARKS.sub(r"\1", _WHITE.sub(" ", to_store(_NOT_IN_NAMES.sub("", name)))).strip()


def count(text: str) -> int:
    """How many characters a reader would count: visible extended grapheme clusters (UAX #29).

    A run of white space counts as one; of the same cluster in a row, case folded, `SAME_IN_A_ROW` count.
    """
    counted = run = 0
    previous = ""
    for cluster in _CLUSTER.findall(_WHITE.sub(" ", to_store(text)).strip()):
        if cluster != " " and _INVISIBLE.fullmatch(cluster):
            continue
        folded = cluster.casefold()
        run = run + 1 if folded == previous else 1
        previous = folded
        counted += run <= SAME_IN_A_ROW
    return counted


def links(text: str) -> list[str]:
    """The web addresses in a text, with their scheme, as they will be made clickable."""
    return [match.group() for match in _ADDRESS.finditer(text)]


def links_at(text: str) -> list[tuple[int, int]]:
    """Where each of them begins and ends."""
    return [match.span() for match in _ADDRESS.finditer(text)]


def fingerprint(text: str) -> str:
    """Equal for texts that differ only in case and white space; 64 hexadecimal digits."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def initial(name: str) -> str:
    """The first visible letter of a name, for the disc beside a comment."""
    for cluster in _CLUSTER.findall(name):
        if not _INVISIBLE.fullmatch(cluster):
            return str(cluster).upper()
    return ""


def to_html(text: str) -> SafeString:
    """Paragraphs and line breaks, everything else escaped; web addresses become links marked as not the paper's own."""
    paragraphs = [_linked(part).replace("\n", "<br>") for part in _PARAGRAPHS.split(text) if part.strip()]
    return mark_safe("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))  # noqa: S308


def to_marked_html(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """The same with `<mark>` around these spans, which are in order and do not overlap; an address is marked whole."""
    paragraphs, start = [], 0
    for gap in (*_PARAGRAPHS.finditer(text), None):
        end = gap.start() if gap else len(text)
        if text[start:end].strip():
            inside = [(max(first, start), min(last, end)) for first, last in spans if first < end and last > start]
            paragraphs.append(_marked(text, inside, start, end).replace("\n", "<br>"))
        start = gap.end() if gap else end
    return mark_safe("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))  # noqa: S308


def unlinked(text: str) -> str:
    """The text for a mail, in which no mail program finds a link: `http[:]//example[.]com`, `ann[@]example[.]com`.

    A reader's words are mailed to others in the paper's name; the recipient sees what was meant, but cannot follow it
    with one careless press. Programs guess differently, so a mark may stand where none was needed ("end[.]Next").
    """
    return _LINKING.sub(r"[\g<0>]", text)


def quoted(text: str) -> str:
    """The same with `> ` before each line, so that a reader's words cannot pass for the paper's own."""
    return "\n".join(f"> {line}".rstrip() for line in unlinked(text).split("\n"))


def _marked(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """A piece of a text with links and marks."""
    links = [(start + first, start + last) for first, last in links_at(text[start:end])]
    parts = []
    for first, last in (_widened(span, links) for span in spans):
        if last > start:
            begin = max(first, start)
            parts += [_linked(text[start:begin]), "<mark>", _linked(text[begin:last]), "</mark>"]
            start = last
    return "".join([*parts, _linked(text[start:end])])


def _widened(span: tuple[int, int], links: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A mark, widened to the whole of an address that it touches: if it began inside, the address would be broken."""
    touched = [link for link in links if link[0] < span[1] and link[1] > span[0]]
    return min([span[0], *(link[0] for link in touched)]), max([span[1], *(link[1] for link in touched)])


def _linked(text: str) -> str:
    """Escaped, with links. The linker gets one address at a time: in a whole text it takes `&quot;` for part of one."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts += [escape(text[end : found.start()]), str(_linker.linkify(escape(found[0])))]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _mark_as_readers(attributes: Attributes, new: bool = False, /) -> Attributes:  # noqa: FBT001, FBT002
    # "ugc" and "nofollow" tell search engines that the paper does not recommend what a reader linked.
    attributes[None, "rel"] = "nofollow ugc noopener"
    return attributes


_linker = Linker(callbacks=[cast("Any", _mark_as_readers)], url_re=_ADDRESS, parse_email=False)
