"""A POST is accepted from our own pages and from clients that are not browsers; from other sites it is not."""

from typing import Any

import pytest
from django.test import RequestFactory

from newsportal.origin import is_from_here


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"sec-fetch-site": "Same-Origin"}, False),
        # If a browser sends both, the newer header counts.
        ({"sec-fetch-site": "cross-site", "origin": "https://news.example.org"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"origin": "https://news.example.org"}, True),
        ({"origin": "https://NEWS.example.org"}, True),
        # A proxy that ends TLS: the requested host is ours, too.
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://news.example.org.evil.example"}, False),
        ({"origin": "https://news.example.org:8443"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "https://[broken"}, False),
        ({"origin": "news.example.org"}, False),
    ],
)
def test_where_a_post_comes_from(settings: Any, headers: dict[str, str], taken: bool) -> None:
    settings.SITE_URL = "https://news.example.org"
    settings.ALLOWED_HOSTS = ["news.example.org", "localhost"]
    request = RequestFactory(headers={"host": "news.example.org", **headers}).post("/")
    assert is_from_here(request) is taken
