"""Who may put an answer of ours into a page of theirs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_HEADER = "Cross-Origin-Resource-Policy"


class ResourcePolicyMiddleware:
    """Says `same-origin` (Fetch Standard, section 3.7) of every answer that says nothing else: no page of another site
    gets at the bytes of ours by calling them a picture or a script. Pictures say otherwise, for feed readers show them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(_HEADER, "same-origin")
        return response
