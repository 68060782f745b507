"""Stylesheets, the readers' and the staff's: no dead rule, no colour besides the tokens, and no left or right."""

import re
from pathlib import Path

import pytest
from django.contrib import admin

from newsportal import bundling

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "newsportal" / "static"
PARTS = {
    "portal.css": sorted((STATIC / "css").glob("*.css")),
    "staff.css": sorted((STATIC / "css/staff").glob("*.css")),
}
# What both consist of, and what only some pages have.
SHARED = {"css/fonts.css", "css/tokens.css"}
SINGLE = sorted(STATIC.glob("*.css"))
# Sides of the page, where a rule should name the beginning and the end of a line.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|(?:min-|max-)?(?:width|height)|left|right|top|bottom)(?:-[a-z]+)?\s*:|:\s*(?:left|right)\b"
)
# A media query asks for the window's width, which has no direction.
QUERY = re.compile(r"@media[^{]*\{")
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
# Names that code puts together: a card's variant, a comment's disc, a note's kind, a field's widget, a state; and what
# the admin's pages are made of.
MADE = re.compile(r"(?:card|disc|note|field|state)--|(?:app|model|field|column)-")


# A colour outside the tokens: black and white are allowed, for what lies on a picture.
COLOUR = re.compile(r"#(?!fff;|000;)[0-9a-f]{3,8}\b(?=[^{}]*;)|\brgb\((?!0 0 0 /)|\bhsl\(")


@pytest.mark.parametrize("sheet", PARTS)
def test_every_part_is_imported_once(sheet: str) -> None:
    imported = re.findall(r'url\("(css/[^"]+)"\)', (STATIC / sheet).read_text())
    assert sorted(set(imported)) == sorted(imported)
    assert set(imported) == {part.relative_to(STATIC).as_posix() for part in PARTS[sheet]} | SHARED


@pytest.mark.parametrize("sheet", PARTS)
def test_no_rule_names_a_side_of_the_page(sheet: str) -> None:
    found = {part.name: PHYSICAL.findall(QUERY.sub("", part.read_text())) for part in PARTS[sheet]}
    assert {name: sides for name, sides in found.items() if sides} == {}


@pytest.mark.parametrize("sheet", PARTS)
def test_every_class_is_used(sheet: str) -> None:
    whole = bundling.stylesheet(sheet, lambda name: (STATIC / name).read_text())
    selectors = re.sub(r"\{[^{}]*\}|\"[^\"]*\"|url\([^)]*\)", " ", whole)
    sources = [*(ROOT / "templates").rglob("*.html"), *(STATIC / "js").rglob("*.js")]
    sources += [path for app in ("articles", "comments", "newsportal") for path in (ROOT / app).rglob("*.py")]
    sources += [path for path in Path(admin.__file__).parent.rglob("*") if path.suffix in {".html", ".js", ".py"}]
    used = set(re.findall(r"[\w-]+", " ".join(source.read_text() for source in sources)))
    assert {name for name in CLASS.findall(selectors) if name not in used and not MADE.match(name)} == set()


def test_colours_are_the_tokens() -> None:
    parts = {*PARTS["portal.css"], *PARTS["staff.css"], *SINGLE} - {STATIC / "css/tokens.css", STATIC / "css/print.css"}
    found = {part.name: COLOUR.findall(part.read_text()) for part in parts}
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_every_token_is_used() -> None:
    """A newsroom that sets one of its own (docs/theming.md) should see the effect."""
    sheets = {*PARTS["portal.css"], *PARTS["staff.css"], *SINGLE}
    declared = set(re.findall(r"(--[\w-]+):", (STATIC / "css/tokens.css").read_text()))
    used = set(re.findall(r"var\((--[\w-]+)", " ".join(sheet.read_text() for sheet in sheets)))
    assert declared - used == set()
