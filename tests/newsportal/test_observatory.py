"""What MDN's HTTP Observatory asks of a site
(https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring), with each of its tests restated here and
applied to a site behind TLS: readers' pages, the staff's and the answers for what does not exist. One cannot be
tested here: whether plain HTTP redirects to TLS, because the proxy that ends TLS does that."""

import importlib
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client

from newsportal import settings as portal
from tests import factories

# Half a year, in seconds: the minimum for strict transport security.
HALF_A_YEAR = 15_768_000
PAGES = ("/", "/never/", "/search/?q=x", "/feed/", "/site.webmanifest", "/admin/login/")

pytestmark = pytest.mark.django_db


@pytest.fixture
def _behind_tls(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """The portal's own settings, as they are read if the site's address begins with https."""
    monkeypatch.setenv("SITE_URL", "https://news.example.org")
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1")
    for name, value in vars(importlib.reload(portal)).items():
        if name.startswith(
            ("SECURE_", "SESSION_COOKIE_", "CSRF_", "X_FRAME", "CONTENT_SECURITY", "ALLOWED_", "SITE_URL")
        ):
            setattr(settings, name, value)
    yield
    monkeypatch.undo()
    importlib.reload(portal)


def _asked(address: str, **how: Any) -> HttpResponse:
    response = Client().get(address, headers={"host": "news.example.org"}, secure=True, **how)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.usefixtures("_behind_tls")
@pytest.mark.parametrize("address", PAGES)
def test_every_answer_passes_what_the_observatory_asks(address: str) -> None:
    factories.live()
    response = _asked(address)
    policy = _directives(response["Content-Security-Policy"])
    # Content Security Policy: nothing unsafe, no whole scheme, nothing from anywhere; the default is our own site.
    elsewhere = {"img-src", "report-uri", "report-to"}
    sources = {source for name, each in policy.items() if name not in elsewhere for source in each}
    assert sources == {"'self'", "'none'"}
    assert policy["img-src"] == {"'self'", "data:"}
    assert policy["default-src"] == {"'self'"}
    assert [policy[name] for name in ("object-src", "base-uri", "frame-ancestors")] == [{"'none'"}] * 3
    assert policy["form-action"] == {"'self'"}
    # Strict Transport Security.
    found = re.match(r"max-age=(\d+)", response["Strict-Transport-Security"])
    assert int(found[1] if found else 0) >= HALF_A_YEAR
    # Content sniffing, framing, referrers, other origins.
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] in {"strict-origin-when-cross-origin", "same-origin", "no-referrer"}
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response
    # Nothing that says what the site runs on.
    assert {"Server", "X-Powered-By"} & set(response.headers) == set()


@pytest.mark.usefixtures("_behind_tls")
def test_cookies_are_sent_over_tls_alone_and_no_script_reads_them() -> None:
    factories.user("editors", username="editor")
    client = Client(headers={"host": "news.example.org"})
    client.get("/admin/login/", secure=True)
    signed = client.post("/admin/login/", {"username": "editor", "password": "secret"}, secure=True)
    assert signed.status_code == 302
    cookies: SimpleCookie = client.cookies
    # "known-" and whom it is for, hashed.
    told = {
        name.partition("-")[0]: (one["secure"], one["httponly"], one["samesite"], one["path"])
        for name, one in cookies.items()
    }
    assert told == dict.fromkeys(("csrftoken", "sessionid", "known"), (True, True, "Lax", "/admin/"))


@pytest.mark.usefixtures("_behind_tls")
@pytest.mark.parametrize("address", ["/", "/admin/login/"])
def test_no_page_takes_a_script_or_a_style_from_anywhere_else(address: str) -> None:
    """So there is nothing whose integrity a hash would have to guarantee."""
    page = _asked(address).text
    taken = re.findall(r'<(?:script|link|img)[^>]*?(?:src|href)="([^"]+)"', page)
    foreign = [one for one in taken if not one.startswith(("/", "https://news.example.org/", django_settings.SITE_URL))]
    assert taken
    assert foreign == []


def _directives(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}
