"""Who may embed our responses in pages of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_HEADER = "Cross-Origin-Resource-Policy"


class ResourcePolicyMiddleware:
    """Sets `same-origin` (Fetch Standard, section 3.7) on every response that does not say otherwise: no page of another
    site can load the bytes of ours by calling them a picture or a script. Pictures do, because feed readers show them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(_HEADER, "same-origin")
        return response
