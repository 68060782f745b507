"""The readers' pages of stories. A page is the same bytes for everybody; all of it is read from live editions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import names
from articles.finding import Named, live_edition, named
from articles.limits import (
    CORRECTIONS_A_PAGE,
    FRONT_CARDS,
    FRONT_LATEST,
    FRONT_OTHERS,
    FRONT_SECONDS,
    RELATED,
    STORIES_A_PAGE,
)
from articles.models import Edition, Person, Section, Tag
from articles.querysets import EditionQuerySet
from articles.sharing import share_links
from newsportal.caching import public_page
from newsportal.links import absolute
from newsportal.pages import shows

# How long a browser may remember that a wrong slug leads to the right one; slugs change back.
_REDIRECT_SECONDS = 300
# Pages from the thousandth on do not exist for anybody: so large an offset is work that no reader asks for.
_PAGE = re.compile(r"[1-9][0-9]{0,2}")


@require_safe
@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The front page: the newest story leads, then a second row, cards, the sections, and the latest."""
    top = 1 + FRONT_SECONDS + FRONT_CARDS
    newest = list(Edition.objects.live().for_card().newest_first()[: top + FRONT_LATEST])
    shown = newest[:top]
    blocks = _section_blocks(shown)
    context = {
        "lead": shown[0] if shown else None,
        "seconds": shown[1 : 1 + FRONT_SECONDS],
        "cards": shown[1 + FRONT_SECONDS :],
        "blocks": blocks,
        "latest": newest[:FRONT_LATEST],
    }
    shows(names.STORIES)
    _show_cards([*shown, *newest[:FRONT_LATEST], *(edition for block in blocks for edition in block.editions)])
    return render(request, "articles/front.html", context)


@require_safe
@public_page
def article(request: HttpRequest, article_id: str, slug: str = "") -> HttpResponse:
    """A story. A wrong slug leads to the right address."""
    edition = live_edition(article_id, Edition.objects.for_page())
    if slug != edition.slug:
        return _moved(edition.get_absolute_url())
    context = story_context(edition)
    shows(*names.on_page(edition), names.stories_of(edition.section))
    _show_cards(context["related"])
    return render(request, "articles/article.html", context)


def story_context(edition: Edition) -> dict[str, Any]:
    """What `articles/article.html` needs, of an edition that readers see or of one that is looked at beforehand."""
    # A scheduled edition that was kept while later ones came before it has the lower number.
    may_have_notes = edition.number > 1 or edition.based_on_older
    return {
        "edition": edition,
        "notes": _notes(edition) if may_have_notes else [],
        "share": share_links(edition),
        "canonical_url": absolute(edition.get_absolute_url()),
        "share_image_url": absolute(edition.picture.file.share) if edition.picture else "",
        "related": list(_related(edition)),
    }


@require_safe
@public_page
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories of a section."""
    found = named(Section, slug)
    return _listing(request, "section", found, slug, Edition.objects.in_section(found))


@require_safe
@public_page
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories about something. A tag that no live story has does not exist for readers."""
    found = named(Tag, slug)
    return _listing(request, "tag", found, slug, Edition.objects.tagged(found), must_show=True)


@require_safe
@public_page
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody who writes, and their stories. Who has no live story does not exist for readers."""
    found = named(Person, slug)
    return _listing(request, "person", found, slug, Edition.objects.by_person(found), must_show=True)


@require_safe
@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """What was corrected and clarified in live stories, newest first, below their present headlines."""
    page = _page(request, Edition.objects.corrections(), CORRECTIONS_A_PAGE)
    live = Edition.objects.live().for_card().filter(article_id__in={note.article_id for note in page})
    by_article = {story.article_id: story for story in live}
    shows(names.CORRECTIONS, *(names.of_card(article_id) for article_id in by_article))
    entries = [(note, by_article[note.article_id]) for note in page if note.article_id in by_article]
    address = reverse("articles:corrections")
    context = {
        "page": page,
        "entries": entries,
        "canonical_url": absolute(address + (f"?page={page.number}" if page.number > 1 else "")),
    }
    return render(request, "articles/corrections.html", context)


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone (RFC 9309), and where the sitemap is."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /my-comment/", "Disallow: /my-address/"]
    lines += ["Disallow: /preview/", ""]
    lines.append(f"Sitemap: {absolute(reverse('articles:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _listing(
    request: HttpRequest, kind: str, found: Named, slug: str, editions: EditionQuerySet, *, must_show: bool = False
) -> HttpResponse:
    stories = editions.live().for_card().newest_first()
    if must_show and not stories.exists():
        raise Http404
    if slug != found.slug:
        return _moved(found.get_absolute_url())
    page = _page(request, stories, STORIES_A_PAGE)
    shows(*names.on_list(found))
    _show_cards(page.object_list)
    context = {
        kind: found,
        "page": page,
        "feed_url": reverse(f"articles:{kind}_feed", args=[found.slug]),
        "canonical_url": absolute(found.get_absolute_url() + (f"?page={page.number}" if page.number > 1 else "")),
    }
    return render(request, f"articles/{kind}.html", context)


def _page(request: HttpRequest, rows: EditionQuerySet, most: int) -> Page[Edition]:
    """The page of a list that the request asks for. Raises Http404 for one that is not there."""
    asked = request.GET.get("page", "1")
    paginator = Paginator(rows, most)
    if not _PAGE.fullmatch(asked) or (number := int(asked)) > paginator.num_pages:
        raise Http404
    return paginator.page(number)


@dataclass
class SectionBlock:
    """A section on the front page: its newest story, and the headlines of the next ones."""

    section: Section
    editions: list[Edition]

    @property
    def lead(self) -> Edition:
        """The newest."""
        return self.editions[0]

    @property
    def others(self) -> list[Edition]:
        """The ones after it."""
        return self.editions[1:]


def _section_blocks(shown: list[Edition]) -> list[SectionBlock]:
    """The newest stories of each section that do not stand at the top, in the order of the sections."""
    place = Window(
        RowNumber(), partition_by=[F("section")], order_by=[F("first_visible_from").desc(), F("article_id").desc()]
    )
    rest = Edition.objects.live().exclude(pk__in=[edition.pk for edition in shown[: 1 + FRONT_SECONDS]])
    rest = rest.newest_of_sections(1 + FRONT_SECONDS + 1 + FRONT_OTHERS)
    rows = rest.for_card().annotate(place=place).filter(place__lte=1 + FRONT_OTHERS)
    by_section: dict[Section, list[Edition]] = {}
    for edition in rows.order_by("section__position", "section__name", "place"):
        by_section.setdefault(edition.section, []).append(edition)
    return [SectionBlock(section, editions) for section, editions in by_section.items()]


def _show_cards(editions: Iterable[Edition]) -> None:
    """Say that the page shows these stories' cards."""
    for edition in editions:
        shows(*names.on_card(edition))


def _notes(edition: Edition) -> EditionQuerySet:
    """What was changed since the story first appeared, read from its editions: the working copy is none of ours."""
    return Edition.objects.filter(article_id=edition.article_id).begun().with_public_note()


def _related(edition: Edition) -> EditionQuerySet:
    """Other live stories of the same section."""
    others = Edition.objects.live().in_section(edition.section).exclude(article_id=edition.article_id)
    return others.for_card().newest_first()[:RELATED]


def _moved(address: str) -> HttpResponse:
    response = redirect(address, permanent=True)
    response["Cache-Control"] = f"max-age={_REDIRECT_SECONDS}"
    return response
