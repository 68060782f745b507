"""What search engines should know about: stories and their pictures, lists, and the news of two days."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as django_view
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import house, names
from articles.limits import NEWS_SITEMAP_DAYS, NEWS_SITEMAP_STORIES, SITEMAP_ADDRESSES
from articles.models import Edition, Person, Section, Tag
from articles.querysets import EditionQuerySet
from newsportal.caching import public_page
from newsportal.links import absolute
from newsportal.pages import shows

# Where the site reports on its own work; the pages about the paper come from `articles.house`.
OWN_PAGES = ("/corrections/", "/moderation/")


class _OwnSitemap(Sitemap[Any]):
    """A sitemap whose addresses are built from `SITE_URL`."""

    limit = SITEMAP_ADDRESSES

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class StorySitemap(_OwnSitemap):
    def items(self) -> EditionQuerySet:
        return Edition.objects.live().for_card().newest_first()

    def lastmod(self, item: Edition) -> datetime:
        return item.told_from


class ListSitemap(_OwnSitemap):
    """The front page, pages about the paper, the sections, and the tags and people who have a live story."""

    def items(self) -> list[str | Section | Tag | Person]:
        live = Edition.objects.live()
        tags = Tag.objects.filter(pk__in=live.values("tags")).order_by("pk")
        people = Person.objects.filter(pk__in=live.values("people")).order_by("pk")
        return ["/", *OWN_PAGES, *house.addresses(), *Section.objects.all(), *tags, *people]

    def location(self, item: str | Section | Tag | Person) -> str:
        return item if isinstance(item, str) else item.get_absolute_url()


class NewsSitemap(_OwnSitemap):
    """What Google News reads: the stories of two days, without advertisements."""

    def items(self) -> EditionQuerySet:
        since = timezone.now() - timedelta(days=NEWS_SITEMAP_DAYS)
        return Edition.objects.live().news_since(since).for_card().newest_first()[:NEWS_SITEMAP_STORIES]


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: where the others are.

    It says nothing about any story, so no change to one renews it: a further file is listed within the minute for which
    any page may be kept.
    """
    kinds: dict[str, _OwnSitemap] = {"sitemap_of_lists": ListSitemap(), "sitemap_of_stories": StorySitemap()}
    files = [SitemapIndexItem(address) for name, kind in kinds.items() for address in _files(name, kind)]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@require_safe
@public_page
def stories(request: HttpRequest) -> HttpResponse:
    """`/sitemap-stories.xml`: the newest stories; `?p=2` and so on have the older ones."""
    shows(names.SITEMAP)
    return _answer(request, StorySitemap, "articles/sitemap_stories.xml")


@require_safe
@public_page
def lists(request: HttpRequest) -> HttpResponse:
    """`/sitemap-lists.xml`: all pages that are not stories."""
    shows(names.SITEMAP_LISTS, names.NAVIGATION)
    return _answer(request, ListSitemap, "sitemap.xml")


@require_safe
@public_page
def news(request: HttpRequest) -> HttpResponse:
    """`/news-sitemap.xml`. A story leaves it within a minute of its time, as every page is made anew that often.

    The schema does not allow an empty sitemap: if nothing is new enough, it names the front page, and no news.
    """
    shows(names.SITEMAP_NEWS)
    return _answer(request, NewsSitemap, "articles/sitemap_news.xml")


def _files(name: str, kind: _OwnSitemap) -> list[str]:
    """The addresses of a sitemap's files; none if it lists nothing."""
    first = absolute(reverse(f"articles:{name}"))
    paginator = kind.paginator
    return [first if number == 1 else f"{first}?p={number}" for number in paginator.page_range if paginator.count]


def _answer(request: HttpRequest, kind: type[_OwnSitemap], template: str) -> HttpResponse:
    response = django_view(request, sitemaps={"": kind}, template_name=template)
    response.headers.pop("Last-Modified", None)
    return response
