"""Who may see what is meant for operators only, and under which host names they may ask."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from newsportal.client import client_address, is_forwarded, is_trusted, trusted_networks

_HEALTH = "/health/"
_METRICS = "/metrics"


def may_look(request: HttpRequest) -> bool:
    """Whether a request comes from `METRICS_FROM`. A client behind a proxy that is not trusted, or that does not say
    by `X-Forwarded-For` whose request it is, may be anybody.
    """
    is_known = is_trusted(request.META.get("REMOTE_ADDR", "")) and request.headers.get("X-Forwarded-For")
    if is_forwarded(request) and not is_known:
        return False
    address = client_address(request)
    return any(address in network for network in trusted_networks(tuple(settings.METRICS_FROM)))


class OperatorsMiddleware:
    """Lets probes and Prometheus ask a machine by its own address, which is not in `ALLOWED_HOSTS`.

    None of the responses to them contains a host. Clients that may not see the figures are treated like everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_HEALTH) or (request.path == _METRICS and may_look(request)):
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return self.get_response(request)
