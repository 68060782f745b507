"""Removing words from ended editions, as a court may order or a victim ask.

It is the one exception to "an edition never changes, save that its end is set". Of an ended edition readers see
nothing but its public note. What is live is corrected in the open, by publishing.
"""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles import html, names, permissions
from articles.comparing import editions_of, working_copy_of
from articles.editing import log
from articles.limits import BLANKED_CHARACTERS
from articles.models import Article, Edition
from articles.search.index import renew_editions
from articles.states import Act
from newsportal.pages import changed
from newsportal.refusal import NotPermitted, Refusal

# What replaces the words; the same in every language, as an edition's words do not depend on the reader's language.
MARK = "[removed]"
# What may be blanked: these lines of words, besides the key points, the quotes and the body.
_LINES = (
    *("headline", "summary", "key_points_heading", "note", "byline", "dateline_place", "source_name"),
    *("picture_alt", "picture_caption", "picture_credit", "seo_title", "seo_description"),
)
FIELDS = (*_LINES, "key_points", "quotes", "body")
_SAID = ("words", "speaker", "role")
_OF_FIGURE = ("alt", "caption", "credit")
_INLINE = re.compile(r"</?(?:a|abbr|b|cite|code|em|i|q|s|small|strong|sub|sup)\b", re.IGNORECASE)
_TAG = re.compile(r"(<[^<>]*>)")

Blank = Callable[[str], str]


@transaction.atomic
def blank(edition: Edition, *, by: User, reason: str, text: str = "", fields: Sequence[str] = ()) -> list[str]:
    """Replace a text wherever it stands in an ended edition, and all words of the given fields, with a mark.

    Returns where the text still stands: in other editions, the working copy and unsaved texts, each of which has its
    own verbs. The edition's address and its note in the log lose the text, too. Raises NotPermitted, and Refusal for an
    edition that has not ended, without a reason, and if nothing would be changed.
    """
    if not permissions.can_blank(by):
        raise NotPermitted(_("You may not remove words from editions."))
    article = Article.objects.select_for_update().get(pk=edition.article_id)
    edition = article.editions.get(pk=edition.pk)
    _check(edition, reason=reason, text=text, fields=fields)
    pattern = _pattern_of(text) if text else None
    values = _blanked(edition, pattern, fields)
    if not values:
        raise Refusal(_("These words do not stand in edition %(number)s.") % {"number": edition.number})
    Edition.objects.filter(pk=edition.pk).update(**values)
    # An edition ended by the clock still has its words in the index.
    renew_editions(article)
    for entry in article.log.filter(edition_number=edition.number).exclude(note=""):
        note = MARK if "note" in fields else entry.note
        entry.note = _in_line(pattern)(note) if pattern else note
        entry.save(update_fields=["note"])
    log(article, Act.BLANKED, by=by, note=reason.strip(), fields=sorted(values), edition_number=edition.number)
    if "note" in values:
        changed(names.of_story(article.pk), names.of_entry(article.pk), names.CORRECTIONS)
    return _where(article, pattern) if pattern else []


def _check(edition: Edition, *, reason: str, text: str, fields: Sequence[str]) -> None:
    if not edition.was_cancelled and (edition.visible_until is None or edition.visible_until > timezone.now()):
        raise Refusal(_("This edition has not ended. What readers see, or will see, is changed by publishing."))
    if not reason.strip():
        raise Refusal(_("Say why the words are removed."))
    if set(fields) - set(FIELDS):
        raise Refusal(_("There is no such part of an edition."))
    if not text and not fields:
        raise Refusal(_("Say which words are removed: a text, or a part of the story."))
    if text and len("".join(text.split())) < BLANKED_CHARACTERS:
        raise Refusal(_("A text of one letter stands everywhere: give more of it."))
    if text and _pattern_of(text).search(reason):
        raise Refusal(_("The reason stays in the log: say it without the words that are removed."))


def _blanked(edition: Edition, pattern: "re.Pattern[str] | None", fields: Sequence[str]) -> dict[str, Any]:
    """The columns that change, with their new values."""
    line = _in_line(pattern) if pattern else _untouched
    body = _in_html(pattern) if pattern else _untouched
    values: dict[str, Any] = {}
    for name in _LINES:
        values[name] = _whole(getattr(edition, name)) if name in fields else line(getattr(edition, name))
        values[name] = values[name][: getattr(Edition._meta.get_field(name), "max_length", None)]
    values["key_points"] = [_whole(point) if "key_points" in fields else line(point) for point in edition.key_points]
    said = _whole if "quotes" in fields else line
    values["quotes"] = [{**quote, **{name: said(quote[name]) for name in _SAID}} for quote in edition.quotes]
    shown = _whole if "body" in fields else line
    values["figures"] = [{**figure, **{name: shown(figure[name]) for name in _OF_FIGURE}} for figure in edition.figures]
    values["body"] = (f"<p>{MARK}</p>" if edition.body else "") if "body" in fields else body(edition.body)
    if values["headline"] != edition.headline:
        values["slug"] = slugify(values["headline"])[:120].strip("-") or "story"
    return {name: value for name, value in values.items() if value != getattr(edition, name)}


def _whole(words: str) -> str:
    return MARK if words else ""


def _untouched(words: str) -> str:
    return words


def _pattern_of(text: str) -> "re.Pattern[str]":
    """Matches the text in upper or lower case, its words separated by any white space."""
    return re.compile(r"\s+".join(re.escape(word) for word in text.split()), re.IGNORECASE)


def _in_line(pattern: "re.Pattern[str]") -> Blank:
    return lambda words: pattern.sub(MARK, words)


def _in_html(pattern: "re.Pattern[str]") -> Blank:
    """Blank the words of HTML, whatever tags split them; a tag with the text in an attribute loses its attributes."""

    def replaced(source: str) -> str:
        pieces = [piece for piece in _TAG.split(source) if piece]
        bare = [
            re.sub(r"\s.*(?=>)", "", one) if _TAG.match(one) and pattern.search(unescape(one)) else one
            for one in pieces
        ]
        words = "".join("" if _INLINE.match(one) else "\n" if _TAG.match(one) else unescape(one) for one in bare)
        found = [match.span() for match in pattern.finditer(words)]
        return html.clean(_without(bare, found)) if found or bare != pieces else source

    return replaced


def _without(pieces: Sequence[str], spans: Sequence[tuple[int, int]]) -> str:
    """The pieces of HTML without what lies in these spans of its words; the mark stands where each span began."""
    starts = {start for start, _end in spans}
    gone = {place for start, end in spans for place in range(start, end)}
    place, made = 0, []
    for piece in pieces:
        if _TAG.match(piece):
            place += 0 if _INLINE.match(piece) else 1
            made.append(piece)
            continue
        for letter in unescape(piece):
            made.append(MARK if place in starts else "" if place in gone else escape(letter, quote=False))
            place += 1
    return "".join(made)


def _where(article: Article, pattern: "re.Pattern[str]") -> list[str]:
    """Where the text still stands, in words."""
    sides = [*editions_of(article), working_copy_of(article)]
    places = [side.name for side in sides if _blanked(side.words, pattern, ())]
    for slot in article.unsaved_texts.select_related("editor"):
        typed = "\n".join(words for each in slot.fields.values() for words in each)
        if pattern.search(unescape(_TAG.sub("", typed))):
            who = slot.editor.get_full_name() or slot.editor.get_username()
            places.append(_("the unsaved text of %(who)s") % {"who": who})
    return places
