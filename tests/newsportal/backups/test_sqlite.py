"""SQLite's file is read while others write: the copy is whole, and of a single moment."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from zstandard import ZstdDecompressor

from newsportal.backups.databases import sqlite
from newsportal.backups.databases.sqlite import SQLite
from newsportal.backups.problems import BackupError
from tests import servers
from tests.newsportal.backups.conftest import Elsewhere

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of PostgreSQL its own tool reads"),
]
# Some megabytes, so that it is not all read at once.
ACCOUNTS = 3_000
SUM = "SELECT sum(amount), count(*) FROM account"


def opened() -> sqlite3.Connection:
    return sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=30.0)


@pytest.fixture(autouse=True)
def bank(elsewhere: Elsewhere) -> Iterator[None]:
    """Accounts, a page each, whose amounts add up to zero."""
    with elsewhere("bank"), closing(opened()) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER, filling BLOB)")
        live.execute("CREATE TABLE transfer (id INTEGER PRIMARY KEY)")
        live.execute("BEGIN")
        live.executemany("INSERT INTO account VALUES (?, 0, ?)", ((pk, os.urandom(3_000)) for pk in range(ACCOUNTS)))
        live.execute("COMMIT")
        live.close()
        yield


@contextmanager
def transfers() -> Iterator[None]:
    """Transfers between accounts, each noted, by a writer who has the log copied back after every few of them."""
    stop = threading.Event()

    def work() -> None:
        with closing(opened()) as live:
            live.execute("PRAGMA synchronous=OFF")
            live.execute("PRAGMA wal_autocheckpoint=20")
            number = 0
            while not stop.wait(0.001):
                number += 1
                live.execute("BEGIN IMMEDIATE")
                for pk, amount in ((number * 7 % ACCOUNTS, number), (number * 11 % ACCOUNTS, -number)):
                    live.execute("UPDATE account SET amount = amount + ? WHERE id = ?", (amount, pk))
                live.execute("INSERT INTO transfer DEFAULT VALUES")
                live.execute("COMMIT")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def noted() -> int:
    with closing(opened()) as live:
        return int(live.execute("SELECT count(*) FROM transfer").fetchone()[0])


def are_noted(number: int) -> bool:
    return noted() >= number


def test_what_is_read_while_others_write_is_whole_and_of_one_moment(tmp_path: Path) -> None:
    with transfers():
        for number in range(5):
            before = noted()
            with SQLite().dumping() as dump:
                asked = dump.ask(f"{SUM} UNION ALL SELECT 0, count(*) FROM transfer")
                content = dump.content.read(100_000)
                # While it is read others write a lot, and nobody is refused.
                servers.wait_until(partial(are_noted, noted() + 100), 30.0)
                while piece := dump.content.read(1_000_000):
                    content += piece
            copy = tmp_path / f"{number}.sqlite3"
            copy.write_bytes(ZstdDecompressor().decompressobj().decompress(content))
            with closing(sqlite3.connect(copy)) as read:
                assert read.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert read.execute(f"{SUM} UNION ALL SELECT 0, count(*) FROM transfer").fetchall() == asked
            assert asked[0] == (0, ACCOUNTS)
            assert asked[1][1] >= before


def test_who_goes_on_reading_what_is_old_is_told_of_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE_SECONDS", 0.3)
    with closing(opened()) as reader, closing(opened()) as writer:
        reader.execute("BEGIN")
        reader.execute(SUM).fetchall()
        writer.execute("INSERT INTO transfer DEFAULT VALUES")
        words = "could not be had for a moment: somebody reads what is old"
        with pytest.raises(BackupError, match=words), SQLite().dumping():
            pass
        reader.execute("COMMIT")
        with SQLite().dumping() as dump:
            assert dump.ask("SELECT count(*) FROM transfer") == [(1,)]


def test_what_was_not_written_with_a_log_is_read_as_well(tmp_path: Path) -> None:
    connection.close()
    with closing(opened()) as live:
        assert live.execute("PRAGMA journal_mode=DELETE").fetchall() == [("delete",)]
    with SQLite().dumping() as dump:
        asked, content = dump.ask(SUM), dump.content.read()
    (tmp_path / "copy").write_bytes(ZstdDecompressor().decompressobj().decompress(content))
    with closing(sqlite3.connect(tmp_path / "copy")) as read:
        assert read.execute(SUM).fetchall() == asked == [(0, ACCOUNTS)]
