"""Runs the server and the worker, and ends both together; without Django, for it stays beside them all the time.

`manage.py serve` prepares everything and then becomes this: `python -m newsportal.supervising HOST PORT WORKERS`.
USR1 brings in new code: it is prepared, and then the processes are changed one after the other, so that somebody
listens all the time.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# What a request in flight may take before it is cut off; the longest honest one is a picture being uploaded.
GRACE_SECONDS = 15.0
_LOOK_SECONDS = 0.2
# Whether USR1 has come since somebody looked.
_to_renew = threading.Event()


def supervise(commands: Sequence[Sequence[str]]) -> int:
    """Run these until INT, TERM or HUP, or until one of them dies; then end the others. Returns the exit status."""
    told = _listen()
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            children.append(_start(command))
        _wait(children, told)
    finally:
        _end(children)
    if not told:
        print("A process died by itself; everything was stopped. Its last words are above.", file=sys.stderr)  # noqa: T201
    return 0 if told else 1


def server(host: str, port: str, workers: str) -> list[str]:
    """The command that serves."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asginl",
        "--host",
        host,
        "--port",
        port,
        "--workers",
        workers,
        "--workers-kill-timeout",
        str(int(GRACE_SECONDS)),
        "--respawn-failed-workers",
        "--no-ws",
        "--log-level",
        "warning",
        "newsportal.asgi:application",
    ]


def preparation() -> list[str]:
    """The command that prepares new code while the old one serves."""
    return [sys.executable, str(ROOT / "manage.py"), "serve", "--prepare"]


def worker() -> list[str]:
    """The command that does what nobody waits for."""
    return [sys.executable, str(ROOT / "manage.py"), "worker"]


def _listen() -> list[int]:
    """From now on INT, TERM and HUP end nothing by themselves: they are noted in the list that is returned."""
    told: list[int] = []

    def note(signum: int, frame: FrameType | None) -> None:
        told.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, note)
    signal.signal(signal.SIGUSR1, lambda *_: _to_renew.set())
    return told


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches us alone, and its whole family can be ended together."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603


def _wait(children: list[subprocess.Popen[bytes]], told: Sequence[int]) -> None:
    """Until somebody tells us to stop, or a child dies."""
    while not told and all(child.poll() is None for child in children):
        if _to_renew.is_set():
            _to_renew.clear()
            _renew(children)
        time.sleep(_LOOK_SECONDS)


def _renew(children: list[subprocess.Popen[bytes]]) -> None:
    """Change the processes for such of the code that lies there now; where that cannot be prepared, go on with the old.

    The server begins its processes anew by itself, one after the other (HUP); the worker ends what it is sending first.
    """
    if subprocess.run(preparation(), cwd=ROOT, check=False).returncode:  # noqa: S603
        print("The new code could not be prepared; the old goes on. Why is above.", file=sys.stderr)  # noqa: T201
        return
    serving, working = children
    serving.send_signal(signal.SIGHUP)
    _end([working])
    children[1] = _start(worker())


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        _signal_family(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        _signal_family(child, signal.SIGKILL)
        child.wait()


def _signal_family(child: subprocess.Popen[bytes], signum: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signum)


if __name__ == "__main__":
    sys.exit(supervise([server(*sys.argv[1:4]), worker()]))
