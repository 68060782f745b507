"""Which names a page is said to show, and which a verb is said to change."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from newsportal.caching import public_page
from newsportal.pages import changed, shows
from newsportal.pages import clock as clocks
from newsportal.pages.models import ChangedName
from newsportal.pages.names import collecting
from newsportal.pages.rendering import UNTIL


def test_a_page_shows_what_is_said_while_it_is_made() -> None:
    shows("before")
    with collecting() as names:
        shows("article:17", "stories")
        shows("article:17")
        with collecting() as others:
            shows("article:18")
    shows("after")
    assert (names, others) == ({"article:17", "stories"}, {"article:18"})


def test_a_page_that_fails_leaves_nothing_to_the_next() -> None:
    with pytest.raises(LookupError), collecting():
        raise LookupError
    with collecting() as names:
        pass
    shows("after")
    assert names == set()


# --- The header -----------------------------------------------------------------------------------------------------


@pytest.fixture
def no_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site without any timed moment."""
    monkeypatch.setattr(clocks, "sources", [])


@public_page
def page(request: HttpRequest, **headers: str) -> HttpResponse:
    shows("stories", "article:17")
    return HttpResponse("The harbour is open.", headers=headers)


def asked(method: str = "GET") -> HttpRequest:
    request = HttpRequest()
    request.method = method
    return request


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_names_what_it_shows_and_the_clock(no_moments: None, method: str) -> None:
    assert page(asked(method)).headers["Surrogate-Key"] == "article:17 clock stories"


def test_an_answer_to_a_form_names_nothing_and_may_not_be_kept(no_moments: None) -> None:
    assert dict(page(asked("POST")).headers) == {"Content-Type": "text/html; charset=utf-8"}


def test_a_page_that_says_itself_how_it_is_kept_names_nothing(no_moments: None) -> None:
    headers = page(asked(), **{"Cache-Control": "no-store"}).headers
    assert (headers.get("Surrogate-Key"), headers["Cache-Control"]) == (None, "no-store")


def test_a_page_of_more_names_than_a_header_holds_is_kept_by_nobody(no_moments: None) -> None:
    @public_page
    def long(request: HttpRequest, most: int) -> HttpResponse:
        shows(*(f"tag:{number}" for number in range(10**5, 10**5 + most)))
        return HttpResponse("It is about everything.")

    kept, known_by_nobody = (long(asked(), most).headers for most in (700, 800))
    assert len(kept["Surrogate-Key"].split()) == 701
    assert (known_by_nobody.get("Surrogate-Key"), known_by_nobody["Cache-Control"]) == (None, "public, no-cache")


def test_what_leads_on_names_nothing(no_moments: None) -> None:
    headers = public_page(lambda _request: redirect("/elsewhere/"))(asked()).headers
    assert (headers.get("Surrogate-Key"), headers["Cache-Control"]) == (None, "public, no-cache")


def test_a_page_ends_with_the_next_timed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now() + timedelta(seconds=20)
    monkeypatch.setattr(clocks, "sources", [lambda _now: [], lambda _now: [("a story", moment)]])
    request = asked()
    headers = page(request).headers
    assert request.META[UNTIL] == moment.timestamp()
    assert int(headers["Cache-Control"].rpartition("s-maxage=")[2]) <= moment.timestamp() - time.time() + 1


def test_the_next_moment_of_one_kind_is_known_with_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    soon, later = now + timedelta(seconds=20), now + timedelta(seconds=40)
    monkeypatch.setattr(clocks, "sources", [lambda _now: [("a", later), ("b", later), ("b", soon)]])
    asked_for = [clocks.next_moment(of=kind) for kind in ("", "a", "b", "c")]
    assert asked_for == [soon.timestamp(), later.timestamp(), soon.timestamp(), float("inf")]


# --- What is changed ------------------------------------------------------------------------------------------------


def names() -> list[str]:
    return list(ChangedName.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.django_db
def test_what_is_changed_is_a_row_of_the_same_transaction() -> None:
    with transaction.atomic():
        changed("stories", "article:17", "stories")
        assert names() == ["article:17", "stories"]


@pytest.mark.django_db
def test_what_is_taken_back_was_not_changed() -> None:
    def undone() -> None:
        with transaction.atomic():
            changed("article:18")
            raise LookupError

    changed("article:17")
    with pytest.raises(LookupError):
        undone()
    assert names() == ["article:17"]


@pytest.mark.django_db
def test_nothing_changed_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        changed()
