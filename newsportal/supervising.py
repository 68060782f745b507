"""Runs the server and the worker, starts again which of them dies, and ends both together; without Django, for it stays
beside them all the time.

`manage.py serve` prepares everything and then becomes this: `python -m newsportal.supervising HOST PORT WORKERS`.
USR1 brings in new code: it is prepared, and then the processes are changed one after the other, so that somebody
listens all the time.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# What a request in flight may take before it is cut off; the longest honest one is a picture being uploaded.
GRACE_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1
# Proxies and browsers send at most 8 to 16 kB of cookies and headers; hyper's own 408 kB are for nobody here.
_BUFFER_BYTES = 64 * 1024
# Who ends within so many seconds of its start may not be able to start at all; so many times in a row, and it is not:
# then somebody has to look, or systemd to try. Whoever was killed (for memory, by hand) says nothing of that; and
# granian, which gives up where it loses two processes within 5.5 s, lives longer.
_YOUNG_SECONDS = 5.0
_YOUNG_DEATHS = 5
# Whether USR1 has come since somebody looked.
_to_renew = threading.Event()


@dataclass
class _Child:
    """One of those that run, and how often in a row it died young."""

    command: Sequence[str]
    process: subprocess.Popen[bytes]
    since: float
    young_deaths: int = 0


def supervise(commands: Sequence[Sequence[str]]) -> int:
    """Run these until INT, TERM or HUP, each started again when it dies; then end them all. Returns the exit status: 1
    where one of them cannot stay alive.
    """
    told = _listen()
    children: list[_Child] = []
    try:
        for command in commands:
            children.append(_Child(command, _start(command), time.monotonic()))
        _look_after(children, told)
    finally:
        _end([child.process for child in children])
    if not told:
        _say("A process dies whenever it is started; everything was stopped. Its last words are above.")
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
        # What a connection may take of memory, and so the largest head of a request: a larger one is answered 431.
        "--http1-buffer-size",
        str(_BUFFER_BYTES),
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
    """A child in a session of its own: Ctrl-C reaches us alone, and its whole family can be ended together. When we are
    killed it ends as well, for nobody else would end it, and the next start finds its port taken.
    """
    # Safe before the child becomes another program: nothing here has threads.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=end_with_parent)  # noqa: S603, PLW1509


def _look_after(children: Sequence[_Child], told: Sequence[int]) -> None:
    """Until somebody tells us to stop, or a child cannot stay alive."""
    while not told:
        for child in children:
            if child.process.poll() is not None and not _revive(child):
                return
        if _to_renew.is_set():
            _to_renew.clear()
            _renew(children)
        time.sleep(_LOOK_SECONDS)


def _revive(child: _Child) -> bool:
    """Start a child again; False where that was tried in vain."""
    is_young = time.monotonic() - child.since < _YOUNG_SECONDS
    was_killed = child.process.returncode == -signal.SIGKILL
    child.young_deaths = child.young_deaths + 1 if is_young and not was_killed else 0
    if child.young_deaths >= _YOUNG_DEATHS:
        return False
    _say(f"{' '.join(child.command[1:4])} died ({child.process.returncode}), and is started again.")
    # What it leaves behind would go on serving, in a state that nobody knows, beside what comes now.
    _signal_family(child.process, signal.SIGKILL)
    child.process, child.since = _start(child.command), time.monotonic()
    return True


def _renew(children: Sequence[_Child]) -> None:
    """Change the processes for such of the code that lies there now; where that cannot be prepared, go on with the old.

    The server begins its processes anew by itself, one after the other (HUP); the worker ends what it is sending first.
    """
    if subprocess.run(preparation(), cwd=ROOT, check=False).returncode:  # noqa: S603
        _say("The new code could not be prepared; the old goes on. Why is above.")
        return
    serving, working = children
    serving.process.send_signal(signal.SIGHUP)
    _end([working.process])
    working.process, working.since = _start(working.command), time.monotonic()


def _say(words: str) -> None:
    # The log may lie on a disk that is full.
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)  # noqa: T201


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


def end_with_parent() -> None:
    """From now on this process is told to end when the one that started it does (Linux alone has that: prctl(2))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(supervise([server(*sys.argv[1:4]), worker()]))
