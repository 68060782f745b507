"""Writers of one SQLite file wait in a queue, and each lets the next one in, whatever happens to it."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from newsportal.sqlite import base
from newsportal.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Connect = Any


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Connections to one new file, as threads and processes each have their own."""
    opened: list[DatabaseWrapper] = []

    def opened_one() -> DatabaseWrapper:
        settings = {
            "ENGINE": "newsportal.sqlite",
            "NAME": tmp_path / "queue.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.1},
            "TIME_ZONE": None,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
        }
        connection = DatabaseWrapper(settings)
        connection.inc_thread_sharing()
        opened.append(connection)
        return connection

    with opened_one().cursor() as cursor:
        cursor.execute("CREATE TABLE words (word TEXT NOT NULL)")
    yield opened_one
    for connection in opened:
        connection.close()


def begin(connection: DatabaseWrapper) -> None:
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(connection: DatabaseWrapper, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO words VALUES (%s)", [word])


def words(connection: DatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return [row[0] for row in cursor.execute("SELECT word FROM words ORDER BY word")]


def is_free(connection: DatabaseWrapper) -> bool:
    """Whether the next one would be let in at once."""
    queue = base._queue_of(str(connection.settings_dict["NAME"]))
    free = queue._threads.acquire(blocking=False)
    if free:
        queue._threads.release()
    return free


def test_who_writes_lets_the_next_one_in_at_the_end(connect: Connect) -> None:
    one = connect()
    begin(one)
    assert is_free(one) is False
    write(one, "kept")
    one.commit()
    one.set_autocommit(True)
    assert (is_free(one), words(one)) == (True, ["kept"])


def test_who_takes_it_back_lets_the_next_one_in(connect: Connect) -> None:
    one = connect()
    begin(one)
    write(one, "taken back")
    one.rollback()
    one.set_autocommit(True)
    assert (is_free(one), words(one)) == (True, [])


def test_who_hangs_up_in_the_midst_lets_the_next_one_in(connect: Connect) -> None:
    one = connect()
    begin(one)
    write(one, "half")
    one.close()
    assert (is_free(one), words(one)) == (True, [])


def test_who_cannot_begin_lets_the_next_one_in(connect: Connect) -> None:
    one = connect()
    stranger = sqlite3.connect(one.settings_dict["NAME"])
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="locked"):
        begin(one)
    stranger.rollback()
    stranger.close()
    assert is_free(one) is True


def test_a_queue_that_does_not_move_is_left_to_the_database(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_PATIENCE_SECONDS", 0.05)
    one, two = connect(), connect()
    begin(one)
    with pytest.raises(DatabaseError, match="locked"):
        begin(two)
    one.rollback()
    one.set_autocommit(True)
    assert is_free(one) is True


def test_another_process_is_waited_for(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_PATIENCE_SECONDS", 0.05)
    one = connect()
    # As another process has the file: through an open file of its own.
    other = base._Queue(f"{one.settings_dict['NAME']}-queue")
    assert other.enter() is True
    queue = base._queue_of(str(one.settings_dict["NAME"]))
    assert (queue.enter(), is_free(one)) == (False, True)
    other.leave()
    assert queue.enter() is True
    queue.leave()


def test_a_file_system_without_locks_leaves_it_to_the_database(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: object) -> bool:
        raise OSError("no locks available")

    one = connect()
    monkeypatch.setattr(base._Queue, "_is_locked", refused)
    begin(one)
    write(one, "kept")
    one.commit()
    one.set_autocommit(True)
    assert (is_free(one), words(one)) == (True, ["kept"])


def test_a_turn_that_was_never_ended_is_ended_by_the_next_beginning(connect: Connect) -> None:
    one = connect()
    begin(one)
    one.connection.rollback()
    one.in_atomic_block = False
    one.autocommit = True
    begin(one)
    one.rollback()
    one.set_autocommit(True)
    assert is_free(one) is True


def test_of_many_at_once_none_is_refused_and_none_is_lost(connect: Connect) -> None:
    together = threading.Barrier(8)

    def many(number: int) -> None:
        connection = connect()
        together.wait(10)
        for at in range(25):
            begin(connection)
            write(connection, f"{number}-{at:02}")
            connection.commit()
            connection.set_autocommit(True)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(many, range(8)))
    assert words(connect()) == sorted(f"{number}-{at:02}" for number in range(8) for at in range(25))


def test_the_site_itself_writes_in_the_queue(connect: Connect) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("this suite runs on another database, which has queues of its own")
    assert type(connection.copy()) is DatabaseWrapper
    with transaction.atomic():
        with transaction.atomic():
            assert is_free(connection) is False
        assert is_free(connection) is False
    assert is_free(connection) is True
