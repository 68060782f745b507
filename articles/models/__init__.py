"""Facts about stories: fields, constraints and predicates of one row."""

from articles.models.article import Article, Byline, KeyPoint, Quote
from articles.models.edition import Edition, EditionPerson, EditionTag
from articles.models.front import BreakingNews, FrontPage, FrontSlot
from articles.models.log import ArticleLog
from articles.models.notice import Notice
from articles.models.picture import Picture
from articles.models.related import RelatedStory
from articles.models.section_editor import SectionEditor
from articles.models.vocabulary import FormerSlug, Person, Section, Source, Tag

__all__ = [
    "Article",
    "ArticleLog",
    "BreakingNews",
    "Byline",
    "Edition",
    "EditionPerson",
    "EditionTag",
    "FormerSlug",
    "FrontPage",
    "FrontSlot",
    "KeyPoint",
    "Notice",
    "Person",
    "Picture",
    "Quote",
    "RelatedStory",
    "Section",
    "SectionEditor",
    "Source",
    "Tag",
]
