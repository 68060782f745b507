"""If something is away for a while, the answer is a 503 with when to come back and what was sent, but not the cause."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from newsportal.media import Unreachable
from tests.articles.browser import read_form

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PATH = "/articles/1/comments/new/"


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


def send(error: Exception, fields: str, path: str = PATH, **headers: str) -> Any:
    with connection.execute_wrapper(failing(error)):
        client = Client(raise_request_exception=False)
        return client.post(path, fields, content_type=FORM, headers=headers)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        OperationalError("database or disk is full"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device", "/srv/secret"),
        Unreachable("the storage at https://secret is away"),
    ],
)
def test_readers_are_told_to_come_back_in_our_own_words_and_nothing_of_the_cause(error: Exception) -> None:
    with connection.execute_wrapper(failing(error)):
        response = Client(raise_request_exception=False).get("/")
    assert (response.status_code, response["Cache-Control"], response["Retry-After"]) == (503, "no-store", "5")
    assert "We will be back in a moment" in response.text
    assert "secret" not in response.text
    assert not response.cookies


@pytest.mark.parametrize("error", [ValueError("secret"), OSError(errno.EACCES, "Permission denied"), KeyError("x")])
def test_a_fault_of_the_program_is_none_that_passes(error: Exception) -> None:
    with connection.execute_wrapper(failing(error)):
        response = Client(raise_request_exception=False).get("/")
    assert (response.status_code, response.headers.get("Retry-After")) == (500, None)


def test_a_comment_that_could_not_be_taken_comes_back_whole_and_is_sent_again_by_one_button() -> None:
    response = send(
        OperationalError(), "name=Ann+B.&email=a%40b.example&body=One%0D%0A%3Cb%3Etwo%3C%2Fb%3E+three+four+five&parent="
    )
    form = read_form(response.text.replace('<form class="notice-page__form"', '<form id="again"'), "again")
    assert (response.status_code, response.text.count("<textarea")) == (503, 1)
    assert form.fields == {
        "name": ["Ann B."],
        "email": ["a@b.example"],
        "body": ["One\r\n<b>two</b> three four five"],
        "parent": [""],
    }


def test_what_another_site_sent_is_shown_and_not_to_be_sent_from_here() -> None:
    response = send(
        OperationalError(), "name=Ann&body=These+are+words+of+another+site", **{"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 503
    assert "These are words of another site" in response.text
    assert 'method="post"' not in response.text


def test_no_page_repeats_a_password() -> None:
    response = send(OperationalError(), "username=ann&password=my+own+secret", path="/admin/login/")
    assert response.status_code == 503
    assert "secret" not in response.text


def test_what_is_packed_is_not_unpacked() -> None:
    answer = Client().post(PATH, b"\x1f\x8b" + b"x" * 100, content_type=FORM, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer["Accept-Encoding"], answer["Cache-Control"]) == (415, "identity", "no-store")
    plain = Client().post(PATH, "body=x", content_type=FORM, headers={"Content-Encoding": "Identity"})
    assert plain.status_code == 404
