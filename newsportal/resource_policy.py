"""Who may embed our responses in pages of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_HEADER = "Cross-Origin-Resource-Policy"


class ResourcePolicyMiddleware:
    """Sets `same-origin` (Fetch Standard, section 3.7) on every response without a policy of its own: no page of
    another site can load our bytes by calling them a picture or a script. Pictures have one, for feed readers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(_HEADER, "same-origin")
        return response
