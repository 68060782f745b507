"""Logs are unchangeable for whoever reaches the database, too: triggers refuse to change or delete their rows.

They are put up after each `migrate`, not by one migration: where SQLite copies a table to alter it, its triggers go,
and nothing says so. `manage.py check --database default` and the doctor look whether they stand. Words that may be
erased live beside the logs (`DecisionWords`, `StandingWords`), which nothing guards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from comments.models import Decision, NetworkRestraint, RuleChange, StandingChange, ThreadChange

# What is refused to whom. What slowed or paused a network is deleted with the network's key, and may be: a guard that
# asks whether the key is gone would name another table, which SQLite then refuses to copy and rename ever after.
_KEPT: dict[type[Model], tuple[str, ...]] = {
    Decision: ("update", "delete"),
    StandingChange: ("update", "delete"),
    RuleChange: ("update", "delete"),
    ThreadChange: ("update", "delete"),
    NetworkRestraint: ("update",),
}
_MESSAGE = "a row of a log is never changed or deleted"


def put_up(using: str = "default") -> None:
    """Guard the logs that have their table; again is no harm."""
    connection = connections[using]
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for table, acts in tables.items():
            if connection.vendor == "postgresql":
                cursor.execute(_function(table))
            for act in acts:
                cursor.execute(_trigger(connection, table, act))


def missing(using: str = "default") -> list[str]:
    """The guards that do not stand; none where a log has no table yet."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Those that a maintenance has switched off ("D") stand, and guard nothing.
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {name for (name,) in cursor.fetchall()}
    wanted = {_name(table, act) for table, acts in _tables(connection).items() for act in acts}
    return sorted(wanted - standing)


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Openly without the guards, for tests that empty every table; they stand again afterwards."""
    take_down(using)
    try:
        yield
    finally:
        put_up(using)


def take_down(using: str = "default") -> None:
    """Lift the guards."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, acts in _tables(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for act in acts:
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, act)}{on}")


def _tables(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, ...]]:
    """The logs that have their table, and what is refused of each: on PostgreSQL, to empty it at once, too; on SQLite,
    to put a row in the place of another.
    """
    there = connection.introspection.table_names()
    besides = "truncate" if connection.vendor == "postgresql" else "insert"
    kept = {model._meta.db_table: (*acts, besides) for model, acts in _KEPT.items()}
    return {table: acts for table, acts in kept.items() if table in there}


def _name(table: str, act: str) -> str:
    return f"{table}_kept_on_{act}"


def _trigger(connection: BaseDatabaseWrapper, table: str, act: str) -> str:
    name = _name(table, act)
    if connection.vendor == "postgresql":
        each = "STATEMENT" if act == "truncate" else "ROW"
        return (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {act.upper()} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_kept()"
        )
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act.upper()} ON {table} {_when(table, act)}"
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )


def _when(table: str, act: str) -> str:
    """SQLite's INSERT OR REPLACE deletes what is in its way, and no trigger hears of that."""
    if act != "insert":
        return ""
    (model,) = (model for model in _KEPT if model._meta.db_table == table)
    unique = [column.column for column in model._meta.concrete_fields if column.unique]
    same = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    return f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "  # noqa: S608  (names of our own)


def _function(table: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$"
    )
