"""What readers read of a conversation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of, of_card
from comments import names, tombstones
from comments.forms import CommentForm
from comments.keys import KeyUnknown
from comments.models import Comment
from comments.querysets import ORDERS
from comments.threads import SORTS, ThreadPage, answers_page, place_of, sort_links, thread_of, thread_page
from comments.views.responses import names_of_story
from newsportal.caching import public_page
from newsportal.pages import shows


@require_safe
@public_page
def page(request: HttpRequest, article_id: str) -> HttpResponse:
    """A story's comments as a page, twenty top-level comments each."""
    edition = live_edition(article_id)
    sort = request.GET.get("sort", SORTS[0])
    sort = sort if sort in SORTS else SORTS[0]
    try:
        shown = thread_page(edition, sort=sort, after=request.GET.get("after", ""))
    except KeyUnknown:
        raise Http404 from None
    shows(*names_of_story(edition), names.of_thread(edition.article_id), *names.of_leaving(edition.article_id))
    shows(names.of_recommendations(edition.article_id))
    return render(request, "comments/page.html", thread_context(edition, shown, sort=sort))


@require_safe
@public_page
def answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """All answers to one comment."""
    comment, edition = standing_comment(public_id)
    if comment.root:
        return redirect("comments:answers", comment.root.public_id)
    try:
        shown = answers_page(edition, comment, after=request.GET.get("after", ""))
    except KeyUnknown:
        raise Http404 from None
    context = {"edition": edition, "comment": comment, "answers": shown.comments, "next_url": shown.next_url}
    context["feed_url"] = reverse("comments:answers_feed", args=[public_id])
    if not comment.is_public:
        context["tombstone"] = tombstones.of_comment(comment)
    shows(of_card(edition.article_id), of(edition.section), names.of_rules(edition.article_id))
    shows(names.of_comment(public_id), names.of_answers(public_id), names.of_recommendations(edition.article_id))
    return render(request, "comments/answers.html", context)


@require_safe
def permalink(request: HttpRequest, public_id: str) -> HttpResponse:
    """Redirects to the page and anchor where a comment stands; `?sort=` names the order."""
    comment, edition = public_comment(public_id)
    sort = request.GET.get("sort", SORTS[0])
    response = redirect(place_of(comment, edition, sort=sort if sort in ORDERS else SORTS[0]))
    response["Cache-Control"] = "public, no-cache"
    return response


def thread_context(edition: Edition, shown: ThreadPage, *, sort: str = SORTS[0]) -> dict[str, object]:
    """What `comments/_thread.html` needs, for a story's page and for the pages of its comments."""
    thread = thread_of(edition)
    return {
        "edition": edition,
        "open": thread.is_open,
        "thread": thread,
        "count": thread.public_count,
        "branches": shown.branches,
        "next_url": shown.next_url,
        "sort_links": sort_links(edition, sort),
        "form": CommentForm.for_story(edition, form_address(edition)),
        "page_url": reverse("comments:page", args=[edition.article_id]),
        "feed_url": reverse("comments:feed", args=[edition.article_id]),
    }


def public_comment(public_id: str) -> tuple[Comment, Edition]:
    """A comment whose words readers see, and the edition of its page. Raises Http404."""
    comment, edition = standing_comment(public_id)
    if not comment.is_public:
        raise Http404
    return comment, edition


def standing_comment(public_id: str) -> tuple[Comment, Edition]:
    """A comment that has a place on a live page, and the edition of that page. Raises Http404."""
    if not public_id.isascii() or not public_id.isalnum():
        raise Http404
    found = Comment.objects.standing().select_related("thread", "root", "public_revision").filter(public_id=public_id)
    comment = found.first()
    if comment is None:
        raise Http404
    return comment, live_edition(str(comment.thread_id))


def form_address(edition: Edition) -> str:
    """The address that a story's form posts to."""
    return reverse("comments:new", args=[edition.article_id])
