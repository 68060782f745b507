"""The pages that ask once more before something is erased."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import addresses, erasing
from comments.forms import ErasureForm
from comments.tokens import comment_of_own, own_path
from comments.views.responses import erased, see_other
from newsportal.caching import private_page
from newsportal.errors import error_page
from newsportal.origin import is_from_here


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def comment_erasure(request: HttpRequest, token: str) -> HttpResponse:
    """Says what will happen; only a POST erases. Then the author's own page says that it is done."""
    comment = comment_of_own(token)
    if comment.is_erased:
        return erased(request)
    if request.method == "POST":
        if not is_from_here(request):
            return error_page(request, 403)
        erasing.erase_comment(comment)
        return see_other(own_path(comment))
    context = {"form": ErasureForm(), "own_url": own_path(comment), "has_answers": comment.answer_count > 0}
    return render(request, "comments/comment_erasure.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def address_erasure(request: HttpRequest, token: str) -> HttpResponse:
    """The same for everything under an address. Then its link says that it is done."""
    owner = addresses.owner_of(token)
    if owner is None:
        return erased(request)
    address_url = reverse("comments:my_address", args=[token])
    if request.method == "POST":
        if not is_from_here(request):
            return error_page(request, 403)
        erasing.erase_address(owner)
        return see_other(address_url)
    context = {"form": ErasureForm(), "address_url": address_url, "count": owner.comments.count()}
    return render(request, "comments/address_erasure.html", context)
