"""Full-text search: for readers over live editions, for the newsroom over working copies.

A queryset says what may be seen; the search narrows it to what has the words, and ranks that. Texts are split into
words here, in the same way for both databases, which only keep the words and look them up.
"""

from articles.search.index import EDITIONS, WORKING_COPIES, Index
from articles.search.query import Query, looser, parse

__all__ = ["EDITIONS", "WORKING_COPIES", "Index", "Query", "looser", "parse"]
