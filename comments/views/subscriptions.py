"""What is mailed to a reader: chosen on the address's page, or ended from a mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import subscribing
from comments.models import Comment, Commenter
from comments.statements import headline_of
from comments.states import Topic
from comments.subscription_form import SubscriptionsForm
from comments.tokens import comment_and_scope, comment_of_address, subscriptions_path
from comments.views.responses import erased, see_other
from newsportal.caching import private_page
from newsportal.errors import error_page
from newsportal.origin import is_from_here


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def subscriptions(request: HttpRequest, token: str) -> HttpResponse:
    """The page on which the owner of a confirmed address chooses what is mailed to it."""
    comment = comment_of_address(token)
    commenter = _owner(comment)
    if commenter is None:
        return erased(request)
    if request.method != "POST":
        return _page(request, SubscriptionsForm(commenter, subscriptions_path(comment)), status=200)
    if not is_from_here(request):
        return error_page(request, 403)
    form = SubscriptionsForm(commenter, subscriptions_path(comment), request.POST)
    if not form.is_wanted():
        return _page(request, form, status=422)
    form.save()
    return see_other(f"{subscriptions_path(comment)}?saved")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails that carry this link (RFC 8058): a POST from anywhere, without a cookie, whatever it contains.

    A GET changes nothing, because mail scanners follow links; nor is anything redirected, which the RFC forbids. If the
    address has been forgotten or erased, the mails have ended with it.
    """
    comment, scope = comment_and_scope(token)
    context = {
        "state": _state(_owner(comment), scope, comment.thread_id, is_pressed=request.method == "POST"),
        "scope": scope,
        "topic": Topic(scope).label if scope in Topic.values else "",
        "headline": headline_of(comment),
    }
    return render(request, "comments/unsubscribe.html", context)


def _page(request: HttpRequest, form: SubscriptionsForm, *, status: int) -> HttpResponse:
    saved = "saved" in request.GET and not form.is_bound
    return render(request, "comments/subscriptions.html", {"subscriptions": form, "saved": saved}, status=status)


def _owner(comment: Comment) -> Commenter | None:
    """None if the address was forgotten or erased; raises Http404 if it was never confirmed."""
    if comment.commenter is None and comment.email:
        raise Http404
    return comment.commenter


def _state(commenter: Commenter | None, scope: str, thread: int, *, is_pressed: bool) -> str:
    """Which of its three states the page is in."""
    if commenter is None:
        return "before"
    if is_pressed:
        return "stopped" if subscribing.stop(commenter, scope, thread) else "before"
    return "before" if subscribing.is_stopped(subscribing.wishes(commenter), scope, thread) else "ask"
