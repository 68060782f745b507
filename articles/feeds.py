"""RSS and Atom of live stories. Links are absolute by `SITE_URL`, whatever Host the request named."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from articles import names
from articles.finding import named
from articles.limits import FEED_STORIES
from articles.models import Edition, Person, Section, Tag
from articles.querysets import EditionQuerySet
from newsportal.links import absolute
from newsportal.pages import shows


class LatestFeed(Feed[Edition, Any]):
    """The latest stories."""

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        # Django dates a feed by its newest story, and a corrected one would then look unchanged.
        response.headers.pop("Last-Modified", None)
        return response

    def title(self) -> str:
        return settings.SITE_NAME

    def description(self) -> str:
        return settings.SITE_TAGLINE

    def link(self) -> str:
        return absolute(reverse("articles:front"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:feed"))

    def items(self) -> list[Edition]:
        shows(names.STORIES)
        return _stories(Edition.objects.all())

    def item_title(self, item: Edition) -> str:
        return item.headline

    def item_description(self, item: Edition) -> str:
        return escape(item.summary)

    def item_link(self, item: Edition) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Edition) -> str:
        return absolute(reverse("articles:article_by_id", args=[item.article_id]))

    item_guid_is_permalink = False

    def item_pubdate(self, item: Edition) -> datetime:
        return item.first_visible_from

    def item_updateddate(self, item: Edition) -> datetime:
        return item.told_from

    def item_author_name(self, item: Edition) -> str | None:
        return item.byline or item.source_name or None

    def item_categories(self, item: Edition) -> list[str]:
        return [item.section.name]


class LatestAtomFeed(LatestFeed):
    feed_type = Atom1Feed

    def subtitle(self) -> str:
        return settings.SITE_TAGLINE

    def feed_url(self) -> str:
        return absolute(reverse("articles:atom_feed"))


class _NamedFeed(LatestFeed):
    """The stories of one section, tag or person."""

    model: type[Section] | type[Tag] | type[Person]

    def get_object(self, request: HttpRequest, *args: Any, slug: str, **kwargs: Any) -> Any:
        found = named(self.model, slug)
        if not isinstance(found, Section) and not _of(found).live().exists():
            raise Http404
        return found

    def title(self, found: Any = None) -> str:
        return _("%(name)s: %(site)s") % {"name": found.name, "site": settings.SITE_NAME}

    def link(self, found: Any = None) -> str:
        return absolute(found.get_absolute_url())

    def feed_url(self, found: Any = None) -> str:
        return absolute(f"{found.get_absolute_url()}feed/")

    def items(self, found: Any = None) -> list[Edition]:
        shows(names.of(found), names.stories_of(found))
        return _stories(_of(found))


class SectionFeed(_NamedFeed):
    model = Section


class TagFeed(_NamedFeed):
    model = Tag


class PersonFeed(_NamedFeed):
    model = Person


def _of(found: Section | Tag | Person) -> EditionQuerySet:
    if isinstance(found, Section):
        return Edition.objects.in_section(found)
    if isinstance(found, Tag):
        return Edition.objects.tagged(found)
    return Edition.objects.by_person(found)


def _stories(editions: EditionQuerySet) -> list[Edition]:
    stories = list(editions.live().for_card().newest_first()[:FEED_STORIES])
    for edition in stories:
        shows(names.of_entry(edition.article_id), names.of(edition.section))
    return stories
