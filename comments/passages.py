"""A passage of a comment: found in its text, and marked there."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def find(text: str, passage: str) -> str:
    """The passage as it stands in the text, whatever its white space; empty if it is not there."""
    place = _place(text, passage)
    return text[place[0] : place[1]] if place else ""


def marked(text: str, passage: str) -> SafeString:
    """The text as paragraphs and lines, the passage marked; everything is escaped, and no address is a link."""
    begin, end = _place(text, passage) or (0, 0)
    paragraphs: list[list[str]] = [[]]
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1].append(_line(line, begin - offset, end - offset))
        elif paragraphs[-1]:
            paragraphs.append([])
        offset += len(line) + 1
    html = "".join(f"<p>{'<br>'.join(lines)}</p>" for lines in paragraphs if lines)
    return mark_safe(html)  # noqa: S308


def _place(text: str, passage: str) -> tuple[int, int] | None:
    words = passage.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found else None


def _line(line: str, begin: int, end: int) -> str:
    begin, end = max(0, begin), min(len(line), end)
    if begin >= end:
        return str(escape(line))
    return f"{escape(line[:begin])}<mark>{escape(line[begin:end])}</mark>{escape(line[end:])}"
