"""What was erased for good, noted outside the database, so that an earlier backup cannot bring it back.

A folder (`ERASURES_DIR`) has a key of its own, which never changes, and a file that only grows: a line for each comment
and each address, as a keyed hash and the time. The line is on the disk before anybody is told that something is erased.
Restoring a backup needs both (`manage.py restore`), so they are copied to another place than the backups.

Without the key a line says nothing; with it, it tells whether a given address was erased, and when (GDPR, Article 17,
which applies to copies, too).
"""

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from newsportal.disk import sync_folder

_KEY = "key"
_NOTED = "erased"
_KEY_BYTES = 32
_HEAD = "erasures noted with the key "
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\S+) ([0-9a-f]{64})")


class Kind(StrEnum):
    """What an identity belongs to."""

    COMMENT = "comment"
    ADDRESS = "address"


class NotNoted(Exception):
    """The erasure could not be noted, so nothing may be erased yet; the words are for operators."""


class Missing(Exception):
    """There is no record, or its key is lost; the words say which, and where it was looked for."""


@dataclass(frozen=True)
class Record:
    """What is noted in one folder. `broken` lines were cut off by a crash, before anybody was told of the erasure."""

    key: bytes
    times: Mapping[str, datetime]
    broken: int = 0

    @property
    def fingerprint(self) -> str:
        """Which key it is; the key cannot be told from it."""
        return _fingerprint(self.key)

    def erased_at(self, kind: Kind, identity: str) -> datetime | None:
        """When this was last erased; None if it never was."""
        return self.times.get(_digest(self.key, kind, identity))


def note(kind: Kind, identities: Iterable[str]) -> None:
    """Note that these are erased. It is on the disk when this returns; raises NotNoted if it may not be."""
    now = timezone.now().isoformat()
    try:
        with _opened(settings.ERASURES_DIR) as (key, file):
            _append(file, [f"{now} {_digest(key, kind, identity)}" for identity in identities])
    except (OSError, Missing) as error:
        raise NotNoted(f"The erasure could not be noted in {settings.ERASURES_DIR}: {error}") from error


def prepared() -> Record:
    """The portal's own record, made now if there is none, so that there is one to be copied, and to be asked for.

    Raises Missing if the key is lost, and OSError if nothing can be written.
    """
    with _opened(settings.ERASURES_DIR):
        pass
    return read(settings.ERASURES_DIR)


def read(folder: Path) -> Record:
    """The record in a folder; raises Missing if there is none, or if its key is lost or another one."""
    path = folder / _NOTED
    try:
        head, *lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except (OSError, ValueError):
        raise Missing(f"{path} is not there, cannot be read, or is empty") from None
    key = _key_of(folder, head)
    matches = [_LINE.fullmatch(line) for line in lines if line]
    # The last time counts: somebody who came back was erased again.
    times = {match[2]: datetime.fromisoformat(match[1]) for match in matches if match}
    return Record(key, times, broken=sum(match is None for match in matches))


def is_there() -> bool:
    """Whether the portal has a record of its own."""
    return (settings.ERASURES_DIR / _NOTED).exists()


def adopt(folder: Path) -> None:
    """Go on with the record of another folder if the portal has none; raises Missing if that folder has none."""
    read(folder)
    settings.ERASURES_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The key first: without it the lines are useless.
    for name in (_KEY, _NOTED):
        with os.fdopen(
            os.open(settings.ERASURES_DIR / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write((folder / name).read_bytes())
            file.flush()
            os.fsync(file.fileno())
    sync_folder(settings.ERASURES_DIR)


# --- How ------------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[bytes, int]]:
    """The key, and the file, locked for writing; both are made if missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(folder / _NOTED, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        # Held until the file is closed.
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_size == 0:
            _append(file, [_HEAD + _fingerprint(_make_key(folder))])
            sync_folder(folder)
        yield _key_of(folder, os.pread(file, len(_HEAD) + 64, 0).decode("ascii", "replace").partition("\n")[0]), file
    finally:
        os.close(file)


def _append(file: int, lines: list[str]) -> None:
    """Append whole lines, after any line that a crash has cut off, and wait for the disk."""
    size = os.fstat(file).st_size
    cut_off = size and os.pread(file, 1, size - 1) != b"\n"
    content = ("\n" if cut_off else "") + "".join(f"{line}\n" for line in lines)
    with os.fdopen(os.dup(file), "ab") as whole:
        whole.write(content.encode("ascii"))
    os.fsync(file)


def _make_key(folder: Path) -> bytes:
    """A key, complete and on the disk; one that is already there is kept."""
    path = folder / _KEY
    if not path.exists():
        draft = folder / f"{_KEY}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    return _read_key(path)


def _key_of(folder: Path, head: str) -> bytes:
    """The key with which a file's lines were made; the file's first line says which one that is."""
    key = _read_key(folder / _KEY)
    if head != _HEAD + _fingerprint(key):
        raise Missing(f"{folder / _KEY} is not the key with which {folder / _NOTED} was written")
    return key


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise Missing(f"{path} is not there, or cannot be read") from None
    if len(key) != _KEY_BYTES:
        raise Missing(f"{path} is cut off")
    return key


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"the name of a key of erasures " + key).hexdigest()[:16]


def _digest(key: bytes, kind: Kind, identity: str) -> str:
    return hmac.digest(key, f"{kind}:{identity}".encode(errors="surrogatepass"), "sha256").hex()
