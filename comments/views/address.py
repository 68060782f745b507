"""The page of a mail address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import posting
from comments.own_page import address_page_context
from comments.tokens import comment_of_address
from comments.views.responses import erased
from newsportal.caching import private_page
from newsportal.errors import error_page
from newsportal.origin import is_from_here


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def my_address(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether a comment is that of a mail address's owner. Only a POST confirms: mail scanners follow links."""
    comment = comment_of_address(token)
    if comment.is_erased:
        return erased(request)
    state = "used" if comment.commenter_id else "ask"
    if request.method == "POST":
        if not is_from_here(request):
            return error_page(request, 403)
        state = "confirmed" if posting.confirm_address(comment) else "used"
    return render(request, "comments/my_address.html", address_page_context(comment, state))
