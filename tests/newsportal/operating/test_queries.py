"""A slow statement is logged without its values, and a failure of the database is counted once."""

import logging
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError

from comments.models import Comment
from newsportal.operating import queries, tallies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "own", tallies.Tally())


def test_a_slow_statement_is_told_without_its_values(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.SLOW_QUERY_MS = 1e-9
    with caplog.at_level(logging.WARNING):
        list(Comment.objects.filter(name="Zoë's own name", email="zoe@example.org"))
    [said] = [record.getMessage() for record in caplog.records]
    assert 'FROM "comments_comment"' in said
    assert "WHERE" in said
    assert [word for word in ("Zoë", "zoe@example.org") if word in said] == []
    assert tallies.own.counts["slow_queries"] == 1


@pytest.mark.parametrize("most", [0, 60_000])
def test_a_quick_one_is_not_nor_any_where_none_is_to_be(
    settings: Any, caplog: pytest.LogCaptureFixture, most: int
) -> None:
    settings.SLOW_QUERY_MS = most
    with caplog.at_level(logging.WARNING):
        list(Comment.objects.all())
    assert caplog.records == []


def test_what_stands_between_quotes_is_left_out() -> None:
    sql = "SELECT  'zoe@example.org', 'it''s'\n FROM x WHERE y = %s"
    assert queries.without_values(sql) == "SELECT '…', '…' FROM x WHERE y = %s"


def test_what_the_database_cannot_do_is_counted_once_however_often_it_is_seen() -> None:
    def full(*arguments: Any) -> Any:
        raise OperationalError("database or disk is full")

    with pytest.raises(OperationalError):  # noqa: PT012
        try:
            queries._timed(full, "SELECT 1", None, False, {})
        except OperationalError:
            got_request_exception.send(sender=None)
            raise
    assert dict(tallies.own.counts) == {"database_errors:OperationalError": 1}


def test_a_connection_that_cannot_be_had_is_counted_where_a_request_ends_with_it() -> None:
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        got_request_exception.send(sender=None)
    assert dict(tallies.own.counts) == {"database_errors:OperationalError": 1}


def test_what_the_database_refuses_of_a_row_is_an_answer() -> None:
    def refuses(*arguments: Any) -> Any:
        raise IntegrityError("unique")

    with pytest.raises(IntegrityError):
        queries._timed(refuses, "INSERT", None, False, {})
    assert dict(tallies.own.counts) == {}
