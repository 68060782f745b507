"""The readers' stylesheet: nothing in it is dead, and nothing in it says left or right."""

import re
from pathlib import Path

from newsportal import bundling

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "newsportal" / "static"
PARTS = sorted((STATIC / "css").glob("*.css"))
# Sides of the page, where a rule should name the beginning and the end of a line.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|(?:min-|max-)?(?:width|height)|left|right|top|bottom)(?:-[a-z]+)?\s*:|:\s*(?:left|right)\b"
)
# A media query asks for the window's width, which has no direction.
QUERY = re.compile(r"@media[^{]*\{")
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
# Words that code puts together: a card's variant, a comment's disc, a note's kind, a field's widget.
MADE = re.compile(r"(?:card|disc|note|field)--")


def test_every_part_is_imported_once() -> None:
    imported = re.findall(r'url\("(css/[^"]+)"\)', (STATIC / "portal.css").read_text())
    assert sorted(imported) == [part.relative_to(STATIC).as_posix() for part in PARTS]


def test_no_rule_names_a_side_of_the_page() -> None:
    found = {part.name: PHYSICAL.findall(QUERY.sub("", part.read_text())) for part in PARTS}
    assert {name: sides for name, sides in found.items() if sides} == {}


def test_every_class_is_used() -> None:
    whole = bundling.stylesheet("portal.css", lambda name: (STATIC / name).read_text())
    selectors = re.sub(r"\{[^{}]*\}|\"[^\"]*\"|url\([^)]*\)", " ", whole)
    sources = [*(ROOT / "templates").rglob("*.html"), *(STATIC / "js").glob("*.js")]
    sources += [path for app in ("articles", "comments", "newsportal") for path in (ROOT / app).rglob("*.py")]
    used = set(re.findall(r"[\w-]+", " ".join(source.read_text() for source in sources)))
    assert {name for name in CLASS.findall(selectors) if name not in used and not MADE.match(name)} == set()
