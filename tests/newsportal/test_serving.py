"""A single serving process: it accepts connections from an existing socket, and ends when told to."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO

import pytest

from newsportal.listening import listening
from newsportal.serving import _CONNECTIONS
from newsportal.supervising import GRACE_SECONDS
from tests import servers

_ASK = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
# With the bytes that begin HTTP/2 if both sides know of it (RFC 9113, section 3.4): the preface, and empty SETTINGS.
_ASK_BY_HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
# It takes one second, on an idle machine.
_END_SECONDS = 12.0
# By then a signal has been noticed, and the process has not ended yet.
_NOTICED_SECONDS = 0.4


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(listening("127.0.0.1", 0)) as found:
        yield found


@contextmanager
def _started(
    listener: socket.socket, folder: Path, application: str
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """A process, and the pipe through which it says that it serves."""
    reading, writing = os.pipe()
    handed = (listener.fileno(), writing)
    with subprocess.Popen(
        [sys.executable, "-m", "newsportal.serving", application, *map(str, handed)],
        cwd=servers.ROOT,
        env=servers.surroundings(folder),
        pass_fds=handed,
    ) as process:
        os.close(writing)
        with open(reading, "rb", buffering=0) as ready:
            try:
                yield process, ready
            finally:
                process.kill()


@contextmanager
def _serving(listener: socket.socket, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has said that it serves."""
    with _started(listener, folder, "tests.newsportal.slow_application:application") as (process, ready):
        assert ready.read(1) == b"1"
        yield process


def _connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), timeout=_END_SECONDS)


def _sockets(process: subprocess.Popen[bytes]) -> int:
    """How many sockets a process has: its readers', the one that they connect to, and some of its own."""
    return sum(os.readlink(file).startswith("socket:") for file in Path(f"/proc/{process.pid}/fd").iterdir())


def test_a_process_ends_though_a_thread_has_a_word_left_for_who_has_gone(
    listener: socket.socket, tmp_path: Path
) -> None:
    with _serving(listener, tmp_path) as process:
        with _connect(listener) as reader:
            reader.sendall(_ASK)
            assert reader.recv(12) == b"HTTP/1.1 200"
        process.terminate()
        assert process.wait(_END_SECONDS) == 0


def test_a_process_that_just_starts_hears_that_it_is_to_end(listener: socket.socket, tmp_path: Path) -> None:
    with _started(listener, tmp_path, "tests.newsportal.told_application:application") as (process, ready):
        assert process.wait(_END_SECONDS) == -signal.SIGTERM
        assert ready.read(1) == b""


def test_who_comes_to_a_process_that_has_as_many_as_it_may_waits(listener: socket.socket, tmp_path: Path) -> None:
    with _serving(listener, tmp_path) as process, ExitStack() as crowd:
        for _ in range(_CONNECTIONS):
            crowd.enter_context(_connect(listener))
        with _connect(listener) as late:
            late.sendall(_ASK)
            servers.wait_until(lambda: _sockets(process) > _CONNECTIONS, _END_SECONDS)
            late.settimeout(_NOTICED_SECONDS)
            with pytest.raises(TimeoutError):
                late.recv(12)
            late.settimeout(_END_SECONDS)
            crowd.close()
            assert late.recv(12) == b"HTTP/1.1 200"


def test_who_has_been_let_in_is_heard_by_a_process_that_makes_room(listener: socket.socket, tmp_path: Path) -> None:
    with _serving(listener, tmp_path) as process, _connect(listener) as first, _connect(listener) as second:
        # They are let in one after the other: by now the first is in.
        second.sendall(_ASK)
        assert second.recv(12) == b"HTTP/1.1 200"
        process.send_signal(signal.SIGHUP)
        threading.Event().wait(_NOTICED_SECONDS)
        with _connect(listener) as third:
            third.sendall(_ASK)
            first.sendall(_ASK)
            assert first.recv(12) == b"HTTP/1.1 200"
            assert process.wait(_END_SECONDS) == 0
            third.setblocking(False)
            with pytest.raises(BlockingIOError):
                third.recv(12)
            third.settimeout(_END_SECONDS)
            with _serving(listener, tmp_path):
                assert third.recv(12) == b"HTTP/1.1 200"


def test_who_comes_after_its_end_waits_for_the_next(listener: socket.socket, tmp_path: Path) -> None:
    with _serving(listener, tmp_path) as process:
        process.kill()
        process.wait()
    with _connect(listener) as reader:
        reader.sendall(_ASK)
        with _serving(listener, tmp_path):
            assert reader.recv(12) == b"HTTP/1.1 200"


def test_nobody_is_heard_who_begins_with_http_2(listener: socket.socket, tmp_path: Path) -> None:
    with _serving(listener, tmp_path), _connect(listener) as reader:
        reader.sendall(_ASK_BY_HTTP2)
        assert reader.recv(12) == b""


@pytest.mark.long
def test_who_is_left_behind_with_something_that_does_not_end_is_cut_off(
    listener: socket.socket, tmp_path: Path
) -> None:
    """Told to end as the kernel tells it when the supervisor was killed, with nobody left who would kill it."""
    with _started(listener, tmp_path, "tests.newsportal.endless_application:application") as (process, ready):
        assert ready.read(1) == b"1"
        with _connect(listener) as reader:
            reader.sendall(_ASK)
            assert reader.recv(12) == b"HTTP/1.1 200"
            ready.close()
            process.terminate()
            assert process.wait(GRACE_SECONDS + _END_SECONDS) == 1
