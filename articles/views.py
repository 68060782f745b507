"""The readers' pages of stories. A page is the same bytes for everybody, and is read from live editions alone."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import front_page, house, names
from articles.corrections import below_present_headlines
from articles.finding import Named, live_edition, named
from articles.limits import CORRECTIONS_A_PAGE, STORIES_A_PAGE
from articles.models import Edition, Person, Section, Tag
from articles.querysets import EditionQuerySet
from articles.related import related_to
from articles.sharing import share_links
from articles.structured_data import about_the_paper, as_script
from newsportal.caching import public_page
from newsportal.links import absolute
from newsportal.pages import shows

# How long a browser may remember that a wrong slug leads to the right one; slugs change back.
_REDIRECT_SECONDS = 300
# Pages from the thousandth on do not exist for anybody: no reader asks for the work of so large an offset.
_PAGE = re.compile(r"[1-9][0-9]{0,2}")


@require_safe
@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The front page: a lead and a second row, chosen or the newest, then cards, the sections, and the latest."""
    now = timezone.now()
    page = front_page.compose(front_page.Arrangement.at(now), now)
    shows(names.STORIES, names.FRONT)
    _show_cards(page.editions)
    return render(request, "articles/front.html", page.context)


@require_safe
@public_page
def article(request: HttpRequest, article_id: str, slug: str = "") -> HttpResponse:
    """A story. A wrong slug redirects to the right address."""
    edition = live_edition(article_id, Edition.objects.for_page())
    if slug != edition.slug:
        return _moved(edition.get_absolute_url())
    context = story_context(edition)
    shows(*names.on_page(edition))
    _show_cards(context["related"])
    return render(request, "articles/article.html", context)


def story_context(edition: Edition) -> dict[str, Any]:
    """What `articles/article.html` needs for an edition, whether readers see it or it is being previewed."""
    return {
        "edition": edition,
        "notes": edition.notes,
        "share": share_links(edition),
        "canonical_url": absolute(edition.get_absolute_url()),
        "related": related_to(edition),
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
    """The stories with a tag. A tag that no live story has does not exist for readers."""
    found = named(Tag, slug)
    return _listing(request, "tag", found, slug, Edition.objects.tagged(found), must_show=True)


@require_safe
@public_page
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """A person who writes, and their stories. A person without a live story does not exist for readers."""
    found = named(Person, slug)
    return _listing(request, "person", found, slug, Edition.objects.by_person(found), must_show=True)


@require_safe
@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """What was corrected and clarified in live stories, newest first, below their present headlines."""
    page = _page(request, Edition.objects.corrections(), CORRECTIONS_A_PAGE)
    address = reverse("articles:corrections")
    context = {
        "page": page,
        "entries": below_present_headlines(page),
        "feed_url": absolute(reverse("articles:corrections_feed")),
        "canonical_url": absolute(address + (f"?page={page.number}" if page.number > 1 else "")),
    }
    return render(request, "articles/corrections.html", context)


@require_safe
@public_page
def house_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the pages about the paper that every paper has. If it is not public, it does not exist for readers."""
    return _house_page(request, house.shown(slug))


@require_safe
@public_page
def further_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Another page about the paper."""
    return _house_page(request, house.shown_further(slug))


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone (RFC 9309), and where the sitemaps are."""
    private = ("admin", "my-comment", "my-address", "report", "preview", "error-report")
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in private), ""]
    lines += [f"Sitemap: {absolute(reverse(f'articles:{name}'))}" for name in ("sitemap", "news_sitemap")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _house_page(request: HttpRequest, page: house.Shown | None) -> HttpResponse:
    if page is None:
        raise Http404
    context = {"page": page, "canonical_url": absolute(page.url), "datum": as_script(about_the_paper(page))}
    return render(request, "articles/house_page.html", context)


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
        "atom_url": reverse(f"articles:{kind}_atom_feed", args=[found.slug]),
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


def _show_cards(editions: Iterable[Edition]) -> None:
    """Say that the page shows these stories' cards."""
    for edition in editions:
        shows(*names.on_card(edition))


def _moved(address: str) -> HttpResponse:
    response = redirect(address, permanent=True)
    response["Cache-Control"] = f"max-age={_REDIRECT_SECONDS}"
    return response
