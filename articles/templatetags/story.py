"""What templates ask of stories: `{% load story %}`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from imagefield.fields import ImageFieldFile

from articles import breaking, house, names, navigation
from articles.html import key_of, split, sponsored
from articles.models import Edition, Person, Picture, Section
from articles.pictures import RECIPE
from articles.structured_data import as_script, breadcrumbs, news_article, paper, profile, section_page
from newsportal import zoned
from newsportal.links import absolute
from newsportal.pages import shows
from newsportal.pages.rendering import MOMENT

register = template.Library()
register.filter("absolute", absolute)

# Where a text may be cut; Hindi, Urdu and Chinese end their sentences with signs of their own.
_END_OF_SENTENCE = re.compile(r"""(?:(?:\w{5}|(?<!\w)[a-zß-ÿ]\w{2,3})[.!?]|[।。۔])["'”’»“)]*(?=\s|$)""")
_EAGER = SafeString('fetchpriority="high"')
_LAZY = SafeString('loading="lazy" decoding="async"')
# For a browser that does not support srcset.
_SRC_WIDTH = 960
# Cached pictures and times: those of some hundred pages, at less than 1 kB each.
_KEPT = 2_000
# Cached cards, each with its edition: some 10 kB each.
_CARDS_KEPT = 500


@register.inclusion_tag("articles/_section_nav.html", takes_context=True)
def section_nav(context: template.Context, current: Section | None = None) -> dict[str, object]:
    """The sections of the paper, with the one that the page belongs to marked."""
    shows(names.NAVIGATION)
    return {"sections": navigation.read(_moment(context)).sections, "current": current}


@register.inclusion_tag("articles/_breaking.html", takes_context=True)
def breaking_news(context: template.Context) -> dict[str, object]:
    """The line of breaking news, if there is one."""
    return {"line": breaking.line(_moment(context))}


@register.inclusion_tag("articles/_house_links.html", takes_context=True)
def house_links(context: template.Context) -> dict[str, object]:
    """The pages about the paper that have no link of their own at the foot of a page."""
    shows(names.HOUSE)
    return {"links": navigation.read(_moment(context)).links}


@register.simple_tag(takes_context=True)
def card(context: template.Context, edition: Edition, **shape: object) -> SafeString:
    """A story on a list. `shape` says how: `variant` ("lead", "second", "card", "feature", "row", "text"), `pictured`,
    `eager` and `plain` (no kicker), all three False by default, `sizes` of the picture, and `comments`, a number.
    """
    return _card_html(_Card(edition, shape), context["site"]["language"], get_language(), _zone(), get_script_prefix())


@register.simple_tag
def picture_img(
    picture: Picture | None,
    alt: str = "",
    sizes: str = "100vw",
    css: str = "",
    eager: bool = False,  # noqa: FBT001, FBT002
) -> str:
    """A `<picture>` at 3:2, as AVIF, WebP or JPEG in the widths that screens ask for; empty without a picture.

    `eager` is for a page's first picture: the others load when the reader comes near them.
    """
    if not picture:
        return ""
    crops = _crops(picture.file, str(picture.ppoi), picture.sized_as, picture.widths, settings.MEDIA_URL)
    image = format_html(
        '<img class="{}" src="{}" srcset="{}" sizes="{}" width="960" height="640" alt="{}" {}>',
        *(css, crops.src, crops.srcset, sizes, alt, _EAGER if eager else _LAZY),
    )
    if not crops.sources:
        return image
    sources = format_html_join(
        "", '<source type="{}" srcset="{}" sizes="{}">', ((kind, srcset, sizes) for kind, srcset in crops.sources)
    )
    return format_html("<picture>{}{}</picture>", sources, image)


@register.simple_tag
def story_body(edition: Edition) -> SafeString:
    """The dateline and the body, cleaned when it was written, with each quote and figure where its marker stands.

    A quote at the very top stands above the dateline, which belongs to the first words of the text.
    """
    quotes = {quote["marker"]: quote for quote in edition.quotes}
    figures = {figure["picture"]: figure for figure in edition.figures}
    library = Picture.objects.in_bulk(figures) if figures else {}
    dateline: str = render_to_string("articles/_dateline.html", {"edition": edition})
    parts: list[str] = []
    body = sponsored(edition.body) if edition.is_paid else edition.body
    for html, kind, name in split(body):
        if html:
            parts.append(dateline + html)
            dateline = ""
        elif kind == "quote" and name in quotes:
            parts.append(render_to_string("articles/_quote.html", {"quote": quotes[name]}))
        elif kind == "picture" and (picture := library.get(key_of(name))):
            shown = {"figure": figures[picture.pk], "picture": picture}
            parts.append(render_to_string("articles/_figure.html", shown))
    return mark_safe("".join(parts) + dateline)  # noqa: S308


@register.simple_tag
def json_ld(
    edition: Edition,
    comment_count: int = 0,
    notes: Iterable[Edition] = (),
    comments: Iterable[dict[str, object]] = (),
) -> SafeString:
    """The story's structured data; `notes` are its public ones, `comments` the data of those that the page shows."""
    return as_script(news_article(edition, comment_count, notes, comments))


@register.simple_tag
def breadcrumb_data(section: Section, edition: Edition | None = None) -> SafeString:
    """The path to a section, or through it to a story, as structured data."""
    return as_script(breadcrumbs(section, edition))


@register.simple_tag
def section_data(section: Section) -> SafeString:
    """The page of a section, as structured data."""
    return as_script(section_page(section))


@register.simple_tag
def profile_data(person: Person) -> SafeString:
    """The page about somebody, as structured data."""
    return as_script(profile(person))


@register.simple_tag
def publisher_data() -> SafeString:
    """The paper and its policies, as structured data."""
    return as_script(paper(house.policies()))


@register.simple_tag
def linked_byline(edition: Edition) -> SafeString:
    """The byline as it was frozen, its names linked to the people's pages and followed by their roles."""
    links = {person.name: _linked(person) for person in edition.people_in_order}
    # In one pass, the longest first: a name may be part of another name, or of a link.
    names = "|".join(re.escape(name) for name in sorted(links, key=len, reverse=True))
    parts = re.split(f"({names})", edition.byline) if names else [edition.byline]
    return format_html_join("", "{}", ((links.get(part, part),) for part in parts))


@register.filter
def news_datetime(moment: datetime | None) -> str:
    """A time as a reader reads it, with its zone: "11 February 2026, 13:05 UTC"."""
    if moment is None:
        return ""
    return _in_words(moment, _zone(), get_language())


@register.filter
def iso(moment: datetime | None) -> str:
    """A time as machines read it (RFC 3339), to the second, in UTC."""
    return moment.astimezone(tz=timezone.get_default_timezone()).isoformat(timespec="seconds") if moment else ""


@register.filter
def in_brief(words: str, most: int) -> str:
    """The first sentences of a text that fit into so many words; if none fits, its first words and an ellipsis.

    A sentence ends after a word of five or more letters, or three if no name: others may be abbreviations.
    """
    known = words.split()
    if len(known) <= most:
        return words
    shown = " ".join(known[:most])
    ends = [match.end() for match in _END_OF_SENTENCE.finditer(shown)]
    # One short sentence alone would say too little.
    if ends and len(shown[: ends[-1]].split()) * 3 >= most:
        return shown[: ends[-1]]
    return f"{shown} …"


@register.filter
def news_language(edition: Edition) -> str:
    """The language of a story for news sitemaps: ISO 639, with the two scripts of Chinese distinguished."""
    language = (edition.language or settings.LANGUAGE_CODE).lower()
    if language.startswith("zh"):
        return "zh-tw" if {"tw", "hk", "hant"} & set(language.split("-")) else "zh-cn"
    return language.partition("-")[0]


@register.filter
def lang_unless(edition: Edition, language: str) -> str:
    """The lang attribute for a story's words if the page is in another language; with a leading space."""
    return format_html(' lang="{}"', edition.language) if edition.language not in ("", language) else ""


@register.filter
def dir_unless(edition: Edition, direction: str) -> str:
    """The dir attribute for a story's box if the page is written in the other direction; with a leading space."""
    primary = (edition.language or settings.LANGUAGE_CODE).partition("-")[0]
    own = "rtl" if primary in settings.LANGUAGES_BIDI else "ltr"
    return format_html(' dir="{}"', own) if own != direction else ""


def _linked(person: Person) -> SafeString:
    link = format_html('<a rel="author" href="{}">{}</a>', person.get_absolute_url(), person.name)
    return format_html('{} <span class="byline__role">({})</span>', link, person.role) if person.role else link


class _Card:
    """A story as a card shows it: two are equal if they show the same facts in the same shape."""

    def __init__(self, edition: Edition, shape: dict[str, object]) -> None:
        self.edition, self.shape = edition, shape
        picture = edition.picture
        self._facts = (
            *(edition.article_id, edition.slug, edition.headline, edition.summary, edition.language),
            *(edition.kind_of_work, edition.byline, edition.first_visible_from, edition.section.name),
            *((picture.file.name, str(picture.ppoi), picture.sized_as, settings.MEDIA_URL) if picture else ()),
            *sorted(shape.items()),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Card) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash(self._facts)


def _moment(context: template.Context) -> str:
    """The count of the store's changes at which the page is made; empty if the page is not kept."""
    request = context.get("request")
    return str(request.META.get(MOMENT, "")) if request else ""


def _zone() -> str:
    return timezone.get_current_timezone_name()


# They depend on their arguments alone, so cached results cannot be out of date: a file's name stands for its content.
@lru_cache(_CARDS_KEPT)
def _card_html(card: _Card, paper: str, language: str | None, zone: str, root: str) -> SafeString:
    shape = {"variant": "", "pictured": False, "eager": False, "plain": False, "sizes": "", "comments": 0, **card.shape}
    return render_to_string("articles/_card.html", {**shape, "edition": card.edition, "site": {"language": paper}})


@dataclass(frozen=True)
class _Crops:
    """What an image element says of a picture's crops; `sources` are (type, srcset) of formats smaller than JPEG."""

    src: str
    srcset: str
    sources: tuple[tuple[str, str], ...]


@lru_cache(_KEPT)
def _crops(file: ImageFieldFile, centre: str, sized_as: str, widths: tuple[int, ...], root: str) -> _Crops:
    src_width = max(width for width in widths if width <= _SRC_WIDTH)
    if sized_as != RECIPE:
        # Saved when there was only WebP; the worker makes the other crops.
        return _Crops(getattr(file, f"w{src_width}"), _srcset(file, "w", widths), ())
    return _Crops(
        src=getattr(file, f"jpeg{src_width}"),
        srcset=_srcset(file, "jpeg", widths),
        sources=(("image/avif", _srcset(file, "avif", widths)), ("image/webp", _srcset(file, "w", widths))),
    )


def _srcset(file: ImageFieldFile, kind: str, widths: tuple[int, ...]) -> str:
    return ", ".join(f"{getattr(file, f'{kind}{width}')} {width}w" for width in widths)


@lru_cache(_KEPT)
def _in_words(moment: datetime, zone: str, language: str | None) -> str:
    return zoned.in_words(moment)
