"""PostgreSQL: its own tools write a dump, and put it back in one transaction."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from newsportal.backups.archive import Sink, Source
from newsportal.backups.databases.common import PIECE_BYTES, Ask, Dump
from newsportal.backups.folders import is_unfinished, note_unfinished
from newsportal.backups.problems import BackupError

# gzip's fastest level: half the time of its default for a tenth more bytes.
_COMPRESSION = "1"


class PostgreSQL:
    """Its own tools: a dump is a snapshot, and all of it is put back in one transaction."""

    engine = "postgresql"
    member = "database.pgdump"

    @property
    def version(self) -> str:
        connection.ensure_connection()
        return str(connection.pg_version // 10_000)  # type: ignore[attr-defined]

    @contextmanager
    def dumping(self) -> Iterator[Dump]:
        tool = self._tool("pg_dump")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

            def ask(statement: str) -> list[tuple[Any, ...]]:
                cursor.execute(statement)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows

            ((snapshot,),) = ask("SELECT pg_export_snapshot()")
            words = ["--format=custom", f"--compress={_COMPRESSION}", f"--snapshot={snapshot}"]
            with _reading(tool, [*words, "--no-owner", "--no-privileges"]) as content:
                yield Dump(ask, content)

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        return bool(
            ask(
                "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()"  # noqa: S608
                f" AND table_name = '{table}' AND column_name = '{column}'"
            )
        )

    def must_be_idle(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            ((others,),) = cursor.fetchall()
        if others:
            raise BackupError(
                f"{others} other connections use the database. Stop the portal and its worker on every machine first,"
                " and leave psql."
            )

    def unpacking(self, out: Sink) -> AbstractContextManager[Sink]:
        return nullcontext(out)

    @contextmanager
    def restoring(self, dump: Path) -> Iterator[None]:
        psql, restore = self._tool("psql"), self._tool("pg_restore")
        self.must_be_idle()
        clearing = self._clearing()
        connection.close()
        was_unfinished = is_unfinished()
        note_unfinished(is_so=True)
        try:
            _pour(psql, restore, dump, clearing)
        except BackupError:
            note_unfinished(is_so=was_unfinished)
            raise
        with connection.cursor() as cursor:
            # Without statistics on the new rows the first pages would be slow until the server collects them itself.
            cursor.execute("ANALYZE")
        yield
        note_unfinished(is_so=False)

    def _clearing(self) -> str:
        """The statements that remove what is there."""
        tables = connection.introspection.table_names()
        quoted = [connection.ops.quote_name(table) for table in tables]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
                " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            )
            functions = [name for (name,) in cursor.fetchall()]
        drops = [f"DROP TABLE IF EXISTS {name} CASCADE;" for name in quoted]
        return "\n".join([*drops, *(f"DROP FUNCTION IF EXISTS {name} CASCADE;" for name in functions)])

    def _tool(self, name: str) -> str:
        """The path of a PostgreSQL program no older than the server; raises BackupError, saying what to install."""
        wanted = int(self.version)
        for path in (shutil.which(name), f"/usr/lib/postgresql/{wanted}/bin/{name}"):
            if path and os.access(path, os.X_OK) and _major(path) >= wanted:
                return path
        raise BackupError(
            f"{name} of PostgreSQL {wanted} or newer is needed, and not found. Install it: on Debian"
            f" apt install postgresql-client-{wanted}."
        )


def _major(tool: str) -> int:
    done = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    # "pg_dump (PostgreSQL) 15.20 (Debian …)"
    words = done.stdout.partition(") ")[2]
    return int("".join(digit for digit in words.split(".")[0] if digit.isdigit()) or 0)


def _connecting() -> tuple[list[str], Mapping[str, str]]:
    """The tools' arguments and environment; a password is never an argument, as everybody can read these."""
    words, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return words[1:], {**os.environ, **(environment or {})}


@contextmanager
def _reading(tool: str, arguments: Sequence[str]) -> Iterator[Source]:
    """What a tool writes; raises BackupError afterwards if it did not finish."""
    where, environment = _connecting()
    with TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            [tool, *arguments, *where],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            bufsize=PIECE_BYTES,
        ) as working:
            assert working.stdout is not None
            try:
                yield cast("Source", working.stdout)
            except BaseException:
                # It may be waiting for something, and not write anything, which would end it.
                working.kill()
                raise
        if working.returncode:
            said.seek(0)
            raise BackupError(_said(tool, said.read()))


def _pour(psql: str, restore: str, dump: Path, clearing: str) -> None:
    """Restore everything in one transaction, which is committed only if the whole dump was read."""
    where, environment = _connecting()
    with TemporaryFile() as psql_said, TemporaryFile() as restore_said:
        command = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-", *where]
        writing = subprocess.Popen(  # noqa: S603
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=psql_said
        )
        reading = None
        # If psql ends early it has said why; the block's end tries again to write the rest, and fails again.
        with suppress(BrokenPipeError), writing:
            assert writing.stdin is not None
            writing.stdin.write(f"BEGIN;\n{clearing}\n".encode())
            writing.stdin.flush()
            reading = subprocess.run(  # noqa: S603
                [restore, "--file=-", "--no-owner", "--no-privileges", str(dump)],
                stdin=subprocess.DEVNULL,
                stdout=writing.stdin,
                stderr=restore_said,
                check=False,
            )
            writing.stdin.write(b"ROLLBACK;\n" if reading.returncode else b"COMMIT;\n")
        psql_said.seek(0)
        restore_said.seek(0)
        if writing.returncode:
            raise BackupError(_said(psql, psql_said.read()))
        if reading is None or reading.returncode:
            raise BackupError(_said(restore, restore_said.read()))


def _said(tool: str, stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    words = next((line for line in lines if "error" in line.lower() or "fatal" in line.lower()), "it said nothing")
    return f"{Path(tool).name} did not work, and nothing was changed: {words}"
