"""What search engines should know of: live stories, the sections, and the pages about the paper."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as django_views
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles import house, names
from articles.limits import SITEMAP_STORIES
from articles.models import Edition, Section
from articles.querysets import EditionQuerySet
from newsportal.caching import public_page
from newsportal.pages import shows


class _OwnSitemap(Sitemap[Any]):
    """A sitemap whose addresses are built from `SITE_URL`."""

    limit = SITEMAP_STORIES

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class StorySitemap(_OwnSitemap):
    def items(self) -> EditionQuerySet:
        return Edition.objects.live().for_card().newest_first()

    def lastmod(self, item: Edition) -> datetime:
        return item.told_from


class SectionSitemap(_OwnSitemap):
    def items(self) -> QuerySet[Section]:
        return Section.objects.all()


class HouseSitemap(_OwnSitemap):
    def items(self) -> list[str]:
        return house.addresses()

    def location(self, item: str) -> str:
        return item


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: sections, pages about the paper, the newest stories; `?p=2` and so on have the older stories."""
    maps: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {"stories": StorySitemap}
    if request.GET.get("p", "1") == "1":
        maps = {"sections": SectionSitemap, "house": HouseSitemap, **maps}
    response = django_views.sitemap(request, sitemaps=maps)
    shows(names.SITEMAP, names.NAVIGATION)
    response.headers.pop("Last-Modified", None)
    return response
