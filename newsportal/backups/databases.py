"""How each database is put into a file while it is in use, and how that file takes its place again."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, cast

from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from newsportal.backups.archive import Sink, Source
from newsportal.backups.folders import is_unfinished, note_unfinished
from newsportal.backups.problems import BackupError
from newsportal.disk import sync_folder

# Asks the database as it is in the backup.
Ask = Callable[[str], list[tuple[Any, ...]]]

# Who reads or writes is waited for so long; whoever holds the database for longer is none of ours.
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.1
# To see whether somebody uses it there is no need to wait.
_GLANCE_SECONDS = 0.5
# The quickest that still makes a sixth of text; more cores belong to the portal, which goes on.
_LEVEL = 1
_THREADS = 2
_PIECE = 1024 * 1024
# What SQLite has of a database, and our queue of writers.
_FILES = ("", "-wal", "-shm", "-journal", "-queue")
# gzip's quickest: half the time of its default for a tenth more of bytes.
_COMPRESSION = "1"


@dataclass(frozen=True)
class Dump:
    """A database as it is at one moment, to be asked and to be read from front to back."""

    ask: Ask
    content: Source


class Database(Protocol):
    """One of the two."""

    engine: str
    member: str

    @property
    def version(self) -> str:
        """Which version serves."""

    def dumping(self) -> AbstractContextManager[Dump]:
        """All of it as it is at one moment, while others read and write.

        Raises BackupError where it cannot be read. What was read counts for nothing before the block has ended.
        """

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        """Whether there is such a column."""

    def must_be_idle(self) -> None:
        """Raise BackupError where anybody uses it."""

    def unpacking(self, out: Sink) -> AbstractContextManager[Sink]:
        """What a dump is written to so that `out` has what `restoring` wants; raises BackupError where it is none."""

    def restoring(self, dump: Path) -> AbstractContextManager[None]:
        """Inside, Django's connection sees what was dumped; what is done to it there is part of what is restored.

        Raises BackupError where it cannot be read; then all is as it was.
        """


def database() -> Database:
    """The one of the settings."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


class SQLite:
    """A file, which is read as it lies there: what is written meanwhile stays in the log beside it.

    Compressed: what is written to a disk, and waited for, is a sixth, and that takes longer than compressing it.
    """

    engine = "sqlite"
    member = "database.sqlite3.zst"
    version = sqlite3.sqlite_version

    @contextmanager
    def dumping(self) -> Iterator[Dump]:
        # The last of all to be closed: whoever closes a file lets go of every lock that the process has on it (POSIX,
        # fcntl), SQLite's too.
        with Path(_file()).open("rb") as file:
            try:
                with closing(sqlite3.connect(_file(), timeout=_PATIENCE_SECONDS, isolation_level=None)) as live:
                    _keep_still(live)
                    packed = ZstdCompressor(level=_LEVEL, threads=_THREADS).stream_reader(file, read_size=_PIECE)
                    yield Dump(lambda statement: live.execute(statement).fetchall(), packed)
            except sqlite3.Error as error:
                raise BackupError(f"The database could not be copied: {error}. Nothing was kept.") from None
            finally:
                connection.close()

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        return bool(ask(f"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'"))  # noqa: S608

    def must_be_idle(self) -> None:
        """Every connection holds the file while it writes a log beside it: without one the log can be put away."""
        connection.close()
        if not Path(_file()).exists():
            return
        try:
            with closing(sqlite3.connect(_file(), timeout=_GLANCE_SECONDS)) as live:
                live.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(f"Somebody uses the database ({error}). Stop the portal and its worker first.") from None
        except sqlite3.DatabaseError:
            # What is there is no database any more, which may be why it is to be replaced.
            return

    @contextmanager
    def unpacking(self, out: Sink) -> Iterator[Sink]:
        try:
            with ZstdDecompressor().stream_writer(cast("IO[bytes]", out), write_size=_PIECE, closefd=False) as packed:
                yield cast("Sink", packed)
        except ZstdError as error:
            raise BackupError(f"This backup is damaged: its database cannot be unpacked ({error}).") from None

    @contextmanager
    def restoring(self, dump: Path) -> Iterator[None]:
        self.must_be_idle()
        place = Path(_file())
        # Beside it: what is on another disk takes no file's place in one step.
        whole = place.with_name(f".{place.name}.restoring")
        was_unfinished = is_unfinished()
        note_unfinished(is_so=True)
        try:
            # A killed restore's log would be taken for that of the new file.
            _remove(whole)
            # At once, where var/ is on the same disk.
            shutil.move(dump, whole)
            with _seen_at(whole):
                yield
            # Who has come meanwhile would go on with what is replaced.
            self.must_be_idle()
            _replace(whole, place)
            was_unfinished = False
        finally:
            note_unfinished(is_so=was_unfinished)
            _remove(whole)


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
            # Without figures of the new rows the first pages would be slow, until the server makes some by itself.
            cursor.execute("ANALYZE")
        yield
        note_unfinished(is_so=False)

    def _clearing(self) -> str:
        """The statements that take away what is there."""
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
        """Where a program of PostgreSQL is that is as new as the server; raises BackupError, saying what to install."""
        wanted = int(self.version)
        for path in (shutil.which(name), f"/usr/lib/postgresql/{wanted}/bin/{name}"):
            if path and os.access(path, os.X_OK) and _major(path) >= wanted:
                return path
        raise BackupError(
            f"{name} of PostgreSQL {wanted} or newer is needed, and not found. Install it: on Debian"
            f" apt install postgresql-client-{wanted}."
        )


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _file() -> str:
    return str(connection.settings_dict["NAME"])


_READ = "SELECT count(*) FROM sqlite_master"


def _keep_still(live: sqlite3.Connection) -> None:
    """Let a connection begin to read so that all it sees is in the file, which nobody writes to while it reads.

    What is written goes into the log, and from there into the file by a checkpoint. Whoever begins to read when all of
    the log is in the file needs nothing of the log, and as long as there is such a reader no checkpoint writes to the
    file (https://www.sqlite.org/walformat.html on WAL_READ_LOCK(0)). Writers wait for the last checkpoint alone, which
    has little left to do. Raises BackupError where others keep reading what is old.
    """
    gives_up = time.monotonic() + _PATIENCE_SECONDS
    why = "somebody reads what is old"
    while time.monotonic() < gives_up:
        _copy_log(live)
        try:
            with transaction.atomic():
                if _copy_log(live):
                    live.execute("BEGIN")
                    live.execute(_READ).fetchall()
                    return
        except OperationalError as error:
            why = str(error)
        time.sleep(_LOOK_SECONDS)
    raise BackupError(
        f"For {_PATIENCE_SECONDS:.0f} seconds the database could not be had for a moment: {why}. Is there a sqlite3"
        " that was left open?"
    )


def _copy_log(live: sqlite3.Connection) -> bool:
    """Copy as much of the log into the file as others' reading allows; whether that was all."""
    # A connection that has read nothing yet does not know whether there is a log. Where there is none the numbers are
    # both -1, and who reads keeps all others from writing.
    live.execute(_READ).fetchall()
    ((is_busy, written, copied),) = live.execute("PRAGMA wal_checkpoint").fetchall()
    return not is_busy and written == copied


@contextmanager
def _seen_at(path: Path) -> Iterator[None]:
    """Inside, Django's connection is one to that file; afterwards the file has no log beside it, and is still to be
    waited for: while it is made nobody else has it, and what is cut off is thrown away.
    """
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _remove(whole: Path) -> None:
    for ending in _FILES:
        Path(f"{whole}{ending}").unlink(missing_ok=True)


def _replace(new: Path, place: Path) -> None:
    """Put a file into the place of another one, which readers see whole: the old one or the new one."""
    if place.exists():
        shutil.copymode(place, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(new, place)
    for ending in ("-wal", "-shm"):
        Path(f"{place}{ending}").unlink(missing_ok=True)
    sync_folder(place.parent)


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _major(tool: str) -> int:
    done = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    # "pg_dump (PostgreSQL) 15.20 (Debian …)"
    words = done.stdout.partition(") ")[2]
    return int("".join(digit for digit in words.split(".")[0] if digit.isdigit()) or 0)


def _connecting() -> tuple[list[str], Mapping[str, str]]:
    """What the tools are told of the server; a password is none of a command's words, which all can read."""
    words, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return words[1:], {**os.environ, **(environment or {})}


@contextmanager
def _reading(tool: str, arguments: Sequence[str]) -> Iterator[Source]:
    """What a tool writes; raises BackupError afterwards where it did not come to its end."""
    where, environment = _connecting()
    with TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            [tool, *arguments, *where],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            bufsize=_PIECE,
        ) as working:
            assert working.stdout is not None
            try:
                yield cast("Source", working.stdout)
            except BaseException:
                # Perhaps it waits for something, and writes nothing that would end it.
                working.kill()
                raise
        if working.returncode:
            said.seek(0)
            raise BackupError(_said(tool, said.read()))


def _pour(psql: str, restore: str, dump: Path, clearing: str) -> None:
    """Everything in one transaction, which is committed only if all of the dump was read."""
    where, environment = _connecting()
    with TemporaryFile() as psql_said, TemporaryFile() as restore_said:
        command = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-", *where]
        with subprocess.Popen(  # noqa: S603
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=psql_said
        ) as writing:
            assert writing.stdin is not None
            try:
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
                writing.stdin.close()
            except BrokenPipeError:
                # It has said why.
                pass
        psql_said.seek(0)
        restore_said.seek(0)
        if writing.returncode:
            raise BackupError(_said(psql, psql_said.read()))
        if reading.returncode:
            raise BackupError(_said(restore, restore_said.read()))


def _said(tool: str, stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    words = next((line for line in lines if "error" in line.lower() or "fatal" in line.lower()), "it said nothing")
    return f"{Path(tool).name} did not work, and nothing was changed: {words}"
