"""schema.org's vocabulary, read from the type declarations that the package `schema-dts` generates from it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# `interface NewsArticleBase extends ArticleBase {`: which properties things of a type have, and which they inherit.
_INTERFACE = re.compile(r"^(?:export )?interface (\w+?)(Base|Leaf) extends ([^{]+?) \{$", re.MULTILINE)
# `    "author"?: SchemaValue<Organization | Person | IdReference, "author">;`
_PROPERTY = re.compile(r'^    "(\w+)"\?: SchemaValue<(.+), "\w+">;$', re.MULTILINE)
# `export type Article = ArticleLeaf | NewsArticle | …;`: which types are kinds of it.
_KINDS = re.compile(r"^export type (\w+) = (.+);$", re.MULTILINE)


class Vocabulary:
    """Which properties each type has, and of which types their values are."""

    def __init__(self, declarations: str) -> None:
        self.properties: dict[str, dict[str, set[str]]] = {}
        self._above: dict[str, set[str]] = defaultdict(set)
        self._kinds: dict[str, set[str]] = {}
        starts = list(_INTERFACE.finditer(declarations))
        for found in starts:
            body = declarations[found.end() : declarations.index("\n}", found.end())]
            own = self.properties.setdefault(found[1], {})
            own |= {name: set(values.split(" | ")) for name, values in _PROPERTY.findall(body)}
            self._above[found[1]] |= set(re.findall(r"(\w+)Base\b", found[3])) - {found[1]}
        for name, kinds in _KINDS.findall(declarations):
            self._kinds[name] = set(re.findall(r"\b[A-Z]\w+", kinds)) - {f"{name}Leaf"}

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """From the package's one file."""
        return cls(path.read_text(encoding="utf-8"))

    def complaints(self, node: Any, where: str = "") -> Iterator[str]:
        """What in a datum schema.org does not know: a type, a property of it, a value of that property."""
        kind = node.get("@type", "")
        known = self._properties_of(kind)
        if kind not in self.properties:
            yield f"{where}: no type {kind!r}"
            return
        for name, value in node.items():
            here = f"{where}/{kind}.{name}"
            if name.startswith("@"):
                continue
            if name not in known:
                yield f"{here}: no such property"
                continue
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from self._of_kind(one, known[name], here)
                    yield from self.complaints(one, here)

    def _properties_of(self, kind: str) -> dict[str, set[str]]:
        found = dict(self.properties.get(kind, {}))
        for above in self._above.get(kind, ()):
            found = self._properties_of(above) | found
        return found

    def _of_kind(self, value: dict[str, Any], expected: set[str], here: str) -> Iterator[str]:
        waiting, allowed = list(expected), set()
        while waiting:
            kind = waiting.pop()
            if kind not in allowed:
                allowed.add(kind)
                waiting += self._kinds.get(kind, ())
        if value.get("@type") not in allowed:
            yield f"{here}: a {value.get('@type')}, and no {' or '.join(sorted(expected))}"
