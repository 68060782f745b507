"""The readers' pages of comments: they authorise, parse, call one verb and answer."""

from comments.views.address import my_address
from comments.views.author import my_comment
from comments.views.erasing import comment_erasure
from comments.views.guidelines import guidelines
from comments.views.reading import answers, page, permalink, thread_context
from comments.views.writing import new

__all__ = [
    "answers",
    "comment_erasure",
    "guidelines",
    "my_address",
    "my_comment",
    "new",
    "page",
    "permalink",
    "thread_context",
]
