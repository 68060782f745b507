"""The readers' search, over live editions alone. Every query gets an answer in words.

There are as many pages as queries, so none is kept; still, each is the same for everybody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.html import to_text
from articles.limits import FOUND_A_PAGE, QUERY_CHARACTERS, QUERY_WORDS
from articles.models import Edition, Section
from articles.querysets import EditionQuerySet
from articles.search import EDITIONS, Query, looser, parse
from articles.search.marking import marked, passage
from newsportal.characters import fit
from newsportal.links import absolute

_PAGE = re.compile(r"[1-9][0-9]{0,2}")
# Only years that may have stories: the calendar's first and last ones cannot be converted between zones.
_DATE = re.compile(r"(?:1[89]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results of a query, with the form for another one."""
    asked = Asked.of(request.GET)
    found = find(asked) if asked.query else Found()
    if asked.page > 1 and not found.hits:
        raise Http404
    # The empty form is one of the paper's pages; a page of results, with a visitor's own words on it, is not.
    canonical = "" if request.GET else absolute(request.path)
    context = {"asked": asked, "found": found, "sections": Section.objects.all(), "canonical_url": canonical}
    response = render(request, "articles/search.html", context)
    response["Cache-Control"] = "private, no-cache"
    if not canonical:
        response["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True)
class Asked:
    """A query with its filters. Filters that could not be read are left out, and `notes` say so in words."""

    query: Query
    section: Section | None = None
    since: date | None = None
    until: date | None = None
    page: int = 1
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, parameters: QueryDict) -> "Asked":
        """What the parameters of an address ask for. Raises Http404 for a page that no query has."""
        notes: list[str] = []
        page = parameters.get("page", "1")
        if not _PAGE.fullmatch(page):
            raise Http404
        query = parse(parameters.get("q", ""))
        if query.is_cut:
            notes.append(
                _("Only the first %(words)s words and %(characters)s characters were looked for.")
                % {"words": QUERY_WORDS, "characters": QUERY_CHARACTERS}
            )
        elif query.text and not query:
            notes.append(_("There is no letter and no digit in that, so there is nothing to look for."))
        return cls(
            query,
            section=_section(parameters.get("section", ""), notes),
            since=_date(parameters.get("from", ""), notes),
            until=_date(parameters.get("until", ""), notes),
            page=int(page),
            notes=tuple(notes),
        )

    def address(self, page: int) -> str:
        """Another page of the same query, as the end of an address."""
        told = {
            "q": self.query.text,
            "section": self.section.slug if self.section else "",
            "from": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "page": str(page) if page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in told.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter may have excluded stories."""
        return bool(self.section or self.since or self.until)

    @property
    def earlier(self) -> str:
        """The address of the page before this one."""
        return self.address(self.page - 1) if self.page > 1 else ""


@dataclass(frozen=True)
class Hit:
    """A story that was found, with the words marked; `passage` is empty if they are only in the headline."""

    edition: Edition
    headline: SafeString
    passage: SafeString


@dataclass(frozen=True)
class Found:
    """A page of hits, and how many there are in all."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    # The next page's address; empty if this is the last.
    later: str = ""
    # What these stories have, if no story has all that was asked for.
    instead: str = ""

    @property
    def editions(self) -> list[Edition]:
        """The stories of this page."""
        return [hit.edition for hit in self.hits]


def find(asked: Asked) -> Found:
    """The page that was asked for, best hits first; if no story has all words, of the nearest query that finds one."""
    found = _find(asked, asked.query)
    # A page beyond the last has no hits either, and must not turn into a page of another query.
    if found.total or (asked.page > 1 and EDITIONS.best(_within(asked), asked.query, first=0, most=1)[1]):
        return found
    for query in looser(asked.query):
        if (nearest := _find(asked, query)).total:
            return replace(nearest, instead=" ".join(map(str, query.terms)))
    return found


def _find(asked: Asked, query: Query) -> Found:
    first = (asked.page - 1) * FOUND_A_PAGE
    # Texts are read only for the stories that are shown, and not for all that are ranked.
    keys, total = EDITIONS.best(_within(asked), query, first=first, most=FOUND_A_PAGE)
    if not keys:
        return Found()
    editions = Edition.objects.live().for_hit().in_bulk(keys)
    hits = [_hit(editions[key], query) for key in keys if key in editions]
    return Found(hits, total, asked.address(asked.page + 1) if total > first + FOUND_A_PAGE else "")


# --- How ------------------------------------------------------------------------------------------------------------


def _within(asked: Asked) -> EditionQuerySet:
    """The live editions that pass the filters; a day begins and ends in the paper's zone."""
    editions = Edition.objects.live()
    if asked.section:
        editions = editions.in_section(asked.section)
    if asked.since:
        editions = editions.filter(first_visible_from__gte=_midnight(asked.since))
    if asked.until:
        editions = editions.filter(first_visible_from__lt=_midnight(asked.until + timedelta(days=1)))
    return editions


def _hit(edition: Edition, query: Query) -> Hit:
    return Hit(edition, marked(edition.headline, query), passage(_texts(edition), query))


def _texts(edition: Edition) -> Iterator[str]:
    """The texts from which a passage may be taken, in reading order."""
    yield edition.summary
    yield from edition.key_points
    yield to_text(edition.body)
    yield from (f"{quote['words']} — {quote['speaker']}" for quote in edition.quotes)


def _section(slug: str, notes: list[str]) -> Section | None:
    """The section with this slug, if there is one."""
    slug = fit(slug).strip()
    section = Section.objects.filter(slug=slug).first() if slug else None
    if slug and section is None:
        notes.append(_("There is no section “%(slug)s”: all of them were searched.") % {"slug": slug[:80]})
    return section


def _date(text: str, notes: list[str]) -> date | None:
    """The day written as year-month-day, if it is a valid one."""
    text = fit(text).strip()
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if text and day is None:
        notes.append(_("“%(text)s” is no date (year-month-day), and was left out.") % {"text": text[:40]})
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
