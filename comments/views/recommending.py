"""Recommending a comment, and taking that back."""

import math
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Edition
from articles.names import of, of_card
from comments import names, recommending
from comments.models import Comment
from comments.threads import place_of
from comments.views.reading import public_comment
from comments.views.responses import see_other
from newsportal.caching import public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here
from newsportal.pages import shows

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Requested by the script, which stays on the page.
_JSON = "application/json"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def recommend(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST recommends a comment, or takes that back (`take_back`); GET is a page with a button for each."""
    comment, edition = public_comment(public_id)
    if request.method == "POST":
        return _take(request, comment, edition)
    shows(of_card(edition.article_id), of(edition.section), names.of_comment(public_id))
    return _page(request, comment, edition)


def _take(request: HttpRequest, comment: Comment, edition: Edition) -> HttpResponse:
    # No field is needed to recommend: a POST without a body has no type either.
    if request.content_type not in {FORM_TYPE, ""}:
        return error_page(request, 415)
    if not is_from_here(request):
        return _page(request, comment, edition, refusal=FROM_ELSEWHERE, status=403)
    takes_back = "take_back" in request.POST
    act = recommending.take_back if takes_back else recommending.recommend
    try:
        is_new = act(comment, address=client_address(request), browser=_browser(request))
    except recommending.TooMany as error:
        response = _page(request, comment, edition, refusal=error.words, status=429)
        response["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
        return response
    if request.headers.get("Accept") == _JSON:
        number = intcomma(recommending.number_of(comment))
        answer = JsonResponse({"recommended": not takes_back, "changed": is_new, "number": number})
        answer["Cache-Control"] = "no-store"
        return answer
    # Somebody who presses twice may want to take it back, or forgot: the page of the buttons offers both.
    again = not is_new and not takes_back
    return see_other(reverse("comments:recommend", args=[comment.public_id]) if again else place_of(comment, edition))


def _browser(request: HttpRequest) -> str:
    """What a browser says about itself in every request, for pages and forms alike."""
    return "\n".join(request.headers.get(name, "") for name in ("User-Agent", "Accept-Language"))


def _page(
    request: HttpRequest, comment: Comment, edition: Edition, *, refusal: "str | _StrPromise" = "", status: int = 200
) -> HttpResponse:
    context = {"edition": edition, "comment": comment, "refusal": refusal}
    response = render(request, "comments/recommend.html", context, status=status)
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response
