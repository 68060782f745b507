"""What templates ask of conversations: `{% load conversation %}`."""

from django import template

from articles.models import Edition
from comments.threads import thread_of
from comments.views import thread_context

register = template.Library()


@register.inclusion_tag("comments/_thread.html")
def comment_thread(edition: Edition) -> dict[str, object]:
    """The conversation under a story: its first page, and the form."""
    return thread_context(edition)


@register.simple_tag
def comment_count(edition: Edition) -> int:
    """How many comments readers see under a story."""
    return thread_of(edition).public_count
