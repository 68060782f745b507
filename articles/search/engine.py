"""What a database does for the search: it keeps words, and says which rows have them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any, Protocol

from django.db.models.expressions import RawSQL

from articles.search.query import Query


@dataclass(frozen=True)
class Document:
    """The words of one row, by where they stand: the headline; summary and key points; quotes and speakers; the rest.

    A field holds no more words than a database can tell the places of (`INDEXED_WORDS`).
    """

    headline: list[str]
    lead: list[str]
    said: list[str]
    body: list[str]


@dataclass(frozen=True)
class Seen:
    """The rows that may be found: a statement of their keys (`id`) and of the columns that tell the newest.

    It reads one table, whose index `covering` has all that it asks for.
    """

    sql: str
    params: tuple[Any, ...]
    newest: tuple[str, ...]
    table: str
    covering: str

    @property
    def order(self) -> str:
        """The newest first, as SQL has it."""
        return ", ".join(f"{column} DESC" for column in self.newest)


@dataclass(frozen=True)
class Page:
    """Where a list is opened: so many rows from `first` on, of a list in which the newest `ranked` matches stand."""

    first: int
    most: int
    ranked: int


# How much a word is worth where it stands. In the body it is found, and that is all.
POINTS = {"headline": 8, "lead": 4, "said": 2}
FIELDS = tuple(field.name for field in fields(Document))


class Engine(Protocol):
    """Two ways to keep words, one for each database. `table` holds them, under the key of the row that they are of."""

    def write(self, table: str, documents: Iterable[tuple[int, Document]]) -> None:
        """Keep the words of these rows, and no others of the same rows."""

    def forget(self, table: str, keys: Iterable[int]) -> None:
        """Keep no word of these rows."""

    def empty(self, table: str) -> None:
        """Keep no word."""

    def matching(self, table: str, query: Query, *, most: int) -> RawSQL:
        """The keys of the rows that have all terms; the highest so many."""

    def points(self, table: str, query: Query, *, key: str) -> RawSQL:
        """What the row of this key (a column) is worth: over all terms the `POINTS` of where each stands."""

    def best(self, table: str, query: Query, seen: Seen, page: Page) -> tuple[list[int], int]:
        """The keys of a page of what is both found and seen, and how many there are in all.

        The most points come first, and of as many the newest. None and 0 beyond the last page.
        """

    def reading(self) -> AbstractContextManager[object]:
        """Around a statement that asks for words: it is then carried out by their index."""
