"""A PostgreSQL of our own that may be stopped hard: it holds nobody else's rows."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.faults.disks import small_disk

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass
class Cluster:
    """Where it is, where its log is, and where it listens."""

    folder: Path
    port: int
    process: servers.Process | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/portal"

    def start(self) -> None:
        """Start it, and wait until it accepts connections."""
        options = [
            "-D",
            str(self.folder),
            "-p",
            str(self.port),
            "-k",
            str(self.folder),
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        with (self.folder.parent / "postgresql.log").open("ab") as out:
            self.process = subprocess.Popen(
                [*_as_postgres(), str(_BINARIES[-1] / "postgres"), *options],
                cwd="/tmp",
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        servers.wait_until(self.answers, 30.0)

    def stop_hard(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, no clean shutdown; it recovers from its log when it starts."""
        assert self.process
        for pid in servers.descendants(self.process.pid) - {self.process.pid}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGQUIT)
        self.process.wait(20)

    def answers(self) -> bool:
        import psycopg

        with suppress(psycopg.Error):
            self.execute("SELECT 1")
            return True
        return False

    def execute(self, statement: str) -> None:
        """One statement, in the database that always exists."""
        with self.connect("postgres") as connection:
            connection.execute(statement)

    def connect(self, database: str = "portal", *, autocommit: bool = True) -> Any:
        import psycopg

        where = {"host": "127.0.0.1", "port": self.port, "user": "postgres", "dbname": database}
        return psycopg.connect(**where, connect_timeout=2, autocommit=autocommit)


@contextmanager
def cluster(disk: int = 0) -> Iterator[Cluster]:
    """A new cluster with an empty database `portal`, on a disk of its own of so many megabytes; skips with a message
    if PostgreSQL cannot be run here."""
    if not _BINARIES or (os.geteuid() == 0 and shutil.which("runuser") is None):
        pytest.skip("there are no programs of PostgreSQL here; it was not stopped")
    # Not below pytest's own folder: another user cannot reach that.
    with tempfile.TemporaryDirectory(prefix="portal-postgresql-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with small_disk(Path(folder) / "disk", disk) if disk else nullcontext(Path(folder)) as place:
            yield from _running(place)


def _running(folder: Path) -> Iterator[Cluster]:
    data = folder / "postgresql"
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
    made = [
        *_as_postgres(),
        str(_BINARIES[-1] / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
    ]
    subprocess.run(made, check=True, cwd="/tmp", capture_output=True)
    running = Cluster(data, servers.free_port())
    running.start()
    try:
        running.execute("CREATE DATABASE portal")
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop_hard()


def _as_postgres() -> list[str]:
    """The server refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
