"""Who may see what is only for operators."""

from django.conf import settings
from django.http import HttpRequest

from newsportal.client import client_address, trusted_networks


def may_look(request: HttpRequest) -> bool:
    """Whether a request comes from `METRICS_FROM`. A client behind a proxy that is not trusted may be anybody."""
    if request.headers.get("X-Forwarded-For") and not settings.TRUSTED_PROXIES:
        return False
    address = client_address(request)
    return any(address in network for network in trusted_networks(tuple(settings.METRICS_FROM)))
