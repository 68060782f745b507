"""How much a request may carry, decided before any of it is read."""

import pytest
from django.test import Client, RequestFactory

from newsportal.limits import READER_BYTES, STAFF_BYTES, announced_length, body_limit

TOO_MUCH = "That was too much at once"


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/", 262_144),
        ("/articles/1/comments/new/", 262_144),
        ("/administration/", 262_144),
        ("/admin/", 2_621_440),
        ("/admin/articles/picture/add/", 33_554_432),
    ],
)
def test_staff_may_send_stories_and_pictures_and_readers_text(path: str, limit: int) -> None:
    assert body_limit(path) == limit


@pytest.mark.parametrize(("length", "read"), [("", 0), ("12", 12), ("x", 0), ("1e3", 0), ("-5", -5)])
def test_an_announced_length_is_a_number_or_none(length: str, read: int) -> None:
    assert announced_length(RequestFactory().post("/", CONTENT_LENGTH=length)) == read


@pytest.mark.parametrize(
    ("path", "limit"), [("/articles/1/comments/new/", READER_BYTES), ("/admin/login/", STAFF_BYTES)]
)
def test_more_than_the_limit_is_answered_before_it_is_read(path: str, limit: int) -> None:
    response = Client().post(path, b"x", content_type="text/plain", CONTENT_LENGTH=str(limit + 1))
    assert (response.status_code, TOO_MUCH in response.text) == (413, True)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_thousand_fields_are_taken_and_one_more_is_not() -> None:
    fields = {f"f{number}": "" for number in range(1000)}
    assert Client().post("/admin/login/", fields).status_code == 200
    response = Client().post("/admin/login/", {**fields, "one": "more"})
    assert (response.status_code, TOO_MUCH in response.text) == (413, True)


@pytest.mark.django_db
def test_fields_of_more_bytes_than_a_form_has_are_too_much_even_for_staff() -> None:
    response = Client().post("/admin/login/", f"username={'x' * 2_700_000}", "application/x-www-form-urlencoded")
    assert (response.status_code, TOO_MUCH in response.text) == (413, True)
