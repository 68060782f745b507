"""Pages about the paper: what readers see of each, the only writer of them, and what is still to be filled in."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import house_blocks, html, names, permissions
from articles.limits import HOUSE_ADDRESS, HOUSE_PAGES
from articles.models import HousePage, HousePageVersion
from articles.models.house import address_of
from articles.states import HOUSE_WORDS, House
from newsportal import zoned
from newsportal.pages import changed, shows
from newsportal.refusal import NotPermitted, Refusal, Stale

# In this order at the foot of every page; the newsroom's further pages come before the imprint.
_ORDER = {slug: place for place, slug in enumerate(House.values)}
_LAST = _ORDER[House.IMPRINT]


@dataclass(frozen=True)
class Shown:
    """A page as readers see it; `changed_at` is None while its words are the portal's own."""

    slug: str
    title: str
    summary: str
    body: str
    changed_at: datetime | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return address_of(self.slug)

    @property
    def content(self) -> SafeString:
        """The text, cleaned when it was written, with each block where its marker stands."""
        parts = (piece.html or house_blocks.rendered(piece.name) for piece in html.split_at_blocks(self.body))
        return mark_safe("".join(parts))  # noqa: S308


class Row(NamedTuple):
    """The columns that say whether a page is linked at the foot of every page, where, and under which title."""

    slug: str
    title: str
    position: int
    is_public: bool


@dataclass(frozen=True)
class Link:
    """A link at the foot of a page to a page about the paper."""

    title: str
    url: str


@dataclass(frozen=True)
class Gap:
    """Something that the newsroom has yet to fill in, in words, and the page on which to do it."""

    words: str
    slug: str


# --- What readers see -----------------------------------------------------------------------------------------------


def shown(slug: str) -> Shown | None:
    """The page with this address, or None if readers see none; says what it shows."""
    shows(names.of_house(slug))
    return _shown(slug, HousePage.objects.filter(pk=slug).first())


def shown_further(slug: str) -> Shown | None:
    """A page beyond those that every paper has, by whatever was asked for."""
    return shown(slug) if re.fullmatch(HOUSE_ADDRESS, slug) and slug not in _ORDER else None


def shown_as(page: HousePage) -> Shown:
    """A page as readers would see it if it were public."""
    return Shown(page.slug, page.title, page.summary, html.clean(page.body), page.changed_at if page.version else None)


def links_of(rows: Iterable[Row]) -> list[Link]:
    """The links at the foot of every page, given these rows: pages that the portal makes itself are always among
    them.
    """
    return [Link(title, address_of(slug)) for slug, title in _public(rows) if slug not in HOUSE_WORDS]


def addresses() -> list[str]:
    """The address of each public page; says what it shows."""
    shows(names.HOUSE)
    return [address_of(slug) for slug, _title in _public(_rows())]


def policies() -> dict[House, str]:
    """The public ones of the pages that every paper has, with their addresses: for structured data."""
    shows(names.HOUSE)
    return {House(slug): address_of(slug) for slug, _title in _public(_rows()) if slug in _ORDER}


def first_text(slug: str) -> Shown:
    """What the portal says until the newsroom has written something: no fact that it does not know."""
    body = render_to_string(
        f"articles/house/{slug}.html", {"paper": settings.SITE_NAME, "publisher": settings.PUBLISHER}
    )
    return Shown(slug, str(House(slug).label), _SUMMARIES[House(slug)](), html.clean(body))


@dataclass(frozen=True)
class Listed:
    """A page in the newsroom's list: `row` is None while its words are the portal's own."""

    slug: str
    title: str
    row: HousePage | None
    is_public: bool

    @property
    def url(self) -> str:
        """Its address."""
        return address_of(self.slug)


def listed() -> list[Listed]:
    """All pages for the newsroom, in the order of the foot of a page."""
    rows = {row.slug: row for row in HousePage.objects.select_related("changed_by")}
    slugs = [*House.values, *(slug for slug in rows if slug not in _ORDER)]
    return [_listed(slug, rows.get(slug)) for slug in slugs]


def to_edit(slug: str) -> HousePage | None:
    """The page as the newsroom edits it: an unsaved row if nobody has written it yet; None if there is no such page."""
    row = HousePage.objects.filter(pk=slug).select_related("changed_by").first()
    if row or slug not in _ORDER:
        return row
    first = first_text(slug)
    return HousePage(slug=slug, title=first.title, summary=first.summary, body=first.body, is_public=_is_shipped(slug))


# --- What is changed ------------------------------------------------------------------------------------------------


@transaction.atomic
def save(page: HousePage, *, by: User, saw: int) -> HousePage:
    """Save a page that was read at version `saw` (0: the portal's own text, or a new page), and keep what it says as
    one more version.

    Raises NotPermitted; Stale if somebody has saved in between; Refusal for a text that cannot be shown. Then nothing
    is written.
    """
    if not permissions.can_edit_house_pages(by):
        raise NotPermitted(_("Only editors may do this."))
    check(page)
    before = _facts(page.slug)
    _claim(page, saw)
    page.body, page.is_public = html.clean(page.body), page.is_public or page.slug in HOUSE_WORDS
    page.version, page.changed_by, page.changed_at = saw + 1, by, timezone.now()
    try:
        with transaction.atomic():
            page.save(force_insert=not saw, force_update=bool(saw))
    except IntegrityError:
        raise Stale(stale_words(page.slug)) from None
    said = {field: getattr(page, field) for field in ("title", "summary", "body", "is_public")}
    HousePageVersion.objects.create(page=page, number=page.version, by=by, at=page.changed_at, **said)
    changed(*names.differing(before, _facts(page.slug)))
    return page


def check(page: HousePage) -> None:
    """Raise Refusal, in words, for a page that cannot be shown, or that would be one too many."""
    check_body(page.body)
    if page.is_public and page.slug not in HOUSE_WORDS and not html.clean(page.body):
        raise Refusal(_("A page without a text cannot be public."))
    is_further = page.slug not in _ORDER and not HousePage.objects.filter(pk=page.slug).exists()
    if is_further and HousePage.objects.exclude(pk__in=House.values).count() >= HOUSE_PAGES:
        words = _(
            "There are %(most)s pages besides those that every paper has; more have no room at the foot of a page."
        )
        raise Refusal(words % {"most": HOUSE_PAGES})


def check_body(body: str) -> None:
    """Raise Refusal, in words, for a text that is beyond the limits or has a marker that means nothing."""
    html.check(body)
    body = html.clean(body)
    if strange := house_blocks.unknown(html.blocks(body)):
        known = ", ".join(block.name for block in house_blocks.all_blocks())
        words = _("There is no block named “%(names)s”. There are: %(known)s.")
        raise Refusal(words % {"names": "”, “".join(strange), "known": known})
    if len([piece for piece in html.split_at_blocks(body) if piece.kind]) < len(html.blocks(body)):
        raise Refusal(_("A block stands in a paragraph of its own, outside lists, tables and quotations."))
    if html.markers(body) or html.pictures(body):
        raise Refusal(_("Quotes and pictures have their place in stories; a page about the paper has blocks."))


def stale_words(slug: str) -> str:
    """Who has changed the page meanwhile, and when."""
    present = HousePage.objects.select_related("changed_by").get(pk=slug)
    return _("%(who)s changed this page at %(when)s, after you opened it.") % {
        "who": present.changed_by.get_full_name() or present.changed_by,
        "when": zoned.in_words(present.changed_at),
    }


# --- What is still to be filled in ----------------------------------------------------------------------------------


def gaps() -> list[Gap]:
    """What the paper does not say yet, though readers and the law of most countries expect it."""
    written = set(HousePage.objects.filter(is_public=True).values_list("pk", flat=True))
    return [Gap(words(), slug) for slug, is_missing, words in _GAPS if slug not in written and is_missing()]


def _always() -> bool:
    return True


def _names_no_publisher() -> bool:
    return not settings.PUBLISHER


_GAPS: tuple[tuple[House, Callable[[], bool], Callable[[], str]], ...] = (
    (
        House.IMPRINT,
        _names_no_publisher,
        lambda: _("There is no imprint: set PUBLISHER, or write the page. Until then readers do not see it."),
    ),
    (
        House.PRIVACY,
        _names_no_publisher,
        lambda: _("The page “Privacy” does not say who is responsible: set PUBLISHER, or write the words above it."),
    ),
    (House.ETHICS, _always, lambda: _("“How we work” is not written yet; readers do not see it.")),
    (House.OWNERSHIP, _always, lambda: _("“Who owns this paper” is not written yet; readers do not see it.")),
)

# --- How ------------------------------------------------------------------------------------------------------------

# Pages that show the portal's own text until there is another: those about which it knows enough.
_SHIPPED: dict[House, Callable[[], bool]] = {
    House.ABOUT: _always,
    House.CONTACT: _always,
    House.CORRECTIONS: _always,
    House.GUIDELINES: _always,
    House.PRIVACY: _always,
    House.IMPRINT: lambda: bool(settings.PUBLISHER),
}
_SUMMARIES: dict[House, Callable[[], str]] = {
    House.ABOUT: lambda: _("What this paper is, and what you can hold it to."),
    House.CONTACT: lambda: _("Where to write, and what about."),
    House.ETHICS: lambda: _("What we owe to those we write about, and to those who read it."),
    House.CORRECTIONS: lambda: _("What we do when something was wrong, and how you see it."),
    House.OWNERSHIP: lambda: _("Whose paper this is, and where its money comes from."),
    House.GUIDELINES: lambda: _("What we ask of those who write to us, and what they may ask of us."),
    House.PRIVACY: lambda: _(
        "What we store of those who read and write here, why, for how long, and how to be rid of it."
    ),
    House.IMPRINT: lambda: _("Who answers for what stands here."),
}


def _shown(slug: str, row: HousePage | None) -> Shown | None:
    if row is not None and row.is_public:
        return Shown(slug, row.title, row.summary, row.body, row.changed_at)
    return first_text(slug) if row is None and _is_shipped(slug) else None


def _listed(slug: str, row: HousePage | None) -> Listed:
    if row is None:
        return Listed(slug, str(House(slug).label), None, _is_shipped(slug))
    return Listed(slug, row.title, row, row.is_public)


def _is_shipped(slug: str) -> bool:
    is_ready = _SHIPPED.get(House(slug)) if slug in _ORDER else None
    return is_ready is not None and is_ready()


def _rows() -> list[Row]:
    return [Row(*values) for values in HousePage.objects.values_list("slug", "title", "position", "is_public")]


def _public(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Address and title of each public page, in the order of the foot of a page."""
    written = {row.slug: row for row in rows}
    found = [(slug, str(House(slug).label)) for slug in House.values if slug not in written and _is_shipped(slug)]
    found += [(row.slug, row.title) for row in written.values() if row.is_public]
    positions = {slug: row.position for slug, row in written.items()}
    return sorted(found, key=lambda one: (_ORDER.get(one[0], _LAST - 0.5), positions.get(one[0], 0), one[0]))


def _facts(slug: str) -> set[tuple[str, Hashable]]:
    """What readers see of a page, as pairs of a name and a value."""
    row = HousePage.objects.filter(pk=slug).first()
    found = _shown(slug, row)
    if found is None:
        return set()
    # Pages that the portal makes itself are linked at the foot anyway.
    listed = () if slug in HOUSE_WORDS else (found.title, row.position if row else 0)
    return {(names.of_house(slug), found), (names.HOUSE, (slug, listed))}


def _claim(page: HousePage, saw: int) -> None:
    rows = HousePage.objects.filter(pk=page.pk)
    if saw and not rows.filter(version=saw).update(version=saw + 1):
        raise Stale(stale_words(page.slug))
    if not saw and rows.exists():
        raise Stale(stale_words(page.slug))
