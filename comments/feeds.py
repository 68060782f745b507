"""RSS of what readers wrote under a story."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of_card
from comments import names
from comments.models import Comment
from comments.policy import FEED_COMMENTS
from comments.text import to_html
from newsportal.links import absolute
from newsportal.pages import shows


class CommentFeed(Feed[Comment, Edition]):
    """The newest public comments of one story."""

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        response.headers.pop("Last-Modified", None)
        return response

    def get_object(self, request: HttpRequest, article_id: str) -> Edition:
        return live_edition(article_id)

    def title(self, edition: Edition) -> str:
        return _("Comments on “%(headline)s”") % {"headline": edition.headline}

    def description(self, edition: Edition) -> str:
        return escape(edition.summary)

    def link(self, edition: Edition) -> str:
        return absolute(edition.get_absolute_url())

    def feed_url(self, edition: Edition) -> str:
        return absolute(reverse("comments:feed", args=[edition.article_id]))

    def items(self, edition: Edition) -> list[Comment]:
        shows(of_card(edition.article_id), names.of_thread(edition.article_id))
        public = Comment.objects.public().filter(thread_id=edition.article_id)
        return list(public.select_related("public_revision").newest_first()[:FEED_COMMENTS])

    def item_title(self, item: Comment) -> str:
        return _("%(name)s (newsroom)") % {"name": item.name} if item.is_from_newsroom else item.name

    def item_description(self, item: Comment) -> SafeString:
        return to_html(item.public_revision.body) if item.public_revision else SafeString("")

    def item_link(self, item: Comment) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Comment) -> datetime:
        return item.posted_at
