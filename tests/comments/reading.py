"""Reads a page as a browser does, as far as these tests need: elements, their text, and what a form would send."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


class Element:
    """One element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None" = None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.parts: list[Element | str] = []

    def __iter__(self) -> "Iterator[Element]":
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part

    @property
    def text(self) -> str:
        """The words in it as written, a line break as `\\n`, and an empty line between paragraphs."""
        said = ""
        for part in self.parts:
            if isinstance(part, str):
                said += part
            elif part.tag == "br":
                said += "\n"
            elif part.tag == "p":
                said += ("\n\n" if said.strip() else "") + part.text
            else:
                said += part.text
        return said

    def all(self, tag: str = "", **attributes: str) -> "list[Element]":
        """The elements with this tag and these attributes; `class_` is one class among others."""
        return [
            one for one in self if (not tag or one.tag == tag) and all(one.has(*pair) for pair in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """The only one."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def has(self, name: str, value: str) -> bool:
        if name == "class_":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(name) == value

    def fields(self) -> dict[str, str]:
        """The values of a form's fields, by name."""
        held = {}
        for element in self:
            name = element.attributes.get("name", "")
            if name and element.tag == "input" and element.attributes.get("type") not in {"submit", "checkbox"}:
                held[name] = element.attributes.get("value", "")
            elif name and element.tag == "textarea":
                # The line feed right after the tag is not part of the value.
                held[name] = element.text.removeprefix("\n")
            elif name and element.tag == "select":
                chosen = [one.attributes["value"] for one in element.all("option") if "selected" in one.attributes]
                held[name] = chosen[0] if chosen else ""
        return held


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("#root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.parts.append(made)
        if tag not in _VOID:
            self.open = made

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        while self.open.tag != tag and self.open.parent:
            self.open = self.open.parent
        self.open = self.open.parent or self.open

    def handle_data(self, data: str) -> None:
        self.open.parts.append(data)


def read(source: Any) -> Element:
    """The page of a response, or of a piece of HTML."""
    parser = _Parser()
    parser.feed(source if isinstance(source, str) else source.content.decode())
    parser.close()
    return parser.root


def as_shown(text: str) -> str:
    """A stored text as its paragraphs show it: several empty lines between them count as one."""
    return "\n\n".join(part for part in re.split(r"\n\s*\n", text) if part.strip())


def words(element: Element) -> str:
    """The text with every run of white space as one space."""
    return " ".join(element.text.split())
