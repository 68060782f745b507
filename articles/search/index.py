"""What is searched: the words of editions and of working copies, indexed in the transaction that changes them.

Only words are indexed. What a story is filed under, and from when to when it is live, is read from its own row, so
nothing has to be done here when a section is renamed or an edition ends.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from articles.html import to_text
from articles.limits import INDEXED_BYTES, INDEXED_WORDS, RANKED_STORIES
from articles.models import Article, Edition
from articles.search.engine import Document, Engine, Page, Seen
from articles.search.postgresql import PostgreSQL
from articles.search.query import Query
from articles.search.sqlite import SQLite
from articles.search.words import placed_words

Rows = TypeVar("Rows", bound=QuerySet[Any])

# Rows indexed at a time when all are.
_BATCH = 200


def engine() -> Engine:
    """The engine for the database in use."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


@dataclass(frozen=True)
class Index:
    """The words of one kind of row: those of `model`, kept in `table`, ordered by age by `newest`.

    The index `covering` of the model's table has its key, the columns in `newest`, and all that readers can filter by.
    """

    model: type[Model]
    table: str
    newest: tuple[str, ...]
    covering: str = ""

    def ranked(self, rows: Rows, query: Query) -> Rows:
        """Those of these rows that have all terms, the best first, among equals the newest.

        `rows` decides which rows may be seen. If more than `RANKED_STORIES` match, only the newest are ranked. An empty
        query finds nothing.
        """
        if not query:
            return rows.none()
        found = rows.filter(pk__in=engine().matching(self.table, query, most=RANKED_STORIES))
        key = f"{self.model._meta.db_table}.id"
        return found.annotate(points=engine().points(self.table, query, key=key)).order_by("-points", *self.newest)

    def best(self, rows: QuerySet[Any], query: Query, *, first: int, most: int) -> tuple[list[int], int]:
        """The keys of one page of `ranked()`, and how many rows there are in all; no keys and 0 beyond the last page.

        A queryset cannot be joined with the words, and so looks up the points row by row; this does the same in the
        database's own SQL. `rows` may be filtered by columns of its own table only.
        """
        if not query:
            return [], 0
        names = tuple(name.removeprefix("-") for name in self.newest)
        sql, params = rows.order_by().values_list("pk", *names).query.sql_with_params()
        seen = Seen(sql.replace('AS "pk"', 'AS "id"', 1), params, names, self.model._meta.db_table, self.covering)
        return engine().best(self.table, query, seen, Page(first, most, RANKED_STORIES))


EDITIONS = Index(Edition, "articles_edition_words", ("-first_visible_from", "-article_id"), covering="edition_found")
WORKING_COPIES = Index(Article, "articles_article_words", ("-changed_at", "-pk"))


def renew_working_copy(article: Article) -> None:
    """Index the present words of a working copy. Part of every act that changes one."""
    engine().write(WORKING_COPIES.table, [(article.pk, of_article(article))])


def renew_editions(article: Article) -> None:
    """Index the words of a story's editions that readers see or will see, and remove those of all others.

    Part of every act that makes or ends an edition or blanks its words.
    """
    current = list(_current(article.editions.all()))
    engine().forget(EDITIONS.table, article.editions.values_list("pk", flat=True))
    engine().write(EDITIONS.table, [(edition.pk, of_edition(edition)) for edition in current])


@transaction.atomic
def rebuild() -> tuple[int, int]:
    """Make both indexes anew from the rows; returns how many editions and working copies they then hold."""
    for index in (EDITIONS, WORKING_COPIES):
        engine().empty(index.table)
    return fill_from(Edition, Article)


def fill_from(editions: type[Model], articles: type[Model]) -> tuple[int, int]:
    """Index all rows of these models (a migration passes its own) into empty indexes; returns how many there were."""
    copies = articles._default_manager.prefetch_related("key_points", "quotes")
    return _fill(EDITIONS, _current(editions._default_manager.all()), of_edition), _fill(
        WORKING_COPIES, copies, of_article
    )


def of_edition(edition: Edition) -> Document:
    """The words of an edition."""
    said = (f"{quote['words']} {quote['speaker']}" for quote in edition.quotes)
    return _document(edition.headline, [edition.summary, *edition.key_points], said, edition.body)


def of_article(article: Article) -> Document:
    """The words of a working copy."""
    points = (point.text for point in article.key_points.all())
    said = (f"{quote.words} {quote.speaker}" for quote in article.quotes.all())
    return _document(article.headline, [article.summary, *points], said, article.body)


# --- How ------------------------------------------------------------------------------------------------------------


def _current(editions: QuerySet[Any]) -> QuerySet[Any]:
    """Those that readers see or will see: an edition that has ended or was cancelled never begins again."""
    seen = Q(visible_until__isnull=True) | Q(visible_until__gt=timezone.now()) & ~Q(visible_until=F("visible_from"))
    return editions.filter(seen)


def _fill(index: Index, rows: QuerySet[Any], read: Callable[[Any], Document]) -> int:
    """Index these rows; returns how many there were."""
    ready = ((row.pk, read(row)) for row in rows.order_by("pk").iterator(chunk_size=_BATCH))
    count = 0
    while batch := list(islice(ready, _BATCH)):
        engine().write(index.table, batch)
        count += len(batch)
    return count


def _document(headline: str, lead: Iterable[str], said: Iterable[str], body: str) -> Document:
    """The words by fields. What exceeds the limits of a row is left out, the last words of the body first."""
    budget = _Budget()
    return Document(
        headline=list(budget.words(headline)),
        lead=list(budget.words("\n".join(lead))),
        said=list(budget.words("\n".join(said))),
        body=list(budget.words(to_text(body))),
    )


@dataclass
class _Budget:
    """How much a row may still hold."""

    number: int = INDEXED_WORDS
    size: int = INDEXED_BYTES

    def words(self, text: str) -> Iterator[str]:
        """The words of a text, for as long as there is room for them."""
        for word, _start, _end in placed_words(text):
            self.number -= 1
            self.size -= len(word.encode())
            if self.number < 0 or self.size < 0:
                return
            yield word
