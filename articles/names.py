"""The names under which pages of stories are kept: a page says which names it shows, a verb which names it changes.

A story has a name for its own page and others for what other pages show of it; which stories are in a list has yet
another name. So a mended typo changes one page, and a new story changes the lists that it appears in.

What a name stands for is said once, as facts: pairs of a name and a value. A verb compares the facts before and after.
"""

from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from articles.limits import NEWS_SITEMAP_DAYS
from articles.states import KINDS_WITH_NOTE, KindOfWork

if TYPE_CHECKING:
    from articles.models import Edition, Person, Picture, Section, Tag

Facts = set[tuple[str, Hashable]]

# The sections in their order: on every page, and in the blocks of the front page.
NAVIGATION = "navigation"
# Which stories are live, in which order, and in which sections.
STORIES = "stories"
# What editors chose for the front page: the stories of its first rows, and the order of its sections.
FRONT = "front"
# The line of breaking news, on every page.
BREAKING = "breaking"
# Each story's address, the day of its last change and its pictures, for search engines.
SITEMAP = "sitemap"
# Which tags and people have stories, and their addresses.
SITEMAP_LISTS = "sitemap:lists"
# The news of the last days, as news engines are told of it.
SITEMAP_NEWS = "sitemap:news"
# What was corrected and clarified in live stories.
CORRECTIONS = "corrections"

# Which pages about the paper there are, in order: they are linked at the foot of every page.
HOUSE = "house"

# What cards show of an edition: a list that shows more of it has to add it here.
_ON_CARD = (
    *("slug", "headline", "summary", "section_id", "first_visible_from"),
    *("picture_id", "kind_of_work", "language"),
)
_IN_FEED = (
    *(*_ON_CARD, "key_points_heading", "key_points", "quotes", "figures", "body", "dateline_place", "dateline_date"),
    *("source_name", "source_url", "byline", "picture_alt", "picture_caption", "picture_credit", "told_from"),
)
# What readers see of a row that stories are filed under (a section, a tag, a person).
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
    """A picture's file, and its crops."""
    return f"picture:{picture_id}"


def of_words(picture_id: int) -> str:
    """What the library says of a picture: used for sections' pictures, as an edition has words of its own."""
    return f"{of_picture(picture_id)}:words"


def of(row: "Section | Tag | Person") -> str:
    """What a section, a tag or a person is called, and their address."""
    return f"{row._meta.model_name}:{row.pk}"


def stories_of(row: "Section | Tag | Person") -> str:
    """Which live stories a section, a tag or a person has, in which order, and how the list of them is described."""
    return f"{of(row)}:stories"


def picture_of(section: "Section | Tag | Person") -> str:
    """Which picture a section has."""
    return f"{of(section)}:picture"


def of_house(slug: str) -> str:
    """What a page about the paper says; the words of its address become the parts of a name."""
    return ":".join([HOUSE, *slug.split("-")])


def on_card(edition: "Edition") -> list[str]:
    """What a card shows: the story, its section and its picture."""
    return [of_card(edition.article_id), of(edition.section), *_pictures(edition.picture_id)]


def in_feed(edition: "Edition") -> list[str]:
    """What feeds show: the story, what it is filed under, who wrote it, and its pictures."""
    rows: list[Section | Tag | Person] = [edition.section, *edition.tag_list, *edition.people_in_order]
    pictures = _pictures(edition.picture_id, *(figure["picture"] for figure in edition.figures))
    return [of_entry(edition.article_id), *(of(row) for row in rows), *pictures]


def on_page(edition: "Edition") -> list[str]:
    """What a story's page shows, besides what stands below it."""
    people = edition.people_in_order
    rows: list[Section | Tag | Person] = [edition.section, *edition.tag_list, *people]
    figures = (figure["picture"] for figure in edition.figures)
    pictures = _pictures(edition.picture_id, *(person.portrait_id for person in people), *figures)
    instead = [] if edition.picture_id else _picture_of(edition.section)
    return [of_story(edition.article_id), *(of(row) for row in rows), *pictures, *instead]


def on_list(row: "Section | Tag | Person") -> list[str]:
    """What the page of a section, a tag or a person shows, besides the cards."""
    pictures = _pictures(getattr(row, "portrait_id", None))
    return [of(row), stories_of(row), *pictures, *(_picture_of(row) if hasattr(row, "picture_id") else [])]


def of_edition(edition: "Edition | None") -> Facts:
    """What readers see of a story while this edition is live; empty for None."""
    if edition is None:
        return set()
    rows: list[Section | Tag | Person] = [edition.section, *edition.tags.all(), *edition.people.all()]
    place = edition.first_visible_from
    return {
        (of_story(edition.article_id), edition.pk),
        (of_card(edition.article_id), _values(edition, _ON_CARD)),
        # `repr`, because there are lists among them, which cannot be hashed.
        (of_entry(edition.article_id), repr((_values(edition, _IN_FEED), sorted(of(row) for row in rows)))),
        (SITEMAP, (edition.slug, place, timezone.localdate(edition.told_from), edition.picture_id)),
        *((SITEMAP_LISTS, of(row)) for row in rows if row != edition.section),
        *_of_news(edition),
        (STORIES, (place, edition.section_id)),
        *((stories_of(row), place) for row in rows),
    }


def _of_news(edition: "Edition") -> Facts:
    if not is_recent_news(edition):
        return set()
    return {(SITEMAP_NEWS, _values(edition, ("slug", "headline", "first_visible_from", "language")))}


def is_recent_news(edition: "Edition") -> bool:
    """Whether news engines are told of a story: no older than they want, and not an advertisement."""
    since = timezone.now() - timedelta(days=NEWS_SITEMAP_DAYS)
    return edition.first_visible_from >= since and edition.kind_of_work != KindOfWork.ADVERTISEMENT


def of_corrections(editions: Iterable["Edition"]) -> Facts:
    """What the page of corrections says of a live story of which these editions have begun."""
    return {(CORRECTIONS, (edition.pk, edition.note)) for edition in editions if edition.kind in KINDS_WITH_NOTE}


def of_row(row: "Section | Tag | Person | None") -> Facts:
    """What readers see of a section, a tag or a person; empty for None."""
    if row is None:
        return set()
    kind = row._meta.model_name or ""
    shown = _values(row, _OF_ROW[kind])
    if kind != "section":
        return {(of(row), shown)}
    place = (NAVIGATION, _values(row, ["name", "slug", "position"]))
    listed = (stories_of(row), _values(row, ["description"]))
    return {(of(row), shown), place, listed, (picture_of(row), _values(row, ["picture_id"]))}


def of_shape(picture: "Picture | None") -> Facts:
    """What readers see of a picture of the library, apart from its words."""
    if picture is None:
        return set()
    return {(of_picture(picture.pk), (picture.file.name, str(picture.ppoi), picture.sized_as))}


def of_saved_shape(before: "Picture | None", after: "Picture") -> set[str]:
    """The names that change when a picture is saved; a new picture is not shown anywhere yet."""
    is_cropped_anew = before and (before.file.name, str(before.ppoi)) != (after.file.name, str(after.ppoi))
    is_told_anew = before and before.shared[1:] != after.shared[1:]
    return (
        differing(of_shape(before), of_shape(after))
        | ({SITEMAP} if is_cropped_anew else set())
        | ({of_words(after.pk)} if is_told_anew else set())
    )


def differing(before: Facts, after: Facts) -> set[str]:
    """The names whose values are not what they were before."""
    return {name for name, _value in before ^ after}


def _picture_of(section: "Section | Tag | Person") -> list[str]:
    """The picture shared for a section, with what the library says of it."""
    picture_id = getattr(section, "picture_id", None)
    return [picture_of(section), *([of_picture(picture_id), of_words(picture_id)] if picture_id else [])]


def _pictures(*picture_ids: int | None) -> list[str]:
    return [of_picture(picture_id) for picture_id in picture_ids if picture_id]


def _values(row: object, fields: Iterable[str]) -> tuple[Hashable, ...]:
    return tuple(getattr(row, field) for field in fields)
