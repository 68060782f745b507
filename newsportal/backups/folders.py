"""Where a backup or a restore works: in its own folder in `var/`, so that only one runs at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from newsportal.backups.problems import BackupError, in_words
from newsportal.disk import sync_folder

_UNFINISHED = "restore-unfinished"


@contextmanager
def working(name: str, doing: str) -> Iterator[Path]:
    """A new, empty folder `var/NAME`, deleted afterwards; what a killed run left is deleted first.

    Raises BackupError if another one is running, if the portal could not read the files that would be made, and for
    whatever the system refuses inside (a full disk).
    """
    _must_be_ours()
    folder = settings.VAR_DIR / name
    lock = os.open(settings.VAR_DIR / f"{name}.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another one is at work in {folder}; wait until it has ended.") from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise in_words(error, doing) from None
    finally:
        os.close(lock)


def note_unfinished(*, is_so: bool) -> None:
    """Note whether the database is still incomplete."""
    note = settings.VAR_DIR / _UNFINISHED
    if is_so:
        note.touch()
        sync_folder(note.parent)
    else:
        note.unlink(missing_ok=True)


def is_unfinished() -> bool:
    """Whether a restore changed the database and did not finish: nobody may see it like that."""
    return (settings.VAR_DIR / _UNFINISHED).exists()


def _must_be_ours() -> None:
    owner = settings.VAR_DIR.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise BackupError(
            f"{settings.VAR_DIR} belongs to another account, the portal's, which could not read what root makes there."
            f" Run this as that account: sudo -u '#{owner}' …"
        )
