"""The database itself guards the logs; the words beside them can be emptied."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from articles.models import Edition
from comments import networks, policy, protection, standing
from comments.models import (
    Comment,
    Decision,
    DecisionWords,
    Network,
    NetworkRestraint,
    RuleChange,
    StandingChange,
    StandingWords,
)
from comments.models.log import LedgerError, LogRow
from comments.states import Restraint, Standing, Status
from tests import factories
from tests.comments.authors import author, give


@pytest.fixture
def rejected(edition: Edition) -> Comment:
    return factories.decided(factories.pending(edition), Status.REJECTED, explanation="No.")


@pytest.fixture
def logs(rejected: Comment, edition: Edition) -> None:
    """At least one row in each of them."""
    give(author(edition), Standing.HELD)
    by = factories.user("moderators")
    standing.restrain(Network.objects.get(), to=Restraint.SLOWED, by=by, saw="0", reason="A flood.")
    factories.rule("casino")
    # Makes PostgreSQL check now what it defers to the end of a transaction: until then it empties no table.
    connection.check_constraints()


def rows(log: type[LogRow]) -> list[object]:
    return list(log._default_manager.order_by("pk").values())


@pytest.mark.parametrize(
    ("log", "change"),
    [
        (Decision, "reason = 'hate'"),
        (StandingChange, "to_standing = 'trusted'"),
        (RuleChange, "notes = ''"),
        (NetworkRestraint, "reason = ''"),
    ],
)
def test_no_statement_changes_or_deletes_what_was_written_down(logs: None, log: type[LogRow], change: str) -> None:
    before, table = rows(log), log._meta.db_table
    statements = [f"UPDATE {table} SET {change}"]
    if log is not NetworkRestraint:
        statements.append(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    else:
        statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    for statement in statements:
        with pytest.raises(DatabaseError, match="a row of a log is never changed or deleted"), transaction.atomic():
            connection.cursor().execute(statement)
    assert rows(log) == before != []


def test_what_restrained_a_network_goes_with_its_key_and_no_sooner_through_the_models(logs: None) -> None:
    with pytest.raises(LedgerError):
        NetworkRestraint.objects.all().delete()
    end = datetime.now(UTC) + policy.NETWORK_KEY_LIFE
    assert (networks.forget_old(end), rows(NetworkRestraint)) == (1, [])


def test_the_words_beside_them_can_be_emptied(logs: None) -> None:
    assert (DecisionWords.objects.update(explanation=""), StandingWords.objects.update(reason="")) == (1, 1)
    decisions = Decision.objects.select_related("words").exclude(words=None)
    changes = StandingChange.objects.with_words()
    assert ([row.explanation for row in decisions], [row.reason for row in changes]) == ([""], [""])


def test_check_and_doctor_see_that_the_guard_is_gone_and_migrate_puts_it_up_again(rejected: Comment) -> None:
    assert protection.missing() == []
    protection.take_down()
    names = protection.missing()
    for table in ("decision", "standingchange", "rulechange", "networkrestraint"):
        assert f"comments_{table}_kept_on_update" in names
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
