"""What templates can show of conversations: `{% load conversation %}`."""

from collections.abc import Iterable
from functools import lru_cache

from crispy_forms.utils import render_crispy_form
from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from articles.models import Edition
from comments import listing, names, policy
from comments.forms import CommentForm
from comments.shown import ShownComment
from comments.structured_data import Datum, comments_data
from comments.threads import first_page, read_with, thread_of
from comments.views import thread_context
from newsportal.pages import shows

register = template.Library()

# How many pieces of rendered HTML are cached: the comments of some hundred pages, at a few kB each, and their forms.
_COMMENTS_KEPT = 2_000
_FORMS_KEPT = 200


@register.inclusion_tag("comments/_thread.html")
def comment_thread(edition: Edition) -> dict[str, object]:
    """The conversation under a story: its first page, and the form."""
    shows(names.of_thread(edition.article_id), *names.of_leaving(edition.article_id))
    shows(names.of_recommendations(edition.article_id))
    return thread_context(edition, first_page(edition))


@register.simple_tag
def comment_count(edition: Edition) -> int:
    """How many comments readers see under a story."""
    shows(names.of_thread(edition.article_id))
    return thread_of(edition).public_count


@register.simple_tag
def read_conversation(edition: Edition, related: Iterable[Edition]) -> str:
    """Read the conversation under a story, and give each story below it the number for its card (`comment_total`).

    By one query. The numbers are a minute old at most.
    """
    cards = list(related)
    read_with(edition, cards)
    for card in cards:
        shows(names.of_listing(card.article_id))
    return ""


@register.simple_tag
def comment_counts(editions: Iterable[Edition]) -> str:
    """Give each story of a list the number for its card (`comment_total`). A minute old at most."""
    stories = list(editions)
    numbers = listing.counts(edition.article_id for edition in stories)
    for edition in stories:
        shows(names.of_listing(edition.article_id))
        edition.__dict__["comment_total"] = numbers.get(edition.article_id, 0)
    return ""


@register.simple_tag
def comment_data(edition: Edition) -> list[Datum]:
    """What machines are told about the comments that a story's page shows."""
    return comments_data(first_page(edition).branches)


@register.simple_tag
def most_discussed(editions: Iterable[Edition]) -> list[Edition]:
    """The stories with the most comments, each once, by what `comment_counts` has given them."""
    stories = {edition.article_id: edition for edition in editions if _total(edition)}
    most = sorted(stories.values(), key=lambda edition: (-_total(edition), -edition.article_id))
    return most[: policy.MOST_DISCUSSED]


def _total(edition: Edition) -> int:
    total: int = edition.__dict__["comment_total"]
    return total


@register.simple_tag
def comment_html(comment: ShownComment, answer: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """One comment; `answer` says whether it stands below another one."""
    return _comment_html(comment, answer, get_language(), get_current_timezone_name(), get_script_prefix())


@register.simple_tag
def comment_form(form: CommentForm) -> SafeString:
    """The form under a story or a comment, with what was typed."""
    if form.is_bound:
        return _form_html(form)
    return _empty_form_html(form.helper.form_action, form.initial["edition"], form.initial["parent"], get_language())


# Both depend on their arguments alone, so what is cached cannot be out of date.
@lru_cache(_COMMENTS_KEPT)
def _comment_html(comment: ShownComment, answer: bool, language: str | None, zone: str, root: str) -> SafeString:  # noqa: FBT001
    return render_to_string("comments/_comment.html", {"comment": comment, "answer": answer})


@lru_cache(_FORMS_KEPT)
def _empty_form_html(action: str, edition: int, parent: str, language: str | None) -> SafeString:
    return _form_html(CommentForm(initial={"edition": edition, "parent": parent}, action=action))


def _form_html(form: CommentForm) -> SafeString:
    html: SafeString = render_crispy_form(form)
    return html
