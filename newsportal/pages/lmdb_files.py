"""The files of one machine's page store: which one is current, and how one is opened and created.

A link, `current`, names it. Each server process begins with an empty file and points the link to it; the others notice
and follow. Everything here raises `lmdb.Error`, OSError or ValueError.
"""

import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import lmdb

Transaction = Any

# LMDB writes a changed page of its tree beside the old one, and the names need some 5 MB. The file takes up only what
# is written to it.
_MAP_FACTOR = 3
_MAP_ROOM = 16 * 1024 * 1024
# 64 bytes for each of 512 readers, and the header before them.
_LOCK_BYTES = 36 * 1024
# A file that no link names may be one that another process is just creating, which takes some milliseconds.
_SETTLING_SECONDS = 60.0
# In the table `state`: the count of changes, and the bytes that pages take.
MOMENT, BYTES = b"moment", b"bytes"


@dataclass(frozen=True, eq=False)
class File:
    """An open file of the store and the tables in it."""

    name: str
    env: Any
    state: Any
    names: Any
    pages: Any
    ages: Any
    claims: Any


# A process may open an LMDB file only once, however many stores refer to it.
_opened: "WeakValueDictionary[str, File]" = WeakValueDictionary()
_opening = threading.Lock()


class Files:
    """The files in a folder, for a store of at most so many bytes of pages."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._link = str(folder / "current")
        self._map_size = most_bytes * _MAP_FACTOR + _MAP_ROOM
        self._file: File | None = None

    def current(self) -> File:
        """The file that the link names now; created if there is none."""
        file = self.known()
        return file if file is not None else self.begin_afresh()

    def known(self) -> File | None:
        """The file that the link names now; None if there is no link, and so no server that keeps pages."""
        try:
            name = os.readlink(self._link)
        except FileNotFoundError:
            return None
        if self._file is None or self._file.name != name:
            # Opening would create a second file of the same name while others may still have the lost one open.
            path = f"{self._folder}/{name}"
            self._file = self._open(path) if os.path.exists(path) else self.begin_afresh()
        return self._file

    def begin_afresh(self) -> File:
        """A new, empty file, to which the link points from now on; earlier ones are removed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{secrets.token_hex(8)}.lmdb"
        path = self._folder / name
        try:
            _reserve_locks(str(path))
            file = self._open(str(path))
            with file.env.begin(write=True) as txn:
                empty(txn, file)
            link = self._folder / f"{name}-link"
            link.symlink_to(name)
            link.replace(self._link)
        except (lmdb.Error, OSError):
            for made in self._folder.glob(f"{name}*"):
                made.unlink(missing_ok=True)
            raise
        self._clear_away(name)
        self._file = file
        return file

    def _clear_away(self, name: str) -> None:
        """Remove the files before this one; a process that has one open reads on until it sees the new link."""
        for old in self._folder.glob("*.lmdb*"):
            with suppress(OSError):
                age = time.time() - old.stat().st_mtime
                if not old.name.startswith(name) and not -_SETTLING_SECONDS < age < _SETTLING_SECONDS:
                    old.unlink()

    def _open(self, path: str) -> File:
        with _opening:
            file = _opened.get(path)
            if file is None:
                file = _opened[path] = _open(path, self._map_size)
            return file


def empty(txn: Transaction, file: File) -> None:
    """Delete all pages and names, and begin a new epoch, so that no rendering in progress is kept."""
    for table in (file.names, file.pages, file.ages, file.claims):
        txn.drop(table, delete=False)
    txn.put(MOMENT, f"{secrets.token_hex(8)}:0".encode(), db=file.state)
    txn.put(BYTES, b"0", db=file.state)


# --- How --------------------------------------------------------------------------------------------------------------


def _reserve_locks(path: str) -> None:
    """Write out LMDB's file of readers, which it would only map: on a full disk a write fails with an error, while a
    mapping kills the process (SIGBUS). Raises OSError.
    """
    descriptor = os.open(f"{path}-lock", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as locks:
        locks.write(bytes(_LOCK_BYTES))


def _open(path: str, map_size: int) -> File:
    opened = lmdb.open(
        path, subdir=False, map_size=map_size, max_dbs=5, max_readers=512, sync=False, metasync=False, mode=0o600
    )
    tables = (opened.open_db(name) for name in (b"state", b"names", b"pages", b"ages", b"claims"))
    return File(os.path.basename(path), opened, *tables)
