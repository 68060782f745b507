"""The words in SQLite's FTS5.

The words come ready, with spaces between them, and the `ascii` tokenizer splits at nothing else: what a word is, is not
SQLite's to say. Nor is the order: `bm25` weighs a word by how many rows have it, scheduled editions among them, and so
the order of live stories would tell of stories that nobody may know of.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from articles.search.engine import FIELDS, POINTS, Document
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
        asked = " AND ".join(_asked(term) for term in query.terms)
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"
        return RawSQL(sql, (asked, most))

    def points(self, table: str, query: Query, *, key: str) -> RawSQL:
        sql, asked = _points(table, query, key)
        return RawSQL(sql, asked, output_field=IntegerField())

    def scored(self, table: str, query: Query, *, most: int) -> tuple[str, list[Any]]:
        points, asked = _points(table, query, "rowid")
        found = self.matching(table, query, most=most)
        return found.sql.replace("SELECT rowid", f"SELECT rowid, {points}", 1), [*asked, *found.params]

    def reading(self) -> AbstractContextManager[object]:
        return nullcontext()

    def covered(self, sql: str, table: str, index: str) -> str:
        # By itself it would read each row by its key, for whose body a page of the file is copied.
        return sql.replace(f'FROM "{table}"', f'FROM "{table}" INDEXED BY "{index}"', 1)


def _points(table: str, query: Query, key: str) -> tuple[str, list[str]]:
    parts, asked = [], []
    for field, points in POINTS.items():
        for term in query.terms:
            parts.append(f"{points} * ({key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s))")
            asked.append(f"{field} : {_asked(term)}")
    return " + ".join(parts), asked


def _asked(term: Term) -> str:
    # Words are letters and digits alone; the quotation marks keep AND, OR and NEAR from being more than words.
    return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")
