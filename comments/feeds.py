"""RSS of comments under a story, and of answers to a comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of_card
from comments import names, tombstones
from comments.models import Comment
from comments.policy import FEED_COMMENTS
from comments.querysets import CommentQuerySet
from comments.text import to_html
from comments.views.reading import standing_comment
from newsportal.caching import public_page
from newsportal.links import absolute
from newsportal.pages import shows

Subject = TypeVar("Subject", Edition, "_Answered")


class _SteadyRss(Rss201rev2Feed):
    """An empty feed is dated by its subject: Django would take the present, which makes a new page every second."""

    def latest_post_date(self) -> datetime:
        began: datetime = self.feed["began"]
        return super().latest_post_date() if self.items else began


class _Feed(Feed[Comment, Subject]):
    """Comments as items; each feed says which ones, and what stands above them."""

    feed_type: Any = _SteadyRss

    @method_decorator(require_safe)
    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        response.headers.pop("Last-Modified", None)
        return response

    def item_title(self, item: Comment) -> str:
        return _("%(name)s (newsroom)") % {"name": item.name} if item.is_from_newsroom else item.name

    def item_description(self, item: Comment) -> SafeString:
        return to_html(item.public_revision.body) if item.public_revision else SafeString("")

    def item_link(self, item: Comment) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Comment) -> datetime:
        return item.posted_at


class CommentFeed(_Feed[Edition]):
    """The newest public comments of one story."""

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

    def feed_extra_kwargs(self, edition: Edition) -> dict[str, Any]:
        return {"began": edition.first_visible_from}

    def items(self, edition: Edition) -> list[Comment]:
        shows(of_card(edition.article_id), names.of_thread(edition.article_id))
        return _newest(Comment.objects.filter(thread_id=edition.article_id))


@dataclass(frozen=True)
class _Answered:
    """A top-level comment that has a place on the page of its story."""

    comment: Comment
    edition: Edition


class _AnswersFeed(_Feed[_Answered]):
    """The newest public answers below one comment, at any depth."""

    def get_object(self, request: HttpRequest, answered: _Answered) -> _Answered:
        return answered

    def title(self, answered: _Answered) -> str:
        headline = answered.edition.headline
        if not answered.comment.is_public:
            return _("Replies to a comment on “%(headline)s”") % {"headline": headline}
        return _("Replies to %(name)s on “%(headline)s”") % {"name": answered.comment.name, "headline": headline}

    def description(self, answered: _Answered) -> str:
        revision = answered.comment.public_revision
        return to_html(revision.body) if revision else escape(tombstones.of_comment(answered.comment).words)

    def link(self, answered: _Answered) -> str:
        return absolute(reverse("comments:answers", args=[answered.comment.public_id]))

    def feed_url(self, answered: _Answered) -> str:
        return absolute(reverse("comments:answers_feed", args=[answered.comment.public_id]))

    def feed_extra_kwargs(self, answered: _Answered) -> dict[str, Any]:
        return {"began": answered.comment.posted_at}

    def items(self, answered: _Answered) -> list[Comment]:
        public_id = answered.comment.public_id
        shows(of_card(answered.edition.article_id), names.of_comment(public_id), names.of_answers(public_id))
        return _newest(Comment.objects.filter(root=answered.comment))


_answers_feed = _AnswersFeed()


@require_safe
@public_page
def answers_feed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The feed of the answers below a comment; for an answer, that of its top-level comment, as on the page."""
    comment, edition = standing_comment(public_id)
    if comment.root:
        return redirect("comments:answers_feed", comment.root.public_id)
    return _answers_feed(request, _Answered(comment, edition))


def _newest(comments: CommentQuerySet) -> list[Comment]:
    return list(comments.public().select_related("public_revision").newest_first()[:FEED_COMMENTS])
