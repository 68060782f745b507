"""`manage.py serve`: everything that runs, in the foreground: the server and the worker, and nothing left behind."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

# What a request in flight may take before it is cut off; the longest honest one is a picture being uploaded.
GRACE_SECONDS = 15.0
_LOOK_SECONDS = 0.2


class Command(BaseCommand):
    help = "Migrates, collects static files, makes the demo edition on a loopback site, and runs server and worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS", "2")))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until INT, TERM or until one of the processes dies; then end the other, too."""
        _must_be_free(options["host"], settings.PORT)
        call_command("migrate", verbosity=0, interactive=False)
        _collect_static()
        if settings.IS_DEMO:
            call_command("demo", stdout=self.stdout)
        told = _listen()
        children: list[subprocess.Popen[bytes]] = []
        try:
            for command in (_server(options["host"], options["workers"]), _worker()):
                children.append(_start(command))
            self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C ends it)")
            self.stdout.flush()
            _wait(children, told)
        finally:
            _end(children)
        if not told:
            raise CommandError("A process died by itself; everything was stopped. Its last words are above.")


def _must_be_free(host: str, port: int) -> None:
    """A second server on one port would start silently and take half of the first one's readers."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used ({error}). Another one: make run PORT=8001") from None


def _server(host: str, workers: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asginl",
        "--host",
        host,
        "--port",
        str(settings.PORT),
        "--workers",
        str(workers),
        "--workers-kill-timeout",
        str(int(GRACE_SECONDS)),
        "--respawn-failed-workers",
        "--no-ws",
        "--log-level",
        "warning",
        "newsportal.asgi:application",
    ]


def _worker() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches us alone, and its whole family can be ended together."""
    return subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603


def _listen() -> list[int]:
    """From now on INT, TERM and HUP end nothing by themselves: they are noted in the list that is returned."""
    told: list[int] = []

    def note(signum: int, frame: FrameType | None) -> None:
        told.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, note)
    return told


def _wait(children: list[subprocess.Popen[bytes]], told: list[int]) -> None:
    """Until somebody tells us to stop, or a child dies."""
    while not told and all(child.poll() is None for child in children):
        time.sleep(_LOOK_SECONDS)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
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


def _collect_static() -> None:
    """Hash and compress the static files, unless those that are there were made from the same ones."""
    digest = _static_digest()
    stamp = Path(settings.STATIC_ROOT) / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest)


def _static_digest() -> str:
    # How they are stored decides what comes out as much as what goes in.
    found = hashlib.sha256(
        repr(settings.STORAGES).encode() + (settings.BASE_DIR / "newsportal/storage.py").read_bytes()
    )
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()
