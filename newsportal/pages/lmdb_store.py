"""The page store of one machine: a file that its processes share through memory, without a server.

Each server process begins with an empty file (`newsportal.pages.lmdb_files`), so nothing that an earlier crash, a full
disk or a power cut may have left behind is ever read. Writes are not synced to the disk, because nobody reads them
after a restart.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import lmdb

from newsportal.pages.limits import NAMES_KEPT, STORE_BYTES, WAIT_SECONDS
from newsportal.pages.lmdb_files import BYTES, MOMENT, File, Files, Transaction, empty
from newsportal.pages.page import Page
from newsportal.pages.store import StoreError

P = ParamSpec("P")
R = TypeVar("R")

_SERIAL = b"serial"
_COUNT = b"count:"
# Each page is preceded by its position in the order of ages.
_PLACE = 20


def _guarded(method: Callable[Concatenate["LmdbStore", P], R]) -> Callable[Concatenate["LmdbStore", P], R]:
    """Turn every error of LMDB or the disk into a StoreError."""

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
        self._files = Files(folder, most_bytes)
        self._build = build
        self._most_bytes = most_bytes
        self._most_names = most_names

    @_guarded
    def begin(self) -> None:
        self._files.begin_afresh()

    def moment(self) -> str:
        # Called for each page that is served: does what _guarded and `Files.current` do, without the calls.
        try:
            file = self._files.known() or self._files.begin_afresh()
            with file.env.begin() as txn:
                return _moment(txn, file)
        except (lmdb.Error, OSError, ValueError) as error:
            raise StoreError(str(error) or type(error).__name__) from error

    @_guarded
    def find(self, key: str) -> Page | None:
        file = self._files.current()
        with file.env.begin() as txn:
            packed = txn.get(self._digest(key), db=file.pages)
            page = Page.unpack(packed[_PLACE:]) if packed else None
            if page is None or page.key != key or not _is_current(txn, file, page.versions):
                return None
            return page

    @_guarded
    def is_current(self, versions: Mapping[str, str]) -> bool:
        file = self._files.current()
        with file.env.begin() as txn:
            return _is_current(txn, file, versions)

    @_guarded
    def keep(self, page: Page, names: Iterable[str], since: str) -> Page | None:
        file = self._files.current()
        with file.env.begin(write=True) as txn:
            if txn.stat(file.names)["entries"] > self._most_names:
                empty(txn, file)
            versions = _versions(txn, file, names, since)
            if versions is None:
                return None
            kept = page.at_versions(versions)
            self._put(txn, file, kept)
            return kept

    @_guarded
    def renew(self, names: Iterable[str]) -> None:
        file = self._files.known()
        if file is None:
            return
        with file.env.begin(write=True) as txn:
            epoch, _, generation = _moment(txn, file).partition(":")
            now = int(generation) + 1
            txn.put(MOMENT, f"{epoch}:{now}".encode(), db=file.state)
            version = f"{now}:{secrets.token_hex(8)}".encode()
            for name in names:
                # A name that no page has shown needs no version: a rendering in progress notices the count.
                if txn.get(name.encode(), db=file.names) is not None:
                    txn.put(name.encode(), version, db=file.names)

    @_guarded
    def claim(self, key: str) -> bool:
        file = self._files.current()
        # The machine's monotonic clock: it is the same for all processes, and is never set.
        now = time.monotonic()
        with file.env.begin(write=True) as txn:
            if now < float(txn.get(self._digest(key), b"0", db=file.claims)):
                return False
            return bool(txn.put(self._digest(key), str(now + WAIT_SECONDS).encode(), db=file.claims))

    @_guarded
    def release(self, key: str) -> None:
        file = self._files.current()
        with file.env.begin(write=True) as txn:
            txn.delete(self._digest(key), db=file.claims)

    @_guarded
    def forget_everything(self) -> None:
        file = self._files.known()
        if file is None:
            return
        with file.env.begin(write=True) as txn:
            empty(txn, file)

    @_guarded
    def contents(self) -> list[Page]:
        file = self._files.known()
        if file is None:
            return []
        with file.env.begin() as txn:
            pages = [Page.unpack(packed[_PLACE:]) for _key, packed in txn.cursor(db=file.pages)]
            return [page for page in pages if page and _is_current(txn, file, page.versions)]

    @_guarded
    def count(self, steps: Mapping[str, int]) -> None:
        file = self._files.current()
        with file.env.begin(write=True) as txn:
            for name, step in steps.items():
                _add(txn, file, _COUNT + name.encode(), step)
        # Readers that were killed would keep old pages of the tree from being reused.
        file.env.reader_check()

    @_guarded
    def counts(self) -> dict[str, int]:
        file = self._files.known()
        if file is None:
            return {"pages": 0, "bytes": 0}
        with file.env.begin() as txn:
            counts = {
                key[len(_COUNT) :].decode(): int(value)
                for key, value in txn.cursor(db=file.state)
                if key.startswith(_COUNT)
            }
            stored = int(txn.get(BYTES, b"0", db=file.state))
            return {**counts, "pages": txn.stat(file.pages)["entries"], "bytes": stored}

    def _digest(self, key: str) -> bytes:
        text = f"{self._build} {key}".encode("utf-8", "surrogatepass")
        return blake2b(text, digest_size=16).hexdigest().encode()

    # --- What is in it --------------------------------------------------------------------------------------------

    def _put(self, txn: Transaction, file: File, page: Page) -> None:
        digest = self._digest(page.key)
        packed = page.pack()
        _forget(txn, file, digest)
        place = b"%0*d" % (_PLACE, _add(txn, file, _SERIAL, 1))
        txn.put(digest, place + packed, db=file.pages)
        txn.put(place, digest, db=file.ages)
        taken = _add(txn, file, BYTES, len(packed))
        oldest = txn.cursor(db=file.ages)
        # Pages in demand are rendered anew each minute, and so are young.
        while taken > self._most_bytes and oldest.first():
            taken -= _forget(txn, file, oldest.value())


def _moment(txn: Transaction, file: File) -> str:
    moment = txn.get(MOMENT, db=file.state)
    if moment is None:
        raise ValueError("the file was not made by a page store")
    return str(moment, "ascii")


def _is_current(txn: Transaction, file: File, versions: Mapping[str, str]) -> bool:
    return all(txn.get(name.encode(), db=file.names) == version.encode() for name, version in versions.items())


def _versions(txn: Transaction, file: File, names: Iterable[str], since: str) -> dict[str, str] | None:
    """The versions of these names if none has changed since a moment; None if one has, or may have.

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


def _forget(txn: Transaction, file: File, digest: bytes) -> int:
    """Delete a page; returns the bytes that it took up."""
    stored = txn.pop(digest, db=file.pages)
    if stored is None:
        return 0
    txn.delete(stored[:_PLACE], db=file.ages)
    size = len(stored) - _PLACE
    _add(txn, file, BYTES, -size)
    return size


def _add(txn: Transaction, file: File, key: bytes, step: int) -> int:
    value = int(txn.get(key, b"0", db=file.state)) + step
    txn.put(key, str(value).encode(), db=file.state)
    return value
