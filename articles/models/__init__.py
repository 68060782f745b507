"""Facts about stories: fields, constraints and predicates of one row."""

from articles.models.article import Article, Byline, KeyPoint, Quote
from articles.models.edition import Edition, EditionPerson, EditionPicture, EditionTag
from articles.models.error_report import ErrorAnswer, ErrorReport
from articles.models.front import BreakingNews, FrontPage, FrontSlot
from articles.models.house import HousePage, HousePageVersion
from articles.models.log import ArticleLog
from articles.models.notice import Notice
from articles.models.picture import Picture
from articles.models.preview import PreviewLink, PreviewNote
from articles.models.related import RelatedStory
from articles.models.section_editor import SectionEditor
from articles.models.unsaved import OpenPage, UnsavedText
from articles.models.vocabulary import FormerSlug, Person, Section, Source, Tag

__all__ = [
    "Article",
    "ArticleLog",
    "BreakingNews",
    "Byline",
    "Edition",
    "EditionPerson",
    "EditionPicture",
    "EditionTag",
    "ErrorAnswer",
    "ErrorReport",
    "FormerSlug",
    "FrontPage",
    "FrontSlot",
    "HousePage",
    "HousePageVersion",
    "KeyPoint",
    "Notice",
    "OpenPage",
    "Person",
    "Picture",
    "PreviewLink",
    "PreviewNote",
    "Quote",
    "RelatedStory",
    "Section",
    "SectionEditor",
    "Source",
    "Tag",
    "UnsavedText",
]
