"""The pages that ask once more before something is erased."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import addresses, erasing
from comments.forms import ErasureForm
from comments.tokens import comment_of_own, own_path
from comments.views.responses import erased, see_other
from newsportal.caching import private_page
from newsportal.erasures import NotNoted
from newsportal.errors import error_page
from newsportal.origin import is_from_here

logger = logging.getLogger(__name__)

# When a request that could not be served may be repeated: a full disk needs an operator.
_LATER_SECONDS = 300


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def comment_erasure(request: HttpRequest, token: str) -> HttpResponse:
    """Says what will happen; only a POST erases. Afterwards the author's own page says that it is done."""
    comment = comment_of_own(token)
    if comment.is_erased:
        return erased(request)
    own_url = own_path(comment)
    context = {"form": ErasureForm(), "own_url": own_url, "has_answers": comment.answer_count > 0}
    return _ask_or_erase(
        request, "comments/comment_erasure.html", context, lambda: erasing.erase_comment(comment), own_url
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def address_erasure(request: HttpRequest, token: str) -> HttpResponse:
    """The same for everything under an address. Afterwards its link says that it is done."""
    owner = addresses.owner_of(token)
    if owner is None:
        return erased(request)
    address_url = reverse("comments:my_address", args=[token])
    context = {"form": ErasureForm(), "address_url": address_url, "count": owner.comments.count()}
    return _ask_or_erase(
        request, "comments/address_erasure.html", context, lambda: erasing.erase_address(owner), address_url
    )


def _ask_or_erase(
    request: HttpRequest, template: str, context: dict[str, Any], erase: Callable[[], None], then: str
) -> HttpResponse:
    """The page; or, for a POST, the result. 503 if an erasure cannot be noted: then nothing is erased."""
    if request.method != "POST":
        return render(request, template, context | {"refusal": ""})
    if not is_from_here(request):
        return error_page(request, 403)
    try:
        erase()
    except NotNoted as error:
        logger.error("%s", error)
        refusal = _("This cannot be erased just now. Please try it again in some minutes; this link stays good.")
        response = render(request, template, context | {"refusal": refusal}, status=503)
        response["Retry-After"] = str(_LATER_SECONDS)
        return response
    return see_other(then)
