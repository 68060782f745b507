"""Real processes: the portal as `manage.py serve` runs it, and whatever else runs beside it. Each is ended again."""

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-password-for-the-journeys"
# A start migrates and makes the demo edition with its pictures, which takes 20 s of an otherwise idle core; ten times
# that on a busy machine.
START_SECONDS = 240.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.05
SERVE = [sys.executable, str(ROOT / "manage.py"), "serve"]

Process = subprocess.Popen[bytes]


@dataclass
class Mailbox:
    """What the SMTP server accepted, message by message."""

    messages: list[str] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content.decode())
        self.came.set()
        return "250 OK"


@dataclass
class Portal:
    """A running portal: where it is, and where its mail goes."""

    port: int
    process: Process
    log: Path
    mailbox: Mailbox = field(default_factory=Mailbox)
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def portal(folder: Path, **values: str) -> Iterator[Portal]:
    """`manage.py serve` with its files in a folder; `values` are settings, of which empty ones are left out.

    It is ended as Ctrl-C ends it, then reports success, and leaves no process behind.
    """
    environment = surroundings(folder, **values)
    log = folder / "log"
    port = int(environment["PORT"])
    # A process may listen before any process answers.
    with started(SERVE, log, until=lambda: answers(port), env=environment) as process:
        family = descendants(process.pid)
        yield Portal(port, process, log)
        family |= descendants(process.pid)
    assert process.returncode == 0, log.read_text()[-2000:]
    assert len(family) >= 3
    assert {pid for pid in family if is_alive(pid)} == set()


def surroundings(folder: Path, **values: str) -> dict[str, str]:
    """The environment of a portal with its files in a folder; `values` are settings, without the empty ones."""
    chosen = {"VAR_DIR": str(folder / "var"), "PORT": str(free_port()), "DEMO_PASSWORD": PASSWORD, **values}
    return {
        **{name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON},
        **{name: value for name, value in chosen.items() if value},
    }


@contextmanager
def started(
    command: Sequence[str], log: Path, *, until: Callable[[], bool], env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """A process, once `until` says that it works; ended by INT, or by force with all its descendants."""
    with log.open("ab") as out:
        # A session of its own, so that nothing but our signal ends it; stdin closed, as for a service.
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        wait_until(lambda: until() or process.poll() is not None, START_SECONDS, log)
        assert process.poll() is None, log.read_text()[-4000:]
        yield process
    finally:
        end(process)


def end(process: Process) -> None:
    """End it as Ctrl-C does; by force if that takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kill(pid: int) -> None:
    """Kill it at once; returns when it is dead."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid), STOP_SECONDS)


def wait_until(condition: Callable[[], bool], seconds: float, log: Path | None = None) -> float:
    """Check again and again, for at most this long; returns how long it took. Fails with a process's last words."""
    began = time.monotonic()
    pause = threading.Event()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        pause.wait(LOOK_SECONDS)
    raise AssertionError(f"not within {seconds} seconds:\n{log.read_text()[-4000:] if log else ''}")


def free_port() -> int:
    """A port on which nobody listens, and which no outgoing connection takes until our server has started: those
    begin at 32768."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int) -> bool:
    """Whether a portal answers at a port of this machine."""
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/health/live", timeout=STOP_SECONDS) as answer:
        return bool(answer.status == HTTPStatus.OK)
    return False


def descendants(pid: int) -> set[int]:
    """A process and all its descendants, read from /proc."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    found, waiting = set(), {pid}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= children.get(one, set()) - found
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """The address of a new database beside the tests' own, dropped afterwards; empty on SQLite, whose file is in the
    server's folder."""
    chosen = settings.DATABASES["default"]
    if "postgresql" not in chosen["ENGINE"]:
        yield ""
        return
    with new_database(f"{name}_{secrets.token_hex(6)}", chosen) as address:
        yield address


@contextmanager
def new_database(name: str, server: Mapping[str, Any]) -> Iterator[str]:
    """The address of a new database on a PostgreSQL server, given in Django's terms."""
    _execute(server, f'CREATE DATABASE "{name}"')
    password = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
    port = f":{server['PORT']}" if server["PORT"] else ""
    try:
        yield f"postgres://{server['USER']}{password}@{server['HOST']}{port}/{name}"
    finally:
        _execute(server, f'DROP DATABASE "{name}"')


# What the tests set for themselves and the server must find out for itself.
_NOT_HANDED_ON = {
    "ALLOWED_HOSTS",
    "CACHE_URL",
    "CDN_PURGE_HEADERS",
    "CDN_PURGE_METHOD",
    "CDN_PURGE_URL",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "HOST",
    "METRICS_FROM",
    "PAGE_STORE",
    "PYTHONWARNINGS",
    "SECRET_KEY",
    "SITE_URL",
    "TRUSTED_PROXIES",
    "VAR_DIR",
    "WORKERS",
}


def _execute(server: Mapping[str, Any], statement: str) -> None:
    import psycopg

    parts = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "password": server["PASSWORD"]}
    given = {name: value for name, value in parts.items() if value}
    with psycopg.connect(**given, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)
