"""The ledger is guarded by the database itself; the words beside it can be emptied."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from articles.models import Edition
from comments import protection
from comments.models import Comment, Decision, DecisionWords
from comments.states import Status
from tests import factories


@pytest.fixture
def rejected(edition: Edition) -> Comment:
    return factories.decided(factories.pending(edition), Status.REJECTED, explanation="No.")


@pytest.mark.parametrize("statement", ["UPDATE comments_decision SET reason = 'hate'", "DELETE FROM comments_decision"])
def test_no_statement_changes_or_deletes_a_decision(rejected: Comment, statement: str) -> None:
    before = list(Decision.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="a decision is never changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)
    assert list(Decision.objects.order_by("pk").values()) == before


def test_the_words_beside_it_can_be_emptied(rejected: Comment) -> None:
    assert DecisionWords.objects.update(explanation="") == 1
    latest = rejected.decisions.order_by("pk").last()
    assert latest is not None
    assert latest.explanation == ""


def test_check_and_doctor_see_that_the_guard_is_gone_and_migrate_puts_it_up_again(rejected: Comment) -> None:
    assert protection.missing() == []
    protection.take_down()
    names = protection.missing()
    assert "comments_decision_kept_on_update" in names
    said = StringIO()
    call_command("check", databases=["default"], stderr=said)
    assert "comments.W001" in said.getvalue()
    with pytest.raises(CommandError, match=f"{len(names)} differences"):
        call_command("doctor", stdout=StringIO())
    call_command("migrate", verbosity=0)
    assert protection.missing() == []


def test_it_is_lifted_openly_and_stands_again(rejected: Comment) -> None:
    with protection.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE comments_decision SET findings = findings")
    assert protection.missing() == []
