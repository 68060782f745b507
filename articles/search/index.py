"""What is searched: the words of editions and of working copies, kept in the transaction that changes them.

Words alone are kept. What a story is filed under, and from when to when it is live, is read from its own row, so a
renamed section or an edition that ends needs nothing from here.
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

# Rows that are made ready at once when all are.
_BATCH = 200


def engine() -> Engine:
    """The one of the database that is used."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


@dataclass(frozen=True)
class Index:
    """The words of one kind of row: of `model`, in `table`, the newest by `newest`.

    The index `covering` of the model's table has its key, what `newest` names, and all that readers may filter by.
    """

    model: type[Model]
    table: str
    newest: tuple[str, ...]
    covering: str = ""

    def ranked(self, rows: Rows, query: Query) -> Rows:
        """Of these rows those that have all terms, the best first, and the newest of those that are as good.

        Which rows may be seen is for `rows` to say. Of a word that stands in more than `RANKED_STORIES` the newest
        are ranked. An empty query finds nothing.
        """
        if not query:
            return rows.none()
        found = rows.filter(pk__in=engine().matching(self.table, query, most=RANKED_STORIES))
        key = f"{self.model._meta.db_table}.id"
        return found.annotate(points=engine().points(self.table, query, key=key)).order_by("-points", *self.newest)

    def best(self, rows: QuerySet[Any], query: Query, *, first: int, most: int) -> tuple[list[int], int]:
        """The keys of a page of `ranked()`, and how many rows there are in all; none and 0 beyond the last page.

        A queryset cannot be joined with the words, and so asks for the points of one row after the other: this is the
        same in the database's own way. `rows` is filtered by columns of its own table alone.
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
    """Keep the words of a working copy as they are now. Part of every act that changes one."""
    engine().write(WORKING_COPIES.table, [(article.pk, of_article(article))])


def renew_editions(article: Article) -> None:
    """Keep the words of the editions of a story that readers see or will see, and of no other one of them.

    Part of every act that makes an edition, ends one or blanks its words.
    """
    current = list(_current(article.editions.all()))
    engine().forget(EDITIONS.table, article.editions.values_list("pk", flat=True))
    engine().write(EDITIONS.table, [(edition.pk, of_edition(edition)) for edition in current])


@transaction.atomic
def rebuild() -> tuple[int, int]:
    """Make both indexes anew from the rows; how many editions and working copies they have then."""
    for index in (EDITIONS, WORKING_COPIES):
        engine().empty(index.table)
    return fill_from(Edition, Article)


def fill_from(editions: type[Model], articles: type[Model]) -> tuple[int, int]:
    """Index all rows of these models, which a migration has others of, into empty indexes; how many they were."""
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
    """Those that readers see or will see: what has ended never begins again, nor what was cancelled."""
    seen = Q(visible_until__isnull=True) | Q(visible_until__gt=timezone.now()) & ~Q(visible_until=F("visible_from"))
    return editions.filter(seen)


def _fill(index: Index, rows: QuerySet[Any], read: Callable[[Any], Document]) -> int:
    """Index these rows; how many they were."""
    ready = ((row.pk, read(row)) for row in rows.order_by("pk").iterator(chunk_size=_BATCH))
    count = 0
    while batch := list(islice(ready, _BATCH)):
        engine().write(index.table, batch)
        count += len(batch)
    return count


def _document(headline: str, lead: Iterable[str], said: Iterable[str], body: str) -> Document:
    """The words by fields. What is over the limits of a row is left out, the last words of the body first."""
    budget = _Budget()
    return Document(
        headline=list(budget.words(headline)),
        lead=list(budget.words("\n".join(lead))),
        said=list(budget.words("\n".join(said))),
        body=list(budget.words(to_text(body))),
    )


@dataclass
class _Budget:
    """What a row may still hold."""

    number: int = INDEXED_WORDS
    size: int = INDEXED_BYTES

    def words(self, text: str) -> Iterator[str]:
        """The words of a text for as long as there is room for them."""
        for word, _start, _end in placed_words(text):
            self.number -= 1
            self.size -= len(word.encode())
            if self.number < 0 or self.size < 0:
                return
            yield word
