"""Staff who were signed out while they wrote get their words back; a row is found by whatever field a URL names."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.comments.reading import read

DESK = "/admin/comments/comment/"
FORM = {"decide": "reject:1", "reason-1": "other", "explanation-1": "Say where <you> read that.", "old_password": "a b"}

pytestmark = pytest.mark.django_db


def test_a_form_sent_after_the_session_has_ended_comes_back_with_its_words() -> None:
    page = read(Client().post(f"{DESK}?queue=all", FORM))
    assert page.one("textarea", id="id_typed").text.strip() == "Say where <you> read that."
    assert page.one("form", id="login-form").attributes["action"] == (
        "/admin/login/?next=%2Fadmin%2Fcomments%2Fcomment%2F%3Fqueue%3Dall"
    )


@pytest.mark.parametrize(
    ("fields", "headers"),
    [({"decide": "approve:1"}, {}), ({"password": "a b c"}, {}), (FORM, {"Sec-Fetch-Mode": "same-origin"})],
    ids=["no words", "a password", "a script's"],
)
def test_whoever_wrote_nothing_is_sent_to_sign_in(fields: dict[str, str], headers: dict[str, Any]) -> None:
    answer = Client(headers=headers).post(DESK, fields)
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={DESK}")


@pytest.mark.parametrize(("field", "status"), [("", 200), ("id", 200), ("slug", 400), ("nothing", 400)])
def test_a_field_that_names_a_row_may_be_empty_and_must_be_one_that_may_be_asked_for(
    field: str, status: int, sign_in: Callable[..., Client]
) -> None:
    section, client = factories.section(), sign_in("admin")
    pages = [f"/admin/articles/section/{section.pk}/{page}/?_to_field={field}" for page in ("change", "delete")]
    assert [client.get(page).status_code for page in pages] == [status, status]
