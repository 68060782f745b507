"""What every answer tells the browser, and that only staff have cookies."""

from typing import Any

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; report-uri /csp-reports/; report-to csp"
)


def directives(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";") if part.strip()}


@pytest.mark.parametrize(
    "address", ["/", "/never/", "/feed/", "/sitemap.xml", "/robots.txt", "/guidelines/", "/admin/login/"]
)
def test_every_answer_has_the_same_headers_of_safety(address: str) -> None:
    response = Client().get(address)
    assert directives(response["Content-Security-Policy"]) == directives(POLICY)
    assert response["Reporting-Endpoints"] == 'csp="/csp-reports/"'
    assert {name: response.get(name) for name in (
        "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options"
    )} == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }  # fmt: skip


def test_readers_get_no_cookie_and_no_token_not_even_by_posting() -> None:
    edition = factories.live()
    client = Client()
    for address in ("/", edition.get_absolute_url(), "/never/", "/feed/"):
        for response in (client.get(address), client.head(address), client.post(address)):
            assert (dict(response.cookies), "Cookie" in response.get("Vary", "")) == ({}, False)
    assert "csrfmiddlewaretoken" not in client.get(edition.get_absolute_url()).text


def test_the_cookies_of_staff_stay_below_admin() -> None:
    factories.user("editors", username="editor")
    client = Client()
    signing_in = client.get("/admin/login/")
    signed_in = client.post("/admin/login/", {"username": "editor", "password": "secret", "next": "/admin/"})
    assert signed_in.status_code == 302
    cookies = {**signing_in.cookies, **signed_in.cookies}
    # "known-" and whom it is for, hashed.
    found = {
        name.partition("-")[0]: (cookie["path"], cookie["httponly"], cookie["samesite"])
        for name, cookie in cookies.items()
    }
    assert found == dict.fromkeys(("csrftoken", "sessionid", "known"), ("/admin/", True, "Lax"))


def test_pages_of_staff_are_kept_nowhere(sign_in: Any) -> None:
    response = sign_in("editors").get("/admin/articles/article/")
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}


def test_a_forged_form_of_staff_is_refused_with_our_own_page(sign_in: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("editors"))
    response = client.post("/admin/articles/article/add/", {"headline": "Forged"})
    assert (response.status_code, "This is not open to you" in response.text) == (403, True)


def test_an_unknown_host_is_answered_with_400_and_not_repeated() -> None:
    response = Client().get("/", headers={"host": "evil.example"})
    assert (response.status_code, "evil.example" in response.text) == (400, False)


@pytest.mark.parametrize("address", ["/never/<script>x()</script>/", "/articles/evil-words/", "/sections/evil-words/"])
def test_an_error_page_never_repeats_what_was_asked(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 404
    assert "evil-words" not in response.text
    assert "x()" not in response.text
    assert response["Cache-Control"] == "no-store"
