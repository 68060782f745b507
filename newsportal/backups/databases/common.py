"""What a backup wants of a database, whichever it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from newsportal.backups.archive import Sink, Source

# Asks the database as it is in the backup.
Ask = Callable[[str], list[tuple[Any, ...]]]
# So much is read, written and compressed at a time.
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Dump:
    """A database as it is at one moment, to be asked and to be read from front to back."""

    ask: Ask
    content: Source


class Database(Protocol):
    """One of the two."""

    engine: str
    member: str

    @property
    def version(self) -> str:
        """Which version serves."""

    def dumping(self) -> AbstractContextManager[Dump]:
        """All of it as it is at one moment, while others read and write.

        Raises BackupError where it cannot be read. What was read counts for nothing before the block has ended.
        """

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        """Whether there is such a column."""

    def must_be_idle(self) -> None:
        """Raise BackupError where anybody uses it."""

    def unpacking(self, out: Sink) -> AbstractContextManager[Sink]:
        """What a dump is written to so that `out` has what `restoring` wants; raises BackupError where it is none."""

    def restoring(self, dump: Path) -> AbstractContextManager[None]:
        """Inside, Django's connection sees what was dumped; what is done to it there is part of what is restored.

        Raises BackupError where it cannot be read; then all is as it was.
        """
