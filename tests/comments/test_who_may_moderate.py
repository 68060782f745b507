"""Every address of the desk asks for the one permission to moderate, whatever other permissions somebody has.

`tests/security/matrix.txt` says to which roles each is open. The addresses are read off the URLconf, so a new one is
tried as well; the rows in them exist, so nothing is refused only because a row is missing.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from articles.models import Edition
from comments import notes
from comments.models import Comment, Decision, ExplanationTemplate, RuleChange, WordRule
from tests import factories
from tests.comments.authors import author

pytestmark = pytest.mark.django_db

DESK = "admin/comments/"
# Closed to everybody, as the desk neither adds nor deletes.
CLOSED = re.compile(r"/(add|delete)/$")


@pytest.fixture
def addresses(edition: Edition) -> list[str]:
    """All of them, with the numbers of existing rows."""
    commenter = author(edition)
    comment = commenter.comments.get()
    note = notes.write(commenter, by=factories.user("moderators"), text="Asks good questions.")
    rule = factories.rule("casino")
    rows = {
        "comment": comment.pk,
        "commenter": commenter.pk,
        "decision": comment.decisions.latest("pk").pk,
        "note": note.pk,
        "thread": comment.thread_id,
        "wordrule": rule.pk,
        "rulechange": RuleChange.objects.latest("pk").pk,
        "explanationtemplate": ExplanationTemplate.objects.create(title="Ads", reason="advertising", text="No ads.").pk,
    }
    return [_filled(route, rows) for route in _routes(get_resolver().url_patterns) if route.startswith(DESK)]


def test_who_may_see_and_change_every_row_and_not_moderate_is_refused_everywhere(
    addresses: list[str], sign_in: Callable[..., Client]
) -> None:
    client = sign_in(user=_with(Permission.objects.exclude(codename="moderate_comment")))
    before = _state()
    for url in addresses:
        for response in (client.get(url), client.post(url)):
            assert _is_refused(response, url, addresses), (url, response.status_code)
    # Nor does the admin's front page lead there.
    assert "/admin/comments/" not in client.get("/admin/").content.decode()
    assert _state() == before


def test_who_may_moderate_and_nothing_else_reads_everything_but_the_word_rules(
    addresses: list[str], sign_in: Callable[..., Client]
) -> None:
    client = sign_in(user=_with(Permission.objects.filter(codename="moderate_comment")))
    refused = [url for url in addresses if client.get(url).status_code not in {200, 302, 405}]
    assert {url.split("/")[3] for url in refused if not CLOSED.search(url)} == {"wordrule", "rulechange"}


def test_who_moderates_and_may_view_word_rules_reads_them_and_changes_none(
    addresses: list[str], sign_in: Callable[..., Client]
) -> None:
    may = Permission.objects.filter(codename__in=["moderate_comment", "view_wordrule"])
    client, rule = sign_in(user=_with(may)), WordRule.objects.get()
    page = f"/admin/comments/wordrule/{rule.pk}/"
    answers = [client.get(f"{page}change/"), client.post(f"{page}change/"), client.post(f"{page}switch/")]
    assert [response.status_code for response in answers] == [200, 403, 403]
    refused = [url for url in addresses if client.get(url).status_code not in {200, 302, 405}]
    assert [url for url in refused if not CLOSED.search(url)] == []


def test_the_rows_in_those_addresses_are_there(addresses: list[str], sign_in: Callable[..., Client]) -> None:
    admin = sign_in("admin")
    answers = {url: admin.get(url).status_code for url in addresses if not CLOSED.search(url)}
    assert {url: code for url, code in answers.items() if code not in {200, 302, 405}} == {}
    for part in (
        "decisions/",
        "claims/",
        "news/",
        "letter/",
        "answer/",
        "undo/",
        "switch/",
        "restraint/",
        "struck/",
        "csv/",
        "figures/",
    ):
        assert any(url.endswith(part) for url in addresses), part


# --- How ------------------------------------------------------------------------------------------------------------


def _is_refused(response: Any, url: str, addresses: list[str]) -> bool:
    """An address may refuse the method first, and the old address of a row redirects to the new one."""
    moved = response.status_code == 302 and response.headers["Location"]
    return response.status_code in {403, 405} or (moved == f"{url}change/" and moved in addresses)


def _with(held: QuerySet[Permission]) -> User:
    user = factories.user("")
    user.user_permissions.set(held)
    return user


def _state() -> tuple[list[tuple[int, str]], int]:
    return list(Comment.objects.values_list("pk", "status")), Decision.objects.count()


def _filled(route: str, rows: dict[str, int]) -> str:
    model = route.removeprefix(DESK).partition("/")[0]
    # A network is named by a comment that came from it.
    model = "comment" if "network/" in route else model
    url = re.sub(r"<int:note>", str(rows["note"]), route)
    return "/" + re.sub(r"<\w+:(?:pk|object_id)>", lambda _found: str(rows[model]), url)


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
