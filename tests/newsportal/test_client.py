"""Which address counts as the client's: the first one from the right that is not a trusted proxy."""

from ipaddress import ip_address
from typing import Any

import pytest
from django.test import RequestFactory

from newsportal.client import client_address, network_of


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return str(client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote)))


@pytest.mark.parametrize("forwarded", [None, "198.51.100.9", "198.51.100.9, 127.0.0.1"])
def test_without_a_trusted_proxy_nobodys_word_is_taken(forwarded: str | None) -> None:
    assert address("203.0.113.7", forwarded) == "203.0.113.7"


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
        # Whatever a client wrote to the left of what the proxy added.
        ("10.0.0.1", "1.1.1.1, 2.2.2.2, 198.51.100.9", "198.51.100.9"),
        # Through two proxies.
        ("10.0.0.1", "198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("10.0.0.1", "10.0.0.3, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        # A client that claims to be a proxy gains nothing: its own address stands to the right.
        ("10.0.0.1", "127.0.0.1, 10.0.0.2, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        # A sender that is not a proxy is not believed.
        ("203.0.113.7", "198.51.100.9", "203.0.113.7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        ("fd00::5", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "unknown", "::"),
        ("10.0.0.1", "198.51.100.9, _hidden", "::"),
        ("", None, "::"),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_trusted_proxies_reach(
    settings: Any, remote: str, forwarded: str | None, found: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/29", "fd00::/64"]
    assert address(remote, forwarded) == found


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::", "::/64"),
    ],
)
def test_one_sender_is_an_ipv4_address_or_the_64_of_a_customer(text: str, network: str) -> None:
    assert network_of(ip_address(text)) == network
