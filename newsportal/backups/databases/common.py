"""What a backup needs from a database of any kind."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from newsportal.backups.archive import Sink, Source

# Runs a query against the database as it is in the backup.
Ask = Callable[[str], list[tuple[Any, ...]]]
# How much is read, written and compressed at a time.
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Dump:
    """A database as it is at one moment, to be queried and to be read from front to back."""

    ask: Ask
    content: Source


class Database(Protocol):
    """One of the two kinds of database."""

    engine: str
    member: str

    @property
    def version(self) -> str:
        """The version of the database server or library."""

    def dumping(self) -> AbstractContextManager[Dump]:
        """All of it as it is at one moment, while others read and write.

        Raises BackupError if it cannot be read. What was read may not be relied on before the block has ended.
        """

    def has_column(self, ask: Ask, table: str, column: str) -> bool:
        """Whether there is such a column."""

    def must_be_idle(self) -> None:
        """Raise BackupError if anybody is using it."""

    def unpacking(self, out: Sink) -> AbstractContextManager[Sink]:
        """Write a dump to this so that `out` gets what `restoring` needs; raises BackupError if it is not a dump."""

    def restoring(self, dump: Path) -> AbstractContextManager[None]:
        """Inside the block Django's connection sees what was dumped; what is changed there is part of the restore.

        Raises BackupError if it cannot be read; then everything is as it was.
        """
