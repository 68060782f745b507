"""The pictures of a backup: everything in the storage that the settings choose."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import Storage, default_storage

from newsportal.backups.archive import Source, copy
from newsportal.backups.problems import BackupError

PREFIX = "media/"


def names() -> list[str]:
    """All files in the storage, in order."""
    return sorted(_below(default_storage, ""))


@contextmanager
def reading(name: str) -> Iterator[tuple[IO[bytes], int]]:
    """A file and its size; raises FileNotFoundError if it is gone."""
    with default_storage.open(name) as file:
        yield cast("IO[bytes]", file), file.size


def stage(name: str, content: Source, folder: Path) -> None:
    """Keep a file from a backup in a folder until the whole backup has been read."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        copy(content, out)


def put_in_place(folder: Path) -> int:
    """Move the staged files into the storage, replacing files of the same name; returns how many.

    Names are never reused and do not say which row they belong to, so nobody sees a file before the database names it.
    """
    moved = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if is_folder():
            place = Path(default_storage.path(name))
            place.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o644)
            # It may be on another disk.
            shutil.move(path, place)
        else:
            _send(path, name)
        moved += 1
    return moved


def remove_others(kept: set[str]) -> int:
    """Delete files that the backup did not have, if the pictures are in the portal's own folder; returns how many."""
    if not is_folder():
        return 0
    others = [name for name in names() if name not in kept]
    for name in others:
        default_storage.delete(name)
    return len(others)


def is_folder() -> bool:
    """Whether the pictures are in a folder, and not in a service in which others may keep files, too."""
    try:
        default_storage.path("")
    except NotImplementedError:
        return False
    return True


# --- How ------------------------------------------------------------------------------------------------------------


def _below(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            yield f"{folder}{name}"
    for name in folders:
        yield from _below(storage, f"{folder}{name}/")


def _send(path: Path, name: str) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)
    with path.open("rb") as file:
        taken = default_storage.save(name, File(file))
    if taken != name:
        raise BackupError(f"The storage called {name} {taken} instead.")
