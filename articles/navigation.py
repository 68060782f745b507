"""What is on every page: the sections above it, the pages about the paper below. One query reads both."""

from dataclasses import dataclass

from django.db.models import BooleanField, F, Value

from articles import house
from articles.models import HousePage, Section


@dataclass(frozen=True)
class Navigation:
    """The sections in their order, and the links at the foot of a page."""

    sections: list[Section]
    links: list[house.Link]


# At which count of the store's changes the navigation was last read, and what was found.
_known: tuple[str, Navigation] | None = None


def read(since: str = "") -> Navigation:
    """What every page shows. The database is asked once for each moment of the page store (`since`)."""
    global _known  # noqa: PLW0603
    if not (_known and since and _known[0] == since):
        _known = (since, _read())
    return _known[1]


def _read() -> Navigation:
    fields = ("is_page", "name", "slug", "position", "is_shown")
    yes, no = (Value(value, output_field=BooleanField()) for value in (True, False))
    sections = Section.objects.order_by().annotate(is_page=no, is_shown=yes)
    pages = HousePage.objects.order_by().annotate(is_page=yes, name=F("title"), is_shown=F("is_public"))
    rows = list(sections.values_list(*fields).union(pages.values_list(*fields), all=True).order_by("position", "name"))
    return Navigation(
        sections=[Section(name=name, slug=slug) for is_page, name, slug, *_rest in rows if not is_page],
        links=house.links_of(
            house.Row(slug, title, position, is_public) for is_page, title, slug, position, is_public in rows if is_page
        ),
    )
