"""The pages of a mail address: requesting its link, and what the link opens."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comments import addresses, exporting, policy, posting
from comments.forms import AskForm
from comments.models import Comment, Commenter
from comments.own_page import address_page_context
from comments.subscription_form import SubscriptionsForm
from comments.tokens import comment_of_address, is_link, subscriptions_path
from comments.views.responses import erased, retry_after, see_other
from newsportal.caching import private_page, public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def ask_for_address(request: HttpRequest) -> HttpResponse:
    """The form that asks what is held about an address. The response does not reveal whether the address is known."""
    if request.method != "POST":
        return _ask_page(request, AskForm(), status=200)
    if request.content_type != FORM_TYPE:
        return error_page(request, 415)
    form = AskForm(request.POST)
    if not is_from_here(request):
        return _ask_page(request, form, refusal=FROM_ELSEWHERE, status=403)
    if not form.is_valid():
        return _ask_page(request, form, status=422)
    try:
        addresses.ask(form.cleaned_data["email"], address=client_address(request))
    except posting.TooFast as error:
        return retry_after(_ask_page(request, form, refusal=error.words, status=429), error)
    return see_other(reverse("comments:address_asked"))


@require_safe
@public_page
def address_asked(request: HttpRequest) -> HttpResponse:
    """Says where the link goes, if it goes anywhere."""
    return render(request, "comments/address_asked.html", {"hours": _hours()})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def my_address(request: HttpRequest, token: str) -> HttpResponse:
    """All that is held about an address, and what is mailed to it, which its owner can choose there.

    With the link that was mailed for a comment it is the question whether that comment is its owner's.
    """
    if not is_link(token):
        return _confirmation(request, comment_of_address(token))
    owner = addresses.owner_of(token)
    if owner is None:
        return erased(request)
    path = reverse("comments:my_address", args=[token])
    if request.method != "POST":
        return _held_page(request, owner, token, SubscriptionsForm(owner, path), status=200)
    if not is_from_here(request):
        return error_page(request, 403)
    form = SubscriptionsForm(owner, path, request.POST)
    if not form.is_wanted():
        return _held_page(request, owner, token, form, status=422)
    form.save()
    return see_other(f"{path}?saved")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def address_export(request: HttpRequest, token: str) -> HttpResponse:
    """The same as a file (GDPR, Articles 15 and 20)."""
    owner = addresses.owner_of(token)
    if owner is None:
        return erased(request)
    # Not earlier: a forged link names no address, whatever is sent to it.
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    response = JsonResponse(exporting.as_data(owner), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-address.json"'
    return response


# --- How ------------------------------------------------------------------------------------------------------------


def _ask_page(request: HttpRequest, form: AskForm, *, status: int, refusal: "str | _StrPromise" = "") -> HttpResponse:
    context = {"form": form, "refusal": refusal, "hours": _hours()}
    response = render(request, "comments/ask_for_address.html", context, status=status)
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response


def _hours() -> int:
    return int(policy.ADDRESS_LINK_LIFE.total_seconds() // 3600)


def _held_page(
    request: HttpRequest, owner: Commenter, token: str, form: SubscriptionsForm, *, status: int
) -> HttpResponse:
    context = {
        "subscriptions": form,
        "saved": "saved" in request.GET and not form.is_bound,
        "sections": exporting.sections(owner),
        "export_url": reverse("comments:address_export", args=[token]),
        "erasure_url": reverse("comments:address_erasure", args=[token]),
    }
    return render(request, "comments/held_address.html", context, status=status)


def _confirmation(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Ask whether a comment belongs to the address's owner. Only a POST confirms: mail scanners follow links."""
    if comment.is_erased:
        return erased(request)
    state = "used" if comment.commenter_id else "ask" if comment.email else "late"
    if request.method == "POST" and state != "late":
        if not is_from_here(request):
            return error_page(request, 403)
        state = "confirmed" if posting.confirm_address(comment) else "used"
    context = address_page_context(comment, state)
    if comment.commenter:
        context["subscriptions"] = SubscriptionsForm(comment.commenter, subscriptions_path(comment))
    return render(request, "comments/my_address.html", context)
