"""Who is asking: the client's network address, seen only through proxies that are trusted."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The headers that proxies add (RFC 7239, and those used before it).
_FORWARDING = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: HttpRequest) -> Address:
    """The address that the request came from.

    `X-Forwarded-For` is believed as far as the settings' `TRUSTED_PROXIES` reach, counted from the right: the first
    address that is not a trusted proxy's is the client's, whatever a client wrote to the left of it.
    For an address that cannot be read it is the unspecified one (`::`).
    """
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    while hops and _vouches(address):
        address = _parse(hops.pop())
    return address


def is_forwarded(request: HttpRequest) -> bool:
    """Whether the sender of a request says that it forwards somebody else's."""
    return any(request.META.get(header) for header in _FORWARDING)


def is_trusted(peer: str) -> bool:
    """Whether a connection from this address comes through one of `TRUSTED_PROXIES`."""
    return _vouches(_parse(peer))


def is_inside(peer: str) -> bool:
    """Whether this is the address of a machine or network of our own: one that nobody has on the internet."""
    address = _parse(peer)
    return address.is_private and not address.is_unspecified


def network_of(address: Address, ipv6_prefix: int = 64) -> str:
    """The network that counts as one sender: an IPv4 address, or the /64 that an IPv6 customer holds at least
    (RFC 6177); a smaller `ipv6_prefix` makes that larger.
    """
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, ipv6_prefix), strict=False))
    return str(address)


@lru_cache(maxsize=8)
def trusted_networks(proxies: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks in a list of addresses and networks; raises ValueError for anything else."""
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _parse(text: str) -> Address:
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return ipaddress.IPv6Address(0)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _vouches(address: Address) -> bool:
    return any(address in network for network in trusted_networks(tuple(settings.TRUSTED_PROXIES)))
