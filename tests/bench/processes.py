"""Child processes: started in sessions of their own, inspected in /proc, and ended with all their descendants."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
# A first start makes the demo edition with its pictures.
START_SECONDS = 180.0
# Nothing here needs to end cleanly: the folder is removed with it.
STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.01
# Variables that may be set around us and must not influence the measurement.
_NOT_HANDED_ON = {
    "ALLOWED_HOSTS",
    "CACHE_URL",
    "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "HOST",
    "PAGE_STORE",
    "PORT",
    "PYTHONWARNINGS",
    "SECRET_KEY",
    "SITE_URL",
    "TRUSTED_PROXIES",
    "VAR_DIR",
    "WORKERS",
}


class BenchError(Exception):
    """A measurement did not run; the words say what happened."""


def environment(**values: str) -> dict[str, str]:
    """Our environment, without what would change the portal's defaults, and with `values`."""
    return {**{name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}, **values}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], *, env: Mapping[str, str], log: Path, until: Callable[[], bool]
) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, once `until` says that it works; ended with all its descendants. Raises BenchError if it dies."""
    with log.open("ab") as out:
        # A session of its own: Ctrl-C reaches only us, and we end it in order.
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        _wait(process, until, log)
        yield process
    finally:
        _end(process)


def run(command: Sequence[str], *, env: Mapping[str, str]) -> str:
    """Run to the end; returns what was printed. Raises BenchError with the last words of a failure."""
    done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise BenchError(f"{' '.join(command[1:])}: {words.rpartition(chr(10))[2]}\n{words[-3000:]}")
    return done.stdout.decode()


def memory_mb(pid: int) -> float:
    """Memory of a process and all its descendants, in MB (10⁶ bytes). Shared memory is counted once (PSS)."""
    return sum(_pss_kb(one) for one in family(pid)) * 1024 / 1e6


def family(pid: int) -> set[int]:
    """A process and all its descendants."""
    children = _children()
    found: set[int] = set()
    waiting = {pid}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= children.get(one, set()) - found
    return found


# --- How ------------------------------------------------------------------------------------------------------------


def _wait(process: "subprocess.Popen[bytes]", until: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not until():
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(_LOOK_SECONDS)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it as Ctrl-C does; kill whatever descendants are left after that."""
    members = {pid: _started(pid) for pid in family(process.pid)}
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    # Parents first, so that none of them replaces a killed child.
    for pid, started in sorted(members.items()):
        # The kernel may have given the number to another process: the start time tells them apart.
        if started and _started(pid) == started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


def _children() -> dict[int, set[int]]:
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(stat)
        if fields:
            children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    return children


def _started(pid: int) -> str:
    """When a process was started, in ticks of the kernel; empty for one that has ended."""
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return fields[19] if fields and fields[0] != "Z" else ""


def _fields(stat: Path) -> list[str]:
    """The fields of /proc/*/stat from the state on: names may contain spaces and brackets."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
