"""What a database does for the search: it keeps words, and finds the rows that have them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any, Protocol

from django.db.models.expressions import RawSQL

from articles.search.query import Query


@dataclass(frozen=True)
class Document:
    """The words of one row, by where they stand: the headline; summary and key points; quotes and speakers; the rest.

    A field holds no more words than a database can keep positions of (`INDEXED_WORDS`).
    """

    headline: list[str]
    lead: list[str]
    said: list[str]
    body: list[str]


@dataclass(frozen=True)
class Seen:
    """The rows that may be found: a statement that selects their keys (`id`) and the columns that order them by age.

    It reads one table, whose index `covering` has all columns that it needs.
    """

    sql: str
    params: tuple[Any, ...]
    newest: tuple[str, ...]
    table: str
    covering: str

    @property
    def order(self) -> str:
        """The newest first, as SQL."""
        return ", ".join(f"{column} DESC" for column in self.newest)


@dataclass(frozen=True)
class Page:
    """A page of results: `most` rows from `first` on, of a list of the newest `ranked` matches."""

    first: int
    most: int
    ranked: int


# How many points a word brings, by where it stands. In the body it is found but brings none.
POINTS = {"headline": 8, "lead": 4, "said": 2}
FIELDS = tuple(field.name for field in fields(Document))


class Engine(Protocol):
    """Keeps words; there is one for each database. `table` holds them, under the key of the row they belong to."""

    def write(self, table: str, documents: Iterable[tuple[int, Document]]) -> None:
        """Keep these words of these rows, replacing any earlier ones."""

    def forget(self, table: str, keys: Iterable[int]) -> None:
        """Delete the words of these rows."""

    def empty(self, table: str) -> None:
        """Delete all words."""

    def matching(self, table: str, query: Query, *, most: int) -> RawSQL:
        """The keys of the rows that have all terms; only the `most` highest."""

    def points(self, table: str, query: Query, *, key: str) -> RawSQL:
        """The points of the row with this key (a column): for each term the `POINTS` of where it stands, added up."""

    def best(self, table: str, query: Query, seen: Seen, page: Page) -> tuple[list[int], int]:
        """The keys of one page of the rows that match and are in `seen`, and how many there are in all.

        Rows with the most points come first, among equals the newest. No keys and 0 beyond the last page.
        """

    def reading(self) -> AbstractContextManager[object]:
        """A context for statements that search for words, which makes the database use their index."""
