"""Whether the server lives, and whether it can work."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client


def away(*args: Any, **kwargs: Any) -> Any:
    """A database that does not answer."""
    raise OperationalError("no connection to 10.1.2.3 with password secret")


def test_a_living_process_says_so_without_asking_the_database() -> None:
    response = Client().get("/health/live")
    assert (response.status_code, response.text, response["Cache-Control"]) == (200, "ok\n", "no-store")


@pytest.mark.django_db
def test_it_is_ready_when_the_database_answers() -> None:
    response = Client().get("/health/ready")
    assert (response.status_code, response.text, response["Cache-Control"]) == (200, "ok\n", "no-store")


@pytest.mark.django_db
def test_it_is_not_ready_when_the_database_is_away() -> None:
    with connection.execute_wrapper(away):
        response = Client().get("/health/ready")
    assert (response.status_code, response.text) == (503, "the database does not answer\n")
