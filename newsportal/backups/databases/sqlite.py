"""SQLite: a file, which is copied directly and replaced by another one."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

from django.db import OperationalError, connection, transaction
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from newsportal.backups.archive import Sink
from newsportal.backups.databases.common import PIECE_BYTES, Ask, Dump
from newsportal.backups.folders import is_unfinished, note_unfinished
from newsportal.backups.problems import BackupError
from newsportal.disk import sync_folder

# How long to wait for others that read or write; a process that holds the database for longer is not ours.
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.1
# Checking whether somebody uses it needs no waiting.
_GLANCE_SECONDS = 0.5
# The fastest that still reduces text to a sixth; other cores are for the portal, which goes on running.
_LEVEL = 1
_THREADS = 2
# The files that SQLite has for a database, and our queue of writers.
_FILES = ("", "-wal", "-shm", "-journal", "-queue")


class SQLite:
    """A file, which is read as it is: whatever is written meanwhile stays in the log beside it.

    It is compressed: writing to a disk takes longer than compressing, and then only a sixth has to be written.
    """

    engine = "sqlite"
    member = "database.sqlite3.zst"
    version = sqlite3.sqlite_version

    @contextmanager
    def dumping(self) -> Iterator[Dump]:
        # Closed last of all: closing a file releases every lock that the process has on it (POSIX, fcntl), SQLite's
        # included.
        with Path(_file()).open("rb") as file:
            try:
                with closing(sqlite3.connect(_file(), timeout=_PATIENCE_SECONDS, isolation_level=None)) as live:
                    _keep_still(live)
                    packed = ZstdCompressor(level=_LEVEL, threads=_THREADS).stream_reader(file, read_size=PIECE_BYTES)
                    yield Dump(lambda statement: live.execute(statement).fetchall(), packed)
            except sqlite3.Error as error:
                raise BackupError(f"The database could not be copied: {error}. Nothing was kept.") from None
            finally:
                connection.close()

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        return bool(ask(f"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'"))  # noqa: S608

    def must_be_idle(self) -> None:
        """Try to remove the log beside the file, which works only without other connections: each of them holds it."""
        connection.close()
        if not Path(_file()).exists():
            return
        try:
            with closing(sqlite3.connect(_file(), timeout=_GLANCE_SECONDS)) as live:
                live.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(f"Somebody uses the database ({error}). Stop the portal and its worker first.") from None
        except sqlite3.DatabaseError:
            # The file is no longer a database, which may be why it is to be replaced.
            return

    @contextmanager
    def unpacking(self, out: Sink) -> Iterator[Sink]:
        try:
            to = cast("IO[bytes]", out)
            with ZstdDecompressor().stream_writer(to, write_size=PIECE_BYTES, closefd=False) as packed:
                yield cast("Sink", packed)
        except ZstdError as error:
            raise BackupError(f"This backup is damaged: its database cannot be unpacked ({error}).") from None

    @contextmanager
    def restoring(self, dump: Path) -> Iterator[None]:
        self.must_be_idle()
        place = Path(_file())
        # Beside it: a file on another disk cannot replace it in one step.
        whole = place.with_name(f".{place.name}.restoring")
        was_unfinished = is_unfinished()
        note_unfinished(is_so=True)
        try:
            # The log of a killed restore would be taken for the new file's.
            _remove(whole)
            # Instant if var/ is on the same disk.
            shutil.move(dump, whole)
            with _seen_at(whole):
                yield
            # A process that has connected meanwhile would go on with the replaced file.
            self.must_be_idle()
            _replace(whole, place)
            was_unfinished = False
        finally:
            note_unfinished(is_so=was_unfinished)
            _remove(whole)


def _file() -> str:
    return str(connection.settings_dict["NAME"])


_READ = "SELECT count(*) FROM sqlite_master"


def _keep_still(live: sqlite3.Connection) -> None:
    """Let a connection begin to read so that all it sees is in the file, and nobody writes to that meanwhile.

    Writes go into the log, and a checkpoint moves them to the file. A reader that begins when all of the log is in the
    file needs nothing from the log, and as long as there is such a reader no checkpoint writes to the file
    (https://www.sqlite.org/walformat.html on WAL_READ_LOCK(0)). Writers wait only for the last checkpoint, which has
    little left to do. Raises BackupError if others keep reading old pages.
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
    """Copy as much of the log into the file as other readers allow; returns whether that was all."""
    # A connection that has not read anything does not know whether there is a log. If there is none, both numbers are
    # -1, and readers keep everybody from writing.
    live.execute(_READ).fetchall()
    ((is_busy, written, copied),) = live.execute("PRAGMA wal_checkpoint").fetchall()
    return not is_busy and written == copied


@contextmanager
def _seen_at(path: Path) -> Iterator[None]:
    """Inside the block Django is connected to that file; afterwards it has no log beside it, and has yet to be synced:
    nobody else has it while it is being made, and an incomplete one is thrown away.
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
    """Replace a file with another one; readers see either the old or the new one, complete."""
    if place.exists():
        shutil.copymode(place, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(new, place)
    for ending in ("-wal", "-shm"):
        Path(f"{place}{ending}").unlink(missing_ok=True)
    sync_folder(place.parent)
