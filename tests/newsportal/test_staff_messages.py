"""Messages for the admin's next page travel in a cookie of the admin's, and if they are too long in the session."""

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

pytestmark = pytest.mark.django_db


def answered(said: list[str], cookies: dict[str, str]) -> tuple[list[str], HttpResponse]:
    """What one page reads of the earlier messages, while it adds these in turn; and the answer."""
    heard: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        if not said:
            heard.extend(str(message) for message in messages.get_messages(request))
        for words in said:
            messages.success(request, words)
        return HttpResponse()

    request = RequestFactory().get("/admin/")
    request.COOKIES.update(cookies)
    response = SessionMiddleware(MessageMiddleware(view))(request)
    assert isinstance(response, HttpResponse)
    for name, morsel in response.cookies.items():
        if morsel.value:
            cookies[name] = morsel.value
        else:
            del cookies[name]
    return heard, response


def test_it_is_said_once_by_a_cookie_that_readers_pages_are_not_sent() -> None:
    cookies: dict[str, str] = {}
    _heard, response = answered(["Done."], cookies)
    cookie = response.cookies["messages"]
    assert (list(cookies), cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        ["messages"],
        "/admin/",
        True,
        "Lax",
    )
    heard, response = answered([], cookies)
    assert (heard, response.cookies["messages"]["path"], cookies) == (["Done."], "/admin/", {})
    assert answered([], cookies)[0] == []


def test_what_is_too_long_for_a_cookie_is_said_all_the_same() -> None:
    cookies: dict[str, str] = {}
    said = [f"{number}: {'é' * 900}{number}" for number in range(200)]
    answered(said, cookies)
    assert sorted(cookies) == ["messages", "sessionid"]
    assert answered([], cookies)[0] == said


def test_a_cookie_that_somebody_made_up_says_nothing() -> None:
    cookies: dict[str, str] = {}
    answered(["Done."], cookies)
    cookies["messages"] = f"x{cookies['messages']}"
    assert answered([], cookies)[0] == []
