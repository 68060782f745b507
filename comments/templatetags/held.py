"""What is held about a reader, in words."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.templatetags.story import iso, news_datetime
from comments.exporting import Value
from comments.text import to_html

register = template.Library()


@register.filter
def fact(value: Value) -> SafeString:
    """A time as the paper writes it, words as a comment shows them, and a number as it is."""
    if isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', iso(value), news_datetime(value))
    if isinstance(value, str) and "\n" in value:
        return to_html(value)
    return format_html("{}", "" if value is None else value)
