"""systemd holds the socket while no process serves; here a test stands in for systemd, and does what it documents."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newsportal.listening import kept_or_new, listening
from tests import servers

_SECONDS = 20.0
# Answers one and ends; if its first word is "dies" it ends before.
_PROGRAM = """
import sys
from newsportal.listening import kept_or_new
listener = kept_or_new("127.0.0.1", int(sys.argv[2]))
if sys.argv[1] != "dies":
    listener.accept()[0].sendall(b"heard")
"""
# As systemd starts a program to which it passes a socket, under this number.
_HANDED_ON = 3
_HANDING_ON = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify@1"))
        told.settimeout(_SECONDS)
        yield told


def started(systemd: socket.socket, *words: str, kept: socket.socket | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _PROGRAM, *words]
    environment = {**os.environ, "NOTIFY_SOCKET": systemd.getsockname()}
    if kept is None:
        return subprocess.Popen(command, cwd=servers.ROOT, env=environment)
    number = kept.fileno()
    return subprocess.Popen(
        ["sh", "-c", _HANDING_ON, "sh", *command],
        cwd=servers.ROOT,
        env=environment,
        pass_fds=[_HANDED_ON],
        preexec_fn=lambda: os.dup2(number, _HANDED_ON),  # noqa: PLW1509
    )


def received(systemd: socket.socket) -> tuple[bytes, list[socket.socket]]:
    words, numbers, _flags, _address = socket.recv_fds(systemd, 1024, 4)
    return words, [socket.socket(fileno=number) for number in numbers]


def test_who_comes_while_nobody_is_there_is_heard_by_the_next(systemd: socket.socket) -> None:
    port = servers.free_port()
    with started(systemd, "dies", str(port)) as first:
        words, [kept] = received(systemd)
    with (
        closing(kept),
        socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as reader,
        started(systemd, "lives", str(port), kept=kept) as second,
    ):
        assert reader.recv(5) == b"heard"
    assert (words, first.returncode, second.returncode) == (b"FDSTORE=1\nFDNAME=portal", 0, 0)
    # It is already held.
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(1)


def test_a_socket_of_another_address_is_let_go_and_the_new_one_held(systemd: socket.socket) -> None:
    """On the same port: systemd keeps the old socket until it has read that it should let go of it."""
    port = servers.free_port()
    with closing(listening("", port)) as old, started(systemd, "dies", str(port), kept=old) as process:
        told = [received(systemd), received(systemd)]
    names = [(words, [one.getsockname() for one in sockets]) for words, sockets in told]
    for _words, sockets in told:
        for one in sockets:
            one.close()
    assert names == [
        (b"FDSTOREREMOVE=1\nFDNAME=portal", []),
        (b"FDSTORE=1\nFDNAME=portal", [("127.0.0.1", port)]),
    ]
    assert process.returncode == 0


def test_a_socket_that_was_handed_to_somebody_else_is_none_of_ours(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    with started(systemd, "dies", str(servers.free_port())) as process:
        words, [kept] = received(systemd)
    kept.close()
    assert (words, process.returncode) == (b"FDSTORE=1\nFDNAME=portal", 0)


def test_systemd_may_be_told_under_a_name_that_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"portal-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}")
        with closing(kept_or_new("127.0.0.1", 0)):
            words, [kept] = received(systemd)
    kept.close()
    assert words == b"FDSTORE=1\nFDNAME=portal"
