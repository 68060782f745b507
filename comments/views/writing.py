"""The form of a comment, and the address that it posts to."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.finding import live_edition
from articles.models import Edition
from comments import names, permissions, posting
from comments.advising import Advice, advice
from comments.forms import CommentForm
from comments.models import Comment
from comments.threads import thread_of
from comments.tokens import own_path
from comments.views.reading import form_address
from comments.views.responses import live_or_none, names_of_story, retry_after, see_other
from newsportal.caching import public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here
from newsportal.pages import shows

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def new(request: HttpRequest, article_id: str) -> HttpResponse:
    """The form as a page of its own, and the address that it posts to."""
    return _take(request, article_id) if request.method == "POST" else _empty_form(request, article_id)


def _empty_form(request: HttpRequest, article_id: str) -> HttpResponse:
    edition = live_edition(article_id)
    asked = request.GET.get("parent", "")
    parent = _parent(edition, asked)
    shows(*names_of_story(edition), *names.of_leaving(edition.article_id))
    if parent:
        shows(names.of_comment(parent.public_id))
    closed = not thread_of(edition).is_open
    form = CommentForm.for_story(edition, form_address(edition), parent)
    response = _form_page(request, edition, form, parent=parent, closed=closed, status=200)
    if asked and not parent:
        # Not to be stored: it changes when that comment appears, and naming a hidden comment would reveal it.
        response["Cache-Control"] = "public, no-cache"
    return response


def _take(request: HttpRequest, article_id: str) -> HttpResponse:
    """Post a comment. Whatever goes wrong, the response is the form with what was typed."""
    if request.content_type != FORM_TYPE:
        return error_page(request, 415)
    edition = live_or_none(article_id)
    form = CommentForm(request.POST, story=edition, action=form_address(edition) if edition else "")
    if not is_from_here(request):
        return _form_page(request, edition, form, refusal=FROM_ELSEWHERE, status=403)
    if edition is None:
        refusal = _(
            "There is no story here that could be commented on. Your text is still here, so that you can keep it."
        )
        return _form_page(request, None, form, refusal=refusal, status=404)
    if not thread_of(edition).is_open:
        return _form_page(request, edition, form, refusal=posting.CLOSED, closed=True, status=409)
    return _post(request, edition, form) if form.is_valid() else _form_page(request, edition, form, status=422)


def _post(request: HttpRequest, edition: Edition, form: CommentForm) -> HttpResponse:
    try:
        comment = posting.post(edition, form.draft(), address=client_address(request))
    except posting.TooFast as error:
        return retry_after(_form_page(request, edition, form, refusal=error.words, status=429), error)
    except posting.Closed as error:
        return _form_page(request, edition, form, refusal=error.words, closed=True, status=409)
    except posting.Advised as error:
        form.after_advice()
        told = advice(form.cleaned_data["body"], error.findings)
        return _form_page(request, edition, form, told=told, status=422)
    return see_other(own_path(comment))


def _form_page(
    request: HttpRequest,
    edition: Edition | None,
    form: CommentForm,
    *,
    status: int,
    refusal: "str | _StrPromise" = "",
    parent: Comment | None = None,
    closed: bool = False,
    told: Advice | None = None,
) -> HttpResponse:
    if parent is None and edition is not None and form.is_bound:
        parent = _parent(edition, str(form["parent"].value() or ""))
    thread = thread_of(edition) if edition else None
    context = {
        "edition": edition,
        "thread": thread,
        "parent": parent,
        "form": form,
        "refusal": refusal,
        "closed": closed,
        "advice": told,
    }
    response = render(request, "comments/new.html", context, status=status)
    if form.is_bound:
        response["Cache-Control"] = "no-store"
    return response


def _parent(edition: Edition, public_id: str) -> Comment | None:
    if not public_id.isascii() or not public_id.isalnum() or not permissions.can_comment(edition, thread_of(edition)):
        return None
    public = Comment.objects.public().filter(thread_id=edition.article_id)
    return public.select_related("public_revision").filter(public_id=public_id).first()
