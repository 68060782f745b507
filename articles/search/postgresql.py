"""The words in PostgreSQL's full text search.

A `tsvector` is written out here, word by word with its positions, rather than made by the server's configuration:
PostgreSQL does not decide what a word is. The three short fields have one each beside the one of all words, so that
the points of a row are counted without unpacking its body.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from articles.search.engine import FIELDS, POINTS, Document, Page, Seen
from articles.search.query import Query, Term

# Between the last word of a field and the first of the next one: no phrase spans it.
_GAP = 2


class PostgreSQL:
    """An `Engine`."""

    def write(self, table: str, documents: Iterable[tuple[int, Document]]) -> None:
        written = list(documents)
        rows: list[tuple[int | str, ...]] = [
            (key, *(_vector(getattr(document, field)) for field in POINTS), _vector(*_all(document)))
            for key, document in written
        ]
        self.forget(table, [key for key, _document in written])
        columns = ", ".join(("id", *POINTS, "words"))
        values = "%s, %s::tsvector, %s::tsvector, %s::tsvector, %s::tsvector"
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)

    def forget(self, table: str, keys: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [list(keys)])

    def empty(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def matching(self, table: str, query: Query, *, most: int) -> RawSQL:
        return RawSQL(_found(table, "id"), (_all_asked(query), most))

    def points(self, table: str, query: Query, *, key: str) -> RawSQL:
        points, asked = _points(query)
        return RawSQL(f"(SELECT {points} FROM {table} WHERE {table}.id = {key})", asked, output_field=IntegerField())

    def best(self, table: str, query: Query, seen: Seen, page: Page) -> tuple[list[int], int]:
        points, asked = _points(query)
        sql = (
            f"WITH found AS MATERIALIZED ({_found(table, f'id, {points} AS points')}), "
            f"ranked AS MATERIALIZED (SELECT seen.*, points FROM found JOIN ({seen.sql}) AS seen USING (id)) "
            "SELECT id, (SELECT COUNT(*) FROM ranked) FROM ranked "
            f"ORDER BY points DESC, {seen.order} LIMIT %s OFFSET %s"
        )
        with self.reading(), connection.cursor() as cursor:
            cursor.execute(sql, [*asked, _all_asked(query), page.ranked, *seen.params, page.most, page.first])
            rows = cursor.fetchall()
        return [key for key, _total in rows], rows[0][1] if rows else 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        # The planner counts the table's rows, which are short, and not the words, which are stored out of line: it
        # would rather unpack the words of all rows than use the index, which takes forty times as long.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            yield


def _found(table: str, columns: str) -> str:
    # Materialized: otherwise the planner may read the table from its end and unpack the words of every row.
    return (
        f"WITH matching AS MATERIALIZED (SELECT {columns} FROM {table} WHERE words @@ %s::tsquery) "
        "SELECT * FROM matching ORDER BY id DESC LIMIT %s"
    )


def _points(query: Query) -> tuple[str, list[str]]:
    asked = [(field, points, _asked(term)) for field, points in POINTS.items() for term in query.terms]
    parts = (f"{points} * ({field} @@ %s::tsquery)::int" for field, points, _term in asked)
    return " + ".join(parts), [term for _field, _points, term in asked]


def _all_asked(query: Query) -> str:
    return " & ".join(f"({_asked(term)})" for term in query.terms)


def _asked(term: Term) -> str:
    # Words are letters and digits alone; the quotation marks keep them from meaning anything else.
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")


def _all(document: Document) -> list[list[str]]:
    return [getattr(document, field) for field in FIELDS]


def _vector(*fields: list[str]) -> str:
    """The words of the fields as PostgreSQL writes them: `'word':1,4`."""
    places: dict[str, list[str]] = {}
    place = 0
    for words in fields:
        for word in words:
            place += 1
            places.setdefault(word, []).append(str(place))
        place += _GAP if words else 0
    return " ".join(f"'{word}':{','.join(numbers)}" for word, numbers in places.items())
