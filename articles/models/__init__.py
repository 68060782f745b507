"""Facts about stories: fields, constraints and predicates of one row."""

from articles.models.article import Article, Byline, KeyPoint, Quote
from articles.models.edition import Edition, EditionPerson, EditionTag
from articles.models.log import ArticleLog
from articles.models.picture import Picture
from articles.models.vocabulary import FormerSlug, Person, Section, Source, Tag

__all__ = [
    "Article",
    "ArticleLog",
    "Byline",
    "Edition",
    "EditionPerson",
    "EditionTag",
    "FormerSlug",
    "KeyPoint",
    "Person",
    "Picture",
    "Quote",
    "Section",
    "Source",
    "Tag",
]
