"""Who may open what: `matrix.txt` has a line for each route of the URLconf, so this test refuses a new URL until
somebody has written down to whom it opens. The rows in the URLs exist and belong to somebody else."""

from functools import cache
from pathlib import Path

import pytest
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client

from newsportal.origin import FORM_TYPE
from tests import factories
from tests.budget import STRIDE
from tests.security.addresses import Paper, filled, paper, patterns

TABLE = Path(__file__).with_name("matrix.txt")
# The letter for each of them in the table. Users who are not signed in have none: what opens to them is "all".
ROLES = {
    "": "s",
    "writers": "w",
    "editors": "e",
    "moderators": "m",
    "lead moderators": "l",
    "admin": "a",
}


# Without the number of an edition there is nothing to take back from it.
SENT = "edition=1&saw=1"


@cache
def table() -> dict[str, tuple[str, str]]:
    """Route -> to whom its GET and its POST open."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {route: (got, posted) for route, got, posted in lines}


@pytest.fixture(scope="module")
def made(rows_of_the_module: None) -> Paper:
    return paper()


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Access is decided before a page is rendered: two thousand of them need not be rendered for it."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


def test_each_route_has_its_line_and_each_line_its_route() -> None:
    routes = [route or "/" for route, _pattern in patterns()]
    assert sorted(table()) == sorted(routes)


@pytest.mark.django_db
@pytest.mark.parametrize("opened", ["some", pytest.param("all", marks=pytest.mark.long)])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_an_address_opens_to_whom_the_table_names(made: Paper, unrendered: None, role: str | None, opened: str) -> None:
    """CI requests everything that must be refused, and every fifth of what must open."""
    client = Client(raise_request_exception=False)
    if role is not None:
        client.force_login(factories.user(role))
    told, found = {}, {}
    for number, (route, pattern) in enumerate(patterns()):
        # One redirects a signed-in user and the other signs them out; and readers' pages know no users.
        if role is not None and (not route.startswith("admin/") or route in {"admin/login/", "admin/logout/"}):
            continue
        for method, cell in zip(("get", "post"), table()[route or "/"], strict=True):
            is_open = cell == "all" or (role is not None and ROLES[role] in cell)
            if not is_open or opened == "all" or number % STRIDE == 0:
                told[method, route] = is_open
                found[method, route] = _opens(client, method, filled(route, pattern, made))
    assert found == told


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_no_page_of_readers_answers_to_a_method_that_nobody_needs(made: Paper, method: str) -> None:
    answers = {
        route: Client().generic(method, filled(route, pattern, made)).status_code
        for route, pattern in patterns()
        if not route.startswith("admin/")
    }
    assert {route: status for route, status in answers.items() if status not in {404, 405}} == {}


def _opens(client: Client, method: str, url: str) -> bool:
    """Whether the answer is anything but a refusal; what a request does is rolled back."""
    with transaction.atomic():
        response = client.get(url) if method == "get" else client.post(url, SENT, content_type=FORM_TYPE)
        transaction.set_rollback(True)
    assert response.status_code < 500, (url, response.status_code)
    if response.status_code in {403, 404, 405}:
        return False
    return response.headers.get("Location", "").partition("?")[0] not in {"/admin/", "/admin/login/"}
