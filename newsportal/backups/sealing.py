"""Sealed backups: the age format (https://age-encryption.org/v1), using pyrage; the plain `age` tool opens them, too.

A key is `AGE-SECRET-KEY-1…`, which seals and opens, or its public half `age1…`, which only seals: a server that has
only the latter cannot read its own backups.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import pyrage
from pyrage import x25519

from newsportal.backups.archive import Sink, Source
from newsportal.backups.problems import BackupError

_MAGIC = b"age-encryption.org/v1"
_PIECE = 1024 * 1024
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  (how such a key begins)


@dataclass(frozen=True)
class Key:
    """Who can open a backup, and, if known here, with what."""

    recipient: Any
    identity: Any = None

    @property
    def public(self) -> str:
        return str(self.recipient)


def new_key() -> tuple[str, str]:
    """A new secret key, and its public half."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def key_of(text: str) -> Key | None:
    """The key in a text; None for an empty one. Raises BackupError for anything else."""
    text = text.strip()
    if not text:
        return None
    try:
        if text.startswith(_SECRET):
            identity = x25519.Identity.from_str(text)
            return Key(identity.to_public(), identity)
        return Key(x25519.Recipient.from_str(text))
    except (pyrage.IdentityError, pyrage.RecipientError):
        raise BackupError(
            "BACKUP_KEY is no age key: it begins with age1 or with AGE-SECRET-KEY-1."
            " manage.py backup --make-key makes a good one."
        ) from None


def is_sealed(file: IO[bytes]) -> bool:
    """Whether a newly opened file is sealed."""
    head = file.read(len(_MAGIC))
    file.seek(0)
    return head == _MAGIC


@contextmanager
def sealed(out: Sink, key: Key | None) -> Iterator[Sink]:
    """A file whose content goes into `out`, sealed if there is a key. Errors of `out` are raised."""
    if key is None:
        yield out
        return
    reading, writing = os.pipe()
    sink = _Sink(out)
    work = _Work(lambda: _seal(reading, sink, key))
    try:
        with os.fdopen(writing, "wb", _PIECE) as content:
            yield cast("Sink", content)
    except BrokenPipeError:
        # The reason is given below.
        pass
    finally:
        work.join()
    if work.failure:
        raise sink.failure or BackupError(f"The backup could not be sealed: {work.failure}")


@contextmanager
def opened(file: IO[bytes], key: Key | None) -> Iterator[Source]:
    """The content of a file, opened if it is sealed. Raises BackupError without the key, or if it is damaged."""
    if not is_sealed(file):
        yield cast("Source", file)
        return
    if key is None or key.identity is None:
        raise BackupError(
            "This backup is sealed. Give its key, AGE-SECRET-KEY-1…, as BACKUP_KEY or in --identity FILE."
        )
    reading, writing = os.pipe()
    work = _Work(lambda: _open(file, writing, key))
    try:
        with os.fdopen(reading, "rb", _PIECE) as content:
            yield cast("Source", content)
    except BackupError:
        work.join()
        if isinstance(work.failure, pyrage.DecryptError):
            raise BackupError(f"This key does not open the backup: {work.failure}.") from None
        if work.failure and not isinstance(work.failure, BrokenPipeError):
            raise BackupError(f"This backup is damaged or cut off: {work.failure}.") from None
        raise
    finally:
        # If nothing more is read, let the thread end.
        work.join()


# --- How ------------------------------------------------------------------------------------------------------------


class _Work:
    """A thread at one end of a pipe, and the error that ended it."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.failure: Exception | None = None
        self._act = act
        self._thread = threading.Thread(target=self._run, name="seal")
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self._act()
        except Exception as error:  # raised by whoever waits for the thread
            self.failure = error


class _Sink:
    """A file that keeps the system's error when a write fails: the library in between passes it on only as words."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self.failure: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._out.write(content)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """Nothing is buffered here."""


def _seal(reading: int, sink: _Sink, key: Key) -> None:
    with os.fdopen(reading, "rb", _PIECE) as source:
        pyrage.encrypt_io(source, sink, [key.recipient])


def _open(file: IO[bytes], writing: int, key: Key) -> None:
    with os.fdopen(writing, "wb", _PIECE) as sink:
        pyrage.decrypt_io(file, sink, [key.identity])
