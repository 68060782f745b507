"""The page store of one machine: a file that its processes share by memory, without a server.

The file is named by a link, `current`. Each server process begins with an empty file and moves the link to it, so
nothing is ever read that an earlier crash, a full disk or a power cut may have left behind; the others see the link
move and follow. Writes are not synced to the disk, for nobody reads them after a restart.
"""

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

import lmdb

from newsportal.pages.limits import NAMES_KEPT, STORE_BYTES, WAIT_SECONDS
from newsportal.pages.page import Page
from newsportal.pages.store import StoreError

P = ParamSpec("P")
R = TypeVar("R")
Transaction = Any

# LMDB writes a changed page of its tree beside the old one, and the names need some 5 MB. The file takes only what is
# written to it.
_MAP_FACTOR = 3
_MAP_ROOM = 16 * 1024 * 1024
# Of each reader 64 bytes, for 512 of them, and what stands before them.
_LOCK_BYTES = 36 * 1024
# A file that no link names may be one that another process is making just now; it takes some milliseconds.
_SETTLING_SECONDS = 60.0
_MOMENT, _BYTES, _SERIAL = b"moment", b"bytes", b"serial"
_COUNT = b"count:"
# Before each page stands its place in the order of ages.
_PLACE = 20


@dataclass(frozen=True, eq=False)
class _File:
    """An open file of the store and the tables in it."""

    name: str
    env: Any
    state: Any
    names: Any
    pages: Any
    ages: Any
    claims: Any


# LMDB may open a file only once in a process, whatever number of stores speaks of it.
_opened: "WeakValueDictionary[str, _File]" = WeakValueDictionary()
_opening = threading.Lock()


def _guarded(method: Callable[Concatenate["LmdbStore", P], R]) -> Callable[Concatenate["LmdbStore", P], R]:
    """Whatever LMDB or the disk complains of is a StoreError."""

    @wraps(method)
    def guarded(self: "LmdbStore", /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except (lmdb.Error, OSError, ValueError) as error:
            raise StoreError(str(error) or type(error).__name__) from error

    return guarded


class LmdbStore:
    """See `newsportal.pages.store.Store`."""

    is_instant = True

    def __init__(
        self, folder: Path, *, build: str = "", most_bytes: int = STORE_BYTES, most_names: int = NAMES_KEPT
    ) -> None:
        self._folder = folder
        self._build = build
        self._link = str(folder / "current")
        self._most_bytes = most_bytes
        self._most_names = most_names
        self._file: _File | None = None

    @_guarded
    def begin(self) -> None:
        self._begin_afresh()

    def moment(self) -> str:
        # Asked for each page that is given out: what _guarded and _current do, without the calls.
        try:
            file = self._known() or self._begin_afresh()
            with file.env.begin() as txn:
                return _moment(txn, file)
        except (lmdb.Error, OSError, ValueError) as error:
            raise StoreError(str(error) or type(error).__name__) from error

    @_guarded
    def find(self, key: str) -> Page | None:
        file = self._current()
        with file.env.begin() as txn:
            packed = txn.get(self._digest(key), db=file.pages)
            page = Page.unpack(packed[_PLACE:]) if packed else None
            if page is None or page.key != key or not _is_current(txn, file, page.versions):
                return None
            return page

    @_guarded
    def is_current(self, versions: Mapping[str, str]) -> bool:
        file = self._current()
        with file.env.begin() as txn:
            return _is_current(txn, file, versions)

    @_guarded
    def keep(self, page: Page, names: Iterable[str], since: str) -> Page | None:
        file = self._current()
        with file.env.begin(write=True) as txn:
            if txn.stat(file.names)["entries"] > self._most_names:
                _empty(txn, file)
            versions = _versions(txn, file, names, since)
            if versions is None:
                return None
            kept = page.at_versions(versions)
            self._put(txn, file, kept)
            return kept

    @_guarded
    def renew(self, names: Iterable[str]) -> None:
        file = self._known()
        if file is None:
            return
        with file.env.begin(write=True) as txn:
            epoch, _, generation = _moment(txn, file).partition(":")
            now = int(generation) + 1
            txn.put(_MOMENT, f"{epoch}:{now}".encode(), db=file.state)
            version = f"{now}:{secrets.token_hex(8)}".encode()
            for name in names:
                # A name that no page has shown yet needs no version: a rendering in progress sees the count.
                if txn.get(name.encode(), db=file.names) is not None:
                    txn.put(name.encode(), version, db=file.names)

    @_guarded
    def claim(self, key: str) -> bool:
        file = self._current()
        # The machine's monotonic clock: the same for all processes, and nobody sets it.
        now = time.monotonic()
        with file.env.begin(write=True) as txn:
            if now < float(txn.get(self._digest(key), b"0", db=file.claims)):
                return False
            return bool(txn.put(self._digest(key), str(now + WAIT_SECONDS).encode(), db=file.claims))

    @_guarded
    def release(self, key: str) -> None:
        file = self._current()
        with file.env.begin(write=True) as txn:
            txn.delete(self._digest(key), db=file.claims)

    @_guarded
    def forget_everything(self) -> None:
        file = self._known()
        if file is None:
            return
        with file.env.begin(write=True) as txn:
            _empty(txn, file)

    @_guarded
    def contents(self) -> list[Page]:
        file = self._known()
        if file is None:
            return []
        with file.env.begin() as txn:
            pages = [Page.unpack(packed[_PLACE:]) for _key, packed in txn.cursor(db=file.pages)]
            return [page for page in pages if page and _is_current(txn, file, page.versions)]

    @_guarded
    def count(self, steps: Mapping[str, int]) -> None:
        file = self._current()
        with file.env.begin(write=True) as txn:
            for name, step in steps.items():
                _add(txn, file, _COUNT + name.encode(), step)
        # Readers that were killed would keep old pages of the tree from being used again.
        file.env.reader_check()

    @_guarded
    def counts(self) -> dict[str, int]:
        file = self._known()
        if file is None:
            return {"pages": 0, "bytes": 0}
        with file.env.begin() as txn:
            counts = {
                key[len(_COUNT) :].decode(): int(value)
                for key, value in txn.cursor(db=file.state)
                if key.startswith(_COUNT)
            }
            stored = int(txn.get(_BYTES, b"0", db=file.state))
            return {**counts, "pages": txn.stat(file.pages)["entries"], "bytes": stored}

    # --- Which file -----------------------------------------------------------------------------------------------

    def _current(self) -> _File:
        """The file that the link names now; made where there is none."""
        file = self._known()
        return file if file is not None else self._begin_afresh()

    def _known(self) -> _File | None:
        """The file that the link names now; None where there is no link, and so no server that keeps pages."""
        try:
            name = os.readlink(self._link)
        except FileNotFoundError:
            return None
        if self._file is None or self._file.name != name:
            # Opening would make a second file of the same name, and others may still have the lost one open.
            path = f"{self._folder}/{name}"
            self._file = self._open(path) if os.path.exists(path) else self._begin_afresh()
        return self._file

    def _begin_afresh(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{secrets.token_hex(8)}.lmdb"
        path = self._folder / name
        try:
            _reserve_locks(str(path))
            file = self._open(str(path))
            with file.env.begin(write=True) as txn:
                _empty(txn, file)
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
        """Take away the files before this one; whoever has one open reads on until it sees the link."""
        for old in self._folder.glob("*.lmdb*"):
            with suppress(OSError):
                age = time.time() - old.stat().st_mtime
                if not old.name.startswith(name) and not -_SETTLING_SECONDS < age < _SETTLING_SECONDS:
                    old.unlink()

    def _open(self, path: str) -> _File:
        with _opening:
            file = _opened.get(path)
            if file is None:
                file = _opened[path] = _open(path, self._most_bytes * _MAP_FACTOR + _MAP_ROOM)
            return file

    def _digest(self, key: str) -> bytes:
        text = f"{self._build} {key}".encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=16).hexdigest().encode()

    # --- What is in it --------------------------------------------------------------------------------------------

    def _put(self, txn: Transaction, file: _File, page: Page) -> None:
        digest = self._digest(page.key)
        packed = page.pack()
        _forget(txn, file, digest)
        place = b"%0*d" % (_PLACE, _add(txn, file, _SERIAL, 1))
        txn.put(digest, place + packed, db=file.pages)
        txn.put(place, digest, db=file.ages)
        taken = _add(txn, file, _BYTES, len(packed))
        oldest = txn.cursor(db=file.ages)
        # What is asked for is rendered anew each minute, and so is young.
        while taken > self._most_bytes and oldest.first():
            taken -= _forget(txn, file, oldest.value())


def _reserve_locks(path: str) -> None:
    """Write out LMDB's file of readers, which it would only map: a full disk says so to who writes, and kills who maps
    (SIGBUS). Raises OSError.
    """
    descriptor = os.open(f"{path}-lock", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as locks:
        locks.write(bytes(_LOCK_BYTES))


def _open(path: str, map_size: int) -> _File:
    opened = lmdb.open(
        path, subdir=False, map_size=map_size, max_dbs=5, max_readers=512, sync=False, metasync=False, mode=0o600
    )
    tables = (opened.open_db(name) for name in (b"state", b"names", b"pages", b"ages", b"claims"))
    return _File(os.path.basename(path), opened, *tables)


def _moment(txn: Transaction, file: _File) -> str:
    moment = txn.get(_MOMENT, db=file.state)
    if moment is None:
        raise ValueError("the file was not made by a page store")
    return str(moment, "ascii")


def _is_current(txn: Transaction, file: _File, versions: Mapping[str, str]) -> bool:
    return all(txn.get(name.encode(), db=file.names) == version.encode() for name, version in versions.items())


def _versions(txn: Transaction, file: _File, names: Iterable[str], since: str) -> dict[str, str] | None:
    """The versions of names that have not changed since a moment; None if one has, or may have.

    A name without a version gets one. It may have changed unseen, unless nothing at all has changed since.
    """
    moment = _moment(txn, file)
    epoch, _, now = moment.partition(":")
    if not since.startswith(f"{epoch}:"):
        return None
    then = int(since.partition(":")[2])
    versions: dict[str, str] = {}
    is_known = True
    for name in names:
        version = txn.get(name.encode(), db=file.names)
        if version is None:
            is_known = is_known and moment == since
            version = f"{now}:{secrets.token_hex(8)}".encode()
            txn.put(name.encode(), version, db=file.names)
        elif int(version.partition(b":")[0]) > then:
            is_known = False
        versions[name] = version.decode()
    return versions if is_known else None


def _forget(txn: Transaction, file: _File, digest: bytes) -> int:
    """Take a page away; returns the bytes that it took."""
    stored = txn.pop(digest, db=file.pages)
    if stored is None:
        return 0
    txn.delete(stored[:_PLACE], db=file.ages)
    size = len(stored) - _PLACE
    _add(txn, file, _BYTES, -size)
    return size


def _add(txn: Transaction, file: _File, key: bytes, step: int) -> int:
    value = int(txn.get(key, b"0", db=file.state)) + step
    txn.put(key, str(value).encode(), db=file.state)
    return value


def _empty(txn: Transaction, file: _File) -> None:
    """No page, no name, and an epoch of its own, so that no rendering in progress is kept."""
    for table in (file.names, file.pages, file.ages, file.claims):
        txn.drop(table, delete=False)
    txn.put(_MOMENT, f"{secrets.token_hex(8)}:0".encode(), db=file.state)
    txn.put(_BYTES, b"0", db=file.state)
