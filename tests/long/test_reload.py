"""New code is brought in while readers read: nobody is refused, and the old processes end."""

import os
import signal
import socket
import threading
import time
from collections import Counter
from pathlib import Path

from tests.servers import descendants, is_alive, portal, wait_until

A_SECOND = 200
SECONDS = 16.0
ASK = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"


def test_two_hundred_readers_a_second_are_served_through_a_change_of_code(tmp_path: Path) -> None:
    with portal(tmp_path, WORKERS="2", REQUEST_LOG="false") as running:
        before = descendants(running.process.pid)
        came: Counter[str] = Counter()
        end = time.monotonic() + SECONDS
        readers = [threading.Thread(target=_read, args=(running.port, end, came)) for _ in range(4)]
        for reader in readers:
            reader.start()
        threading.Event().wait(2)
        os.kill(running.process.pid, signal.SIGUSR1)
        for reader in readers:
            reader.join()
        wait_until(lambda: len(descendants(running.process.pid) - before) >= 3, 30)
        # Two that serve and the worker are new, and the old ones have ended; what supervises stays.
        wait_until(lambda: sum(map(is_alive, before)) <= len(before) - 3, 30)
    print(f"asked {sum(came.values())}: {dict(came)}")
    assert sum(came.values()) > A_SECOND * SECONDS * 0.5
    assert set(came) == {"200"}


def _read(port: int, end: float, came: "Counter[str]") -> None:
    """Ask again and again, each time over a connection of its own, at a quarter of the pace."""
    pause = threading.Event()
    following = time.monotonic()
    while time.monotonic() < end:
        came[_asked(port)] += 1
        following += 4 / A_SECOND
        pause.wait(max(0.0, following - time.monotonic()))


def _asked(port: int) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(ASK)
            answer = b""
            while part := connection.recv(65536):
                answer += part
    except OSError as error:
        return type(error).__name__
    return answer[9:12].decode() or "nothing"
