"""The names under which pages of stories are kept: said by whoever shows something, changed by whoever changes it.

A story has a name for its own page and others for what stands of it elsewhere; which stories stand in a list is
another. So a mended typo changes one page, and a story that appears changes the lists that it appears in.

What a name stands for is said once, as facts: pairs of a name and a value. A verb compares the facts before and after.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from articles.states import KINDS_WITH_NOTE

if TYPE_CHECKING:
    from articles.models import Edition, Person, Picture, Section, Tag

Facts = set[tuple[str, Hashable]]

# The sections in their order: on every page, and in the blocks of the front page.
NAVIGATION = "navigation"
# Which stories are live, in which order, and in which section each of them is.
STORIES = "stories"
# What editors chose for the front page: the stories of its first rows, and the order of its sections.
FRONT = "front"
# The line of breaking news, on every page.
BREAKING = "breaking"
# Where each story is and on which day it was last changed, for search engines.
SITEMAP = "sitemap"
# What was corrected and clarified in live stories.
CORRECTIONS = "corrections"

# Which pages about the paper there are, in their order: at the foot of every page.
HOUSE = "house"

# What of an edition cards and feeds show: a list that shows more of it has to say so here.
_EVERYWHERE = ("slug", "headline", "summary", "section_id", "first_visible_from")
_ON_CARD = (*_EVERYWHERE, "picture_id", "kind_of_work", "language")
_IN_FEED = (*_EVERYWHERE, "byline", "source_name", "told_from", "kind_of_work")
# What readers see of a row that stories are filed under.
_OF_ROW = {
    "section": ("name", "slug"),
    "tag": ("name", "slug"),
    "person": ("name", "slug", "role", "bio", "portrait_id"),
}


def of_story(article_id: int) -> str:
    """A story, with everything that its own page shows."""
    return f"article:{article_id}"


def of_card(article_id: int) -> str:
    """What a card shows of a story, and what pages of its comments say of it."""
    return f"article:{article_id}:card"


def of_entry(article_id: int) -> str:
    """What feeds say of a story."""
    return f"article:{article_id}:entry"


def of_picture(picture_id: int) -> str:
    """A picture's file and its crops."""
    return f"picture:{picture_id}"


def of(row: "Section | Tag | Person") -> str:
    """What a section, a tag or a person is called, and where they are found."""
    return f"{row._meta.model_name}:{row.pk}"


def stories_of(row: "Section | Tag | Person") -> str:
    """Which live stories a section, a tag or a person has, and in which order."""
    return f"{of(row)}:stories"


def of_house(slug: str) -> str:
    """What a page about the paper says; the words of its address become the parts of a name."""
    return ":".join([HOUSE, *slug.split("-")])


def on_card(edition: "Edition") -> list[str]:
    """What a card shows: the story, its section and its picture."""
    return [of_card(edition.article_id), of(edition.section), *_pictures(edition.picture_id)]


def on_page(edition: "Edition") -> list[str]:
    """What a story's page shows, besides what stands below it."""
    people = edition.people_in_order
    rows: list[Section | Tag | Person] = [edition.section, *edition.tag_list, *people]
    figures = (figure["picture"] for figure in edition.figures)
    pictures = _pictures(edition.picture_id, *(person.portrait_id for person in people), *figures)
    return [of_story(edition.article_id), *(of(row) for row in rows), *pictures]


def on_list(row: "Section | Tag | Person") -> list[str]:
    """What the page of a section, a tag or a person shows, besides the cards."""
    return [of(row), stories_of(row), *_pictures(getattr(row, "portrait_id", None))]


def of_edition(edition: "Edition | None") -> Facts:
    """What readers see of a story while this edition is live; nothing of none."""
    if edition is None:
        return set()
    rows: list[Section | Tag | Person] = [edition.section, *edition.tags.all(), *edition.people.all()]
    place = edition.first_visible_from
    return {
        (of_story(edition.article_id), edition.pk),
        (of_card(edition.article_id), _values(edition, _ON_CARD)),
        (of_entry(edition.article_id), _values(edition, _IN_FEED)),
        (SITEMAP, (edition.slug, place, timezone.localdate(edition.told_from))),
        (STORIES, (place, edition.section_id)),
        *((stories_of(row), place) for row in rows),
    }


def of_corrections(editions: Iterable["Edition"]) -> Facts:
    """What the page of corrections says of a live story, of whose editions these have begun."""
    return {(CORRECTIONS, (edition.pk, edition.note)) for edition in editions if edition.kind in KINDS_WITH_NOTE}


def of_row(row: "Section | Tag | Person | None") -> Facts:
    """What readers see of a section, a tag or a person; nothing of none."""
    if row is None:
        return set()
    kind = row._meta.model_name or ""
    shown = _values(row, _OF_ROW[kind])
    place = {(NAVIGATION, (*shown, *_values(row, ["position"])))} if kind == "section" else set()
    return {(of(row), shown), *place}


def of_shape(picture: "Picture | None") -> Facts:
    """What readers see of a picture of the library: its words are copied into each edition."""
    if picture is None:
        return set()
    return {(of_picture(picture.pk), (picture.file.name, str(picture.ppoi), picture.sized_as))}


def differing(before: Facts, after: Facts) -> set[str]:
    """The names that stand for something else than before."""
    return {name for name, _value in before ^ after}


def _pictures(*picture_ids: int | None) -> list[str]:
    return [of_picture(picture_id) for picture_id in picture_ids if picture_id]


def _values(row: object, fields: Iterable[str]) -> tuple[Hashable, ...]:
    return tuple(getattr(row, field) for field in fields)
