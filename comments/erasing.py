"""What an author has erased: one comment, or everything under an address."""

from comments import moderation
from comments.models import Comment


def erase_comment(comment: Comment) -> None:
    """Erase name, address and every text of a comment, and what was said and mailed about it; again is no harm.

    Its place stays where answers hang on it, as a line.
    """
    moderation.erase([comment.pk])
