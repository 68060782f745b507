"""`manage.py serve`: prepares the portal, then runs all of it in the foreground (`newsportal.supervising`)."""

import hashlib
import os
import signal
import socket
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsportal.backups import folders
from newsportal.listening import is_handed_on


class Command(BaseCommand):
    help = "Migrates, collects static files, makes the demo edition on a loopback site, and runs server and worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--workers", type=int, default=settings.WORKERS)
        parser.add_argument(
            "--prepare", action="store_true", help="migrate and collect static files beside a portal that runs, and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then become the process that runs server and worker."""
        if options["prepare"]:
            call_command("migrate", verbosity=0, interactive=False)
            # Pages that readers have open refer to the old files.
            _collect_static(clears=False)
            return
        # This signal asks for new code, which is just being started; the supervisor handles it as soon as it runs.
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        if not is_handed_on():
            _must_be_free(options["host"], settings.PORT)
        if folders.is_unfinished():
            raise CommandError(
                "A restore did not come to its end, and what was erased may be there: restore again first."
            )
        call_command("migrate", verbosity=0, interactive=False)
        _collect_static()
        told = StringIO()
        if settings.IS_DEMO:
            call_command("demo", stdout=told)
        told.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C ends it)")
        # A log on a full disk is no reason not to start.
        with suppress(OSError):
            self.stdout.write(told.getvalue())
            self.stdout.flush()
        arguments = (options["host"], str(settings.PORT), str(options["workers"]))
        os.chdir(settings.BASE_DIR)
        # This frees the 50 MB that only the preparation needed.
        os.execv(sys.executable, [sys.executable, "-m", "newsportal.supervising", *arguments])  # noqa: S606


def _must_be_free(host: str, port: int) -> None:
    """A second server on one port would start silently and take half of the first one's readers."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used ({error}). Another one: make run PORT=8001") from None


def _collect_static(*, clears: bool = True) -> None:
    """Hash and compress the static files, unless those already there were made from the same sources."""
    digest = _static_digest()
    stamp = Path(settings.STATIC_ROOT) / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=clears)
    stamp.write_text(digest)


def _static_digest() -> str:
    # The result depends on how they are stored as much as on the files themselves.
    found = hashlib.sha256(
        repr(settings.STORAGES).encode() + (settings.BASE_DIR / "newsportal/storage.py").read_bytes()
    )
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()
