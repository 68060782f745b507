"""The ledger is unchangeable for whoever reaches the database, too: triggers refuse to change or delete its rows.

They are put up after each `migrate`, not by one migration: where SQLite copies a table to alter it, its triggers go,
and nothing says so. `manage.py check --database default` and the doctor look whether they stand. Words that may be
erased live beside the ledger (`DecisionWords`), which nothing guards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from comments.models import Decision

_TABLE = Decision._meta.db_table
_MESSAGE = "a decision is never changed or deleted"
_SQLITE = {
    f"{_TABLE}_kept_on_{act}": (
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_kept_on_{act} BEFORE {act.upper()} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )
    for act in ("update", "delete")
}
_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {_TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$"
)
_POSTGRESQL = {
    f"{_TABLE}_kept_on_{act}": (
        f"CREATE OR REPLACE TRIGGER {_TABLE}_kept_on_{act} BEFORE {act.upper()} ON {_TABLE} "
        f"FOR EACH {each} EXECUTE FUNCTION {_TABLE}_kept()"
    )
    for act, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
}


def put_up(using: str = "default") -> None:
    """Guard the ledger, if it has its table; again is no harm."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for statement in _triggers(connection).values():
            cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """The guards that do not stand; none where the ledger has no table yet."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Those that a maintenance has switched off ("D") stand, and guard nothing.
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {name for (name,) in cursor.fetchall()}
    return sorted(set(_triggers(connection)) - standing)


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
        for name in _triggers(connection):
            on = f" ON {_TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
