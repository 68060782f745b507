"""RSS and Atom of live stories. Links are absolute by `SITE_URL`, whatever Host the request named."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import names
from articles.corrections import Correction, below_present_headlines
from articles.feed_formats import Author, LeadPicture, StoryAtom, StoryRss
from articles.finding import named
from articles.full_text import full_text
from articles.limits import FEED_PICTURE_WIDTH, FEED_STORIES
from articles.models import Edition, Person, Picture, Section, Tag
from articles.querysets import EditionQuerySet
from articles.states import KindOfWork
from newsportal import zoned
from newsportal.links import absolute
from newsportal.pages import shows


class Entry(NamedTuple):
    """A story in a feed, with the changes told to readers, newest first, and the pictures in its text."""

    story: Edition
    notes: list[Edition]
    pictures: Mapping[int, Picture]


class _Undated(Feed[Any, Any]):
    """A feed whose response has no date: Django would take that of its newest entry, and if an older one was corrected
    or removed, the feed would look unchanged.
    """

    @method_decorator(require_safe)
    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        response.headers.pop("Last-Modified", None)
        return response


class LatestFeed(_Undated):
    """The latest stories."""

    feed_type: Any = StoryRss

    def title(self) -> str:
        return settings.SITE_NAME

    def description(self) -> str:
        return settings.SITE_TAGLINE

    def link(self) -> str:
        return absolute(reverse("articles:front"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:feed"))

    def items(self) -> list[Entry]:
        shows(names.STORIES)
        return _stories(Edition.objects.all())

    def item_title(self, item: Entry) -> str:
        return item.story.marked_headline

    def item_description(self, item: Entry) -> str:
        if not item.notes:
            return escape(item.story.summary)
        return format_html("<p>{}</p>{}", item.story.summary, _told(item.notes))

    def item_link(self, item: Entry) -> str:
        return absolute(item.story.get_absolute_url())

    def item_guid(self, item: Entry) -> str:
        return absolute(reverse("articles:article_by_id", args=[item.story.article_id]))

    item_guid_is_permalink = False

    def item_pubdate(self, item: Entry) -> datetime:
        return item.story.first_visible_from

    def item_updateddate(self, item: Entry) -> datetime:
        return item.story.told_from

    def item_categories(self, item: Entry) -> list[str]:
        kind = [] if item.story.kind_of_work == KindOfWork.NEWS else [item.story.get_kind_of_work_display()]
        return [item.story.section.name, *kind, *(tag.name for tag in item.story.tag_list)]

    def item_comments(self, item: Entry) -> str:
        return f"{self.item_link(item)}#comments"

    def item_extra_kwargs(self, item: Entry) -> dict[str, object]:
        """What `articles.feed_formats` writes in addition to Django."""
        return {
            "authors": _authors(item.story),
            "content": full_text(item.story, item.pictures) + _told(item.notes),
            "picture": _lead_picture(item.story),
            "story_language": item.story.language,
            # The feed of a conversation is below its story's number, like the conversation itself.
            "comments_feed": f"{self.item_guid(item)}comments/feed/",
        }


class _Atom:
    """The same stories as Atom."""

    feed_type: Any = StoryAtom
    # The author of the feed, for stories that name none.
    author_name = settings.SITE_NAME


class LatestAtomFeed(_Atom, LatestFeed):
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

    def items(self, found: Any = None) -> list[Entry]:
        shows(names.of(found), names.stories_of(found))
        return _stories(_of(found))


class SectionFeed(_NamedFeed):
    model = Section


class TagFeed(_NamedFeed):
    model = Tag


class PersonFeed(_NamedFeed):
    model = Person


class _NamedAtomFeed(_Atom, _NamedFeed):
    def feed_url(self, found: Any = None) -> str:
        return f"{super().feed_url(found)}atom/"


class SectionAtomFeed(_NamedAtomFeed):
    model = Section


class TagAtomFeed(_NamedAtomFeed):
    model = Tag


class PersonAtomFeed(_NamedAtomFeed):
    model = Person


class CorrectionsFeed(_Undated):
    """What was corrected and clarified in live stories."""

    def title(self) -> str:
        return _("%(name)s: %(site)s") % {"name": _("Corrections"), "site": settings.SITE_NAME}

    def description(self) -> str:
        return _("What we had wrong, and since when it is right.")

    def link(self) -> str:
        return absolute(reverse("articles:corrections"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:corrections_feed"))

    def items(self) -> list[Correction]:
        return below_present_headlines(Edition.objects.corrections()[:FEED_STORIES])

    def item_title(self, item: Correction) -> str:
        return item.story.marked_headline

    def item_description(self, item: Correction) -> SafeString:
        return _told([item.note])

    def item_link(self, item: Correction) -> str:
        return absolute(item.story.get_absolute_url())

    def item_guid(self, item: Correction) -> str:
        """One for each correction of a story."""
        return absolute(reverse("articles:article_by_id", args=[item.note.article_id])) + f"#edition-{item.note.number}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Correction) -> datetime:
        return item.note.visible_from

    def item_categories(self, item: Correction) -> list[str]:
        return [capfirst(item.note.get_kind_display())]


def _of(found: Section | Tag | Person) -> EditionQuerySet:
    if isinstance(found, Section):
        return Edition.objects.in_section(found)
    if isinstance(found, Tag):
        return Edition.objects.tagged(found)
    return Edition.objects.by_person(found)


def _stories(editions: EditionQuerySet) -> list[Entry]:
    stories = list(editions.live().for_page().newest_first()[:FEED_STORIES])
    notes: dict[int, list[Edition]] = defaultdict(list)
    changed = Edition.objects.filter(article_id__in=[story.article_id for story in stories]).begun().with_public_note()
    for note in changed.only("article_id", "kind", "note", "visible_from"):
        notes[note.article_id].append(note)
    for story in stories:
        shows(*names.in_feed(story))
    pictures = Picture.objects.in_bulk({figure["picture"] for story in stories for figure in story.figures})
    return [Entry(story, notes[story.article_id], pictures) for story in stories]


def _authors(story: Edition) -> list[Author]:
    """The people who wrote it, else the wording of its byline, else its source; nobody if it names none of them."""
    people = [Author(person.name, absolute(person.get_absolute_url())) for person in story.people_in_order]
    said = story.byline or story.source_name
    return people or ([Author(said)] if said else [])


def _lead_picture(story: Edition) -> LeadPicture | None:
    if not story.picture:
        return None
    crop = story.picture.crop(FEED_PICTURE_WIDTH)
    said = (story.picture_caption or story.picture_alt, story.picture_credit)
    return LeadPicture(absolute(crop.url), crop.media_type, crop.width, crop.height, *said)


def _told(notes: list[Edition]) -> SafeString:
    """What was changed, what kind of change it was, and when."""
    told = ((capfirst(note.get_kind_display()), zoned.in_words(note.visible_from), note.note) for note in notes)
    return format_html_join("", "<p><strong>{}</strong> ({}): {}</p>", told)
