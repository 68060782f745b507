"""What the workers of one machine have in hand, so that a killed worker's rows need not wait until their leases end,
which are meant for machines that have disappeared.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A row, by its model ("comments.notice") and its number.
Key = tuple[str, int]

# Workers of one machine that can note what they have in hand; rows of further ones wait for their leases.
_PLACES = 64


class InHand:
    """A worker takes a place (a file that it keeps locked as long as it lives) and notes there what it is working on.

    Until it has one, and if nothing can be written to the disk, nothing is noted, and leases have to run out.
    """

    def __init__(self) -> None:
        self._file = -1
        self._left: list[Key] = []
        self._rows: list[Key] = []
        self._lock = threading.Lock()

    def begin(self, folder: Path) -> list[Key]:
        """Take the first free place; returns what the dead worker that held it before had in hand.

        A second call returns the same.
        """
        if self._file < 0:
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                self._file = _first_free(folder)
                self._left = _read(self._file)
        return self._left

    @contextmanager
    def holding(self, row: Key) -> Iterator[None]:
        """Note that a row is in hand, for the length of the block."""
        self._write(row, is_held=True)
        try:
            yield
        finally:
            self._write(row, is_held=False)

    def _write(self, row: Key, *, is_held: bool) -> None:
        if self._file < 0:
            return
        with self._lock, suppress(OSError):
            (self._rows.append if is_held else self._rows.remove)(row)
            written = json.dumps(self._rows).encode()
            os.pwrite(self._file, written, 0)
            os.ftruncate(self._file, len(written))


def _first_free(folder: Path) -> int:
    """The file of the first free place, locked; raises OSError if there is none."""
    for number in range(_PLACES):
        file = os.open(folder / f"{number}.json", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
        else:
            return file
    raise FileNotFoundError("every place is taken")


def _read(file: int) -> list[Key]:
    """What is noted there; empty if it is incomplete."""
    try:
        return [(str(label), int(pk)) for label, pk in json.loads(os.pread(file, 1024 * 1024, 0) or b"[]")]
    except (ValueError, TypeError):
        return []
