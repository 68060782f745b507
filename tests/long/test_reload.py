"""New code is brought in while readers read: nobody is refused, and the old processes end."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers import SERVE, answers, descendants, is_alive, portal, started, surroundings, wait_until

A_SECOND = 200
SECONDS = 16.0
CROWD = 40
CHANGES = 3
# Three starts and three ends one after the other, each ten times slower than alone.
CHANGE_SECONDS = 120.0
# Nobody waits longer on a machine that is ten times slower than alone.
ANSWER_SECONDS = 30.0
ASK = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"


def test_two_hundred_readers_a_second_are_served_through_a_change_of_code(tmp_path: Path) -> None:
    with portal(tmp_path, WORKERS="2", REQUEST_LOG="false") as running:
        old = descendants(running.process.pid) - {running.process.pid}
        came: Counter[str] = Counter()
        end = time.monotonic() + SECONDS
        readers = [threading.Thread(target=_read, args=(running.port, end, came)) for _ in range(4)]
        for reader in readers:
            reader.start()
        threading.Event().wait(2)
        os.kill(running.process.pid, signal.SIGUSR1)
        for reader in readers:
            reader.join()
        # Two that serve and the worker; the supervisor stays.
        wait_until(lambda: len(descendants(running.process.pid) - old) == 1 + 3, 30)
        wait_until(lambda: not any(map(is_alive, old)), 30)
    print(f"asked {sum(came.values())}: {dict(came)}")
    assert sum(came.values()) > A_SECOND * SECONDS * 0.5
    assert set(came) == {"200"}


def test_a_change_of_code_asked_for_during_the_start_ends_nothing(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo / "var", tmp_path / "var")
    environment, log = surroundings(tmp_path), tmp_path / "log"
    with started(SERVE, log, until=lambda: True, env=environment) as process:
        wait_until(lambda: _ignores(process.pid, signal.SIGUSR1), CHANGE_SECONDS, log)
        process.send_signal(signal.SIGUSR1)
        wait_until(lambda: answers(int(environment["PORT"])), CHANGE_SECONDS, log)
    assert process.returncode == 0


def _ignores(pid: int, signum: signal.Signals) -> bool:
    """Whether a process is in a state to ignore a signal (proc(5))."""
    [mask] = re.findall(r"^SigIgn:\t(\w+)$", Path(f"/proc/{pid}/status").read_text(), flags=re.MULTILINE)
    return bool(int(mask, 16) >> (signum - 1) & 1)


def test_a_crowd_on_a_machine_that_is_overloaded_is_served_through_changes_of_code(tmp_path: Path) -> None:
    with portal(tmp_path, WORKERS="2", REQUEST_LOG="false") as running:
        came: Counter[str] = Counter()
        over = threading.Event()
        crowd = [threading.Thread(target=_crowd, args=(running.port, over, came)) for _ in range(CROWD)]
        with _overload():
            for reader in crowd:
                reader.start()
            try:
                for _ in range(CHANGES):
                    _change_code(running.process.pid)
            finally:
                over.set()
                for reader in crowd:
                    reader.join()
    print(f"asked {sum(came.values())} through {CHANGES} changes: {dict(came)}")
    assert set(came) == {"200"}


def _change_code(pid: int) -> None:
    """Returns once the serving processes and the worker are new, and the old ones have ended."""
    before = descendants(pid) - {pid}
    os.kill(pid, signal.SIGUSR1)
    wait_until(lambda: not any(map(is_alive, before)), CHANGE_SECONDS)


@contextmanager
def _overload() -> Iterator[None]:
    """More busy processes than there are cores."""
    with ExitStack() as stack:
        for _ in range(2 * (os.cpu_count() or 1)):
            burning = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(burning.kill)
        yield


def _crowd(port: int, over: threading.Event, came: "Counter[str]") -> None:
    """Request again and again without a pause, each time over a connection of its own."""
    while not over.is_set():
        came[_asked(port)] += 1


def _read(port: int, end: float, came: "Counter[str]") -> None:
    """Request again and again, each time over a connection of its own, at a quarter of the pace."""
    pause = threading.Event()
    following = time.monotonic()
    while time.monotonic() < end:
        came[_asked(port)] += 1
        following += 4 / A_SECOND
        pause.wait(max(0.0, following - time.monotonic()))


def _asked(port: int) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(ASK)
            answer = b""
            while part := connection.recv(65536):
                answer += part
    except OSError as error:
        return type(error).__name__
    return answer[9:12].decode() or "nothing"
