"""The author's own page of one comment."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import moderation, posting
from comments.advising import advice
from comments.forms import EditForm, ObjectionForm, WithdrawForm
from comments.models import Comment
from comments.own_page import CameBack, own_page_context
from comments.tokens import comment_of_own, own_path
from comments.views.responses import erased, retry_after, see_other, unknown
from newsportal.caching import private_page
from newsportal.client import client_address
from newsportal.origin import FROM_ELSEWHERE, is_from_here
from newsportal.refusal import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def my_comment(request: HttpRequest, token: str) -> HttpResponse:
    """The author's own page of one comment: what became of it, and edit, object, withdraw."""
    typed = request.POST.get("body") or request.POST.get("words") or ""
    try:
        comment = comment_of_own(token)
    except Http404:
        if not typed:
            raise
        return unknown(request, typed=typed)
    if comment.is_erased:
        return erased(request, typed=typed)
    if request.method == "POST":
        return _take_from_author(request, comment)
    return _own_page(request, comment, CameBack(), status=200)


def _take_from_author(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Edit, object or withdraw. Whatever goes wrong, the response is the page as it is now, with what was typed."""
    typed = CameBack(
        edit=EditForm(request.POST) if "edit" in request.POST else None,
        objection=ObjectionForm(request.POST) if "object" in request.POST else None,
    )
    if not is_from_here(request):
        return _own_page(request, comment, typed, refusal=FROM_ELSEWHERE, status=403)
    try:
        if _author_acts(request, comment, typed):
            return see_other(own_path(comment))
    except posting.Advised as error:
        return _own_page(request, comment, _advised(typed, error), status=422)
    except posting.TooFast as error:
        response = _own_page(request, comment, typed, refusal=error.words, status=429)
        return retry_after(response, error)
    except Refusal as error:
        comment.refresh_from_db()
        status = 403 if isinstance(error, posting.Barred) else 409
        return _own_page(request, comment, typed, refusal=error.words, status=status)
    return _own_page(request, comment, typed, status=422)


def _own_page(
    request: HttpRequest, comment: Comment, typed: CameBack, *, status: int, refusal: "str | _StrPromise" = ""
) -> HttpResponse:
    context = own_page_context(comment, typed) | {"refusal": refusal}
    return render(request, "comments/my_comment.html", context, status=status)


def _author_acts(request: HttpRequest, comment: Comment, typed: CameBack) -> bool:
    """Do what the author asked for; False if the form is not well formed."""
    if typed.edit is not None:
        return _edits(request, comment, typed.edit)
    if typed.objection is not None:
        return _objects(comment, typed.objection)
    form = WithdrawForm(request.POST)
    if "withdraw" not in request.POST or not form.is_valid():
        return False
    posting.withdraw(comment, saw=form.cleaned_data["saw"])
    return True


def _edits(request: HttpRequest, comment: Comment, form: EditForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    asks_first = bool(data["asks_first"])
    posting.edit(comment, body=data["body"], saw=data["saw"], address=client_address(request), asks_first=asks_first)
    return True


def _advised(typed: CameBack, error: posting.Advised) -> CameBack:
    """The page with the advice on the new text, and buttons to send it nevertheless."""
    form = typed.edit
    if form is None:
        return typed
    form.after_advice()
    return replace(typed, advice=advice(form.cleaned_data["body"], error.findings))


def _objects(comment: Comment, form: ObjectionForm) -> bool:
    if not form.is_valid():
        return False
    moderation.object_to(comment, words=form.cleaned_data["words"], saw=form.cleaned_data["saw"])
    return True
