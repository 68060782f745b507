"""Logs cannot be changed through the database either: triggers refuse to change or delete their rows.

They are created after each `migrate`, not by a single migration: when SQLite copies a table to alter it, its triggers
are silently lost. `manage.py check --database default` and the doctor check that they are there. Words that may be
erased are kept beside the logs (`DecisionWords`, `StandingWords`), unguarded.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from comments.models import Decision, NetworkRestraint, RuleChange, StandingChange, ThreadChange

# What is refused for which log. What slowed or paused a network may be deleted, and is, together with the network's
# key: a guard that checks whether the key is gone would name another table, which SQLite would then for ever refuse to
# copy and rename.
_KEPT: dict[type[Model], tuple[str, ...]] = {
    Decision: ("update", "delete"),
    StandingChange: ("update", "delete"),
    RuleChange: ("update", "delete"),
    ThreadChange: ("update", "delete"),
    NetworkRestraint: ("update",),
}
_MESSAGE = "a row of a log is never changed or deleted"


def put_up(using: str = "default") -> None:
    """Guard the logs whose tables exist; repeating it is harmless."""
    connection = connections[using]
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for table, acts in tables.items():
            if connection.vendor == "postgresql":
                cursor.execute(_function(table))
            for act in acts:
                cursor.execute(_trigger(connection, table, act))


def missing(using: str = "default") -> list[str]:
    """The guards that are missing; a log without a table needs none."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Triggers that maintenance has switched off ("D") exist, but guard nothing.
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {name for (name,) in cursor.fetchall()}
    wanted = {_name(table, act) for table, acts in _tables(connection).items() for act in acts}
    return sorted(wanted - standing)


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without the guards, openly, for tests that empty every table; they are back afterwards."""
    take_down(using)
    try:
        yield
    finally:
        put_up(using)


def take_down(using: str = "default") -> None:
    """Remove the guards."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, acts in _tables(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for act in acts:
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, act)}{on}")


def _tables(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, ...]]:
    """The logs whose tables exist, and what is refused for each.

    On PostgreSQL that includes TRUNCATE; on SQLite, replacing a row.
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
    """SQLite's INSERT OR REPLACE deletes rows in its way without firing any trigger for that."""
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
