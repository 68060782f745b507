"""The words in SQLite's FTS5.

The words arrive ready, separated by spaces, and the `ascii` tokenizer splits at nothing else: SQLite does not decide
what a word is. Nor does it decide the order: `bm25` weighs a word by how many rows have it, scheduled editions among
them, so the order of live stories would reveal stories that nobody may know of.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from articles.search.engine import FIELDS, POINTS, Document, Page, Seen
from articles.search.query import Query, Term


class SQLite:
    """An `Engine`."""

    def write(self, table: str, documents: Iterable[tuple[int, Document]]) -> None:
        written = list(documents)
        rows: list[tuple[int | str, ...]] = [
            (key, *(" ".join(getattr(document, field)) for field in FIELDS)) for key, document in written
        ]
        self.forget(table, [key for key, _document in written])
        columns = ", ".join(("rowid", *FIELDS))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s)", rows)

    def forget(self, table: str, keys: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(key,) for key in keys])

    def empty(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def matching(self, table: str, query: Query, *, most: int) -> RawSQL:
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"
        return RawSQL(sql, (_all_asked(query), most))

    def points(self, table: str, query: Query, *, key: str) -> RawSQL:
        sql, asked = _points(table, query, key)
        return RawSQL(sql, asked, output_field=IntegerField())

    def best(self, table: str, query: Query, seen: Seen, page: Page) -> tuple[list[int], int]:
        search = _Search(table, query, seen, page.ranked)
        total = search.count()
        most = min(page.most, total - page.first)
        if most <= 0:
            return [], 0
        keys = search.with_points(page.first, most)
        if len(keys) < most:
            passed = 0 if keys else page.first - search.count_with_points()
            keys += search.without_points(passed, most - len(keys))
        return keys, total

    def reading(self) -> AbstractContextManager[object]:
        return nullcontext()


@dataclass(frozen=True)
class _Search:
    """A query among the rows that may be seen, in two parts.

    If a word is in a quarter of all stories, most have it in their body, which brings no points: of those only the time
    is needed, and usually not even that, because those with points come first and fill the page.
    """

    table: str
    query: Query
    seen: Seen
    ranked: int

    def count(self) -> int:
        """How many match."""
        return self._count(_all_asked(self.query))

    def count_with_points(self) -> int:
        """How many have a term where it brings points."""
        return self._count(_in_points(self.query))

    def with_points(self, first: int, most: int) -> list[int]:
        """The keys of these, those with the most points first."""
        points, asked = _points(self.table, self.query, "rowid")
        found, found_params = self._found(_in_points(self.query), f"rowid AS id, {points} AS points")
        sql = (
            # Materialized: otherwise the points are computed again to sort the rows.
            f"WITH found AS MATERIALIZED ({found}) {self._joined('found', 'seen.id')} "
            f"ORDER BY points DESC, {self.seen.order} LIMIT %s OFFSET %s"
        )
        return self._keys(sql, [*asked, *found_params, *self.seen.params, most, first])

    def without_points(self, first: int, most: int) -> list[int]:
        """The keys of all others, the newest first."""
        found, params = self._found(_all_asked(self.query), "rowid AS id")
        pointed = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s"
        sql = (
            f"{self._joined(f'({found}) AS found', 'seen.id')} AND found.id NOT IN ({pointed}) "
            f"ORDER BY {self.seen.order} LIMIT %s OFFSET %s"
        )
        return self._keys(sql, [*params, *self.seen.params, _in_points(self.query), most, first])

    def _count(self, asked: str) -> int:
        found, params = self._found(asked, "rowid AS id")
        (number,) = self._keys(self._joined(f"({found}) AS found", "COUNT(*)"), [*params, *self.seen.params])
        return number

    def _found(self, asked: str, columns: str) -> tuple[str, list[Any]]:
        sql = f"SELECT {columns} FROM {self.table} WHERE {self.table} MATCH %s ORDER BY rowid DESC LIMIT %s"
        return sql, [asked, self.ranked]

    def _joined(self, found: str, columns: str) -> str:
        # The cross join tells SQLite where to begin; by itself it would read each row by its key, copying a page of the
        # file for its body.
        table = f'FROM "{self.seen.table}"'
        seen = self.seen.sql.replace(table, f'{table} INDEXED BY "{self.seen.covering}"', 1)
        return f"SELECT {columns} FROM {found} CROSS JOIN ({seen}) AS seen WHERE seen.id = found.id"

    @staticmethod
    def _keys(sql: str, params: list[Any]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [key for (key,) in cursor.fetchall()]


def _points(table: str, query: Query, key: str) -> tuple[str, list[str]]:
    parts, asked = [], []
    for field, points in POINTS.items():
        for term in query.terms:
            parts.append(f"{points} * ({key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s))")
            asked.append(f"{field} : {_asked(term)}")
    return " + ".join(parts), asked


def _all_asked(query: Query) -> str:
    return " AND ".join(_asked(term) for term in query.terms)


def _in_points(query: Query) -> str:
    """All terms, at least one of them in a field that brings points."""
    one = " OR ".join(_asked(term) for term in query.terms)
    return f"({_all_asked(query)}) AND {{{' '.join(POINTS)}}} : ({one})"


def _asked(term: Term) -> str:
    # Words are letters and digits alone; the quotation marks keep AND, OR and NEAR from being more than words.
    return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")
