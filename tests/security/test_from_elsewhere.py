"""What another site can make a browser do: POSTs in the name of a reader or a member of staff, and links that lead
away from us. The URLs are read off the URLconf."""

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from newsportal.origin import FORM_TYPE
from tests import factories
from tests.budget import STRIDE
from tests.security.addresses import Paper, filled, paper, patterns
from tests.security.test_matrix import SENT, table

# RFC 8058: a mail program ends a subscription by a POST from wherever it is, and only mail is ended.
FROM_ANYWHERE = {"unsubscribe/<str:token>/"}
# What browsers report by themselves is not a form of ours, and is refused as one.
TAKES_NO_FORM = {"csp-reports/"}
FOREIGN = (
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "https://other.example.org"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
)
# URLs that browsers, proxies and Django each parse in their own way as another site's.
AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "\\\\evil.example\\",
    "/\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/admin/\r\nLocation: https://evil.example",
    "/admin/@evil.example\\..",
    "//127.0.0.1:8000@evil.example/",
    "http://[evil.example/",
    "/admin/../\\evil.example",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(rows_of_the_module: None) -> Paper:
    return paper()


def _that_take_posts() -> list[Any]:
    takes = {route for route, (_got, posted) in table().items() if posted == "all" and not route.startswith("admin/")}
    return [(route, pattern) for route, pattern in patterns() if route in takes]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(headers.values()))
def test_a_post_of_another_site_in_a_readers_name_does_nothing(
    made: Paper, headers: dict[str, str], django_assert_max_num_queries: Any
) -> None:
    body = f"{SENT}&name=A&body={quote(factories.GOOD_TEXT)}&text=Twelve&email=a@example.org&reason=spam&edit=1"
    tried = []
    for route, pattern in _that_take_posts():
        url = filled(route, pattern, made)
        with django_assert_max_num_queries(40) as asked:
            response = Client().post(url, body, content_type=FORM_TYPE, headers=headers)
        written = [
            one["sql"] for one in asked.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        ]
        if getattr(pattern.callback, "csrf_exempt", False) and route not in FROM_ANYWHERE:
            assert (response.status_code, written) == (415 if route in TAKES_NO_FORM else 403, []), url
            tried.append(route)
        elif route not in FROM_ANYWHERE:
            assert written == [], url
    assert len(tried) >= 10


def test_what_is_exempt_from_the_token_asks_where_a_post_comes_from() -> None:
    """The two lists are one: nothing under /admin/ is exempt."""
    exempt = {route for route, pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)}
    takes = {route for route, _pattern in _that_take_posts()}
    assert {route for route in exempt if route.startswith("admin/")} == set()
    assert exempt - takes == {"my-address/<str:token>/export/"}


def test_a_post_of_staff_without_their_token_is_refused_everywhere(made: Paper) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("admin"))
    for route, pattern in patterns():
        if route.startswith("admin/") and route != "admin/login/":
            response = client.post(filled(route, pattern, made), SENT, content_type=FORM_TYPE)
            # URLs that are not pages, or take no POST, need not be tried.
            leads = response.headers.get("Location", "")
            assert response.status_code in {403, 404, 405} or leads.endswith("/change/"), route


# --- Redirects ------------------------------------------------------------------------------------------------------


def _is_ours(location: str) -> bool:
    """Whether every browser stays here: a path, without what some of them take for a slash or skip."""
    parts = urlsplit(location)
    is_path = not parts.scheme and not parts.netloc and location.startswith("/")
    return is_path and not location.startswith(("//", "/\\")) and not set(location) & set("\r\n\t\\ ")


@pytest.mark.parametrize("away", AWAY)
def test_signing_in_leads_nowhere_else(away: str) -> None:
    factories.user("editors", username="editor")
    client = Client()
    address = f"/admin/login/?next={quote(away)}"
    answers = [
        client.post(address, {"username": "editor", "password": "secret", "next": away}),
        # A user who is signed in is redirected at once.
        client.get(address),
        client.get("/admin/logout/", {"next": away}),
        client.post(f"/admin/logout/?next={quote(away)}", {"next": away}),
    ]
    for response in answers:
        location = response.headers.get("Location", "/")
        assert _is_ours(location), (response.request["PATH_INFO"], location)


@pytest.mark.parametrize("away", [*AWAY[::STRIDE], *(pytest.param(away, marks=pytest.mark.long) for away in AWAY)])
def test_no_address_of_ours_leads_to_where_a_link_says(made: Paper, away: str) -> None:
    admin = Client()
    admin.force_login(factories.user("admin"))
    query = "&".join(f"{name}={quote(away)}" for name in ("next", "back", "url", "return", "sort", "after", "_popup"))
    for route, pattern in patterns():
        if "logout" in route or not (route.startswith(("comments/", "articles/", "favicon")) or _leads(route)):
            continue
        url = filled(route, pattern, made)
        response = admin.get(f"{url}{'&' if '?' in url else '?'}{query}")
        assert response.status_code < 500, url
        location = response.headers.get("Location", "/")
        assert _is_ours(location), (url, location)


def _leads(route: str) -> bool:
    """The staff's pages that name where they were opened from."""
    return route.startswith("admin/comments/") and route.endswith(("undo/", "answer/", "letter/", "decisions/"))


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example", "/\\evil.example", "/%5cevil.example/x", "/%2f%2fevil.example"]
)
def test_a_slash_that_is_added_makes_no_other_sites_address(path: str) -> None:
    client = Client()
    for prefix in ("", "/articles", "/sections", "/admin"):
        request = client.generic("GET", "/", PATH_INFO=f"{prefix}{path}")
        assert _is_ours(request.headers.get("Location", "/")), (prefix, path, request.headers.get("Location"))
