"""A story as somebody has typed but not saved it: the edition that it would be. Nothing is written here."""

from collections.abc import Mapping
from copy import copy

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict

from articles import autosaving, html
from articles.admin.conflicts import in_order
from articles.admin.posted import Fields, Row
from articles.freezing import as_edition, byline_of
from articles.limits import TAGS_A_STORY
from articles.models import Article, Edition, Person, UnsavedText
from newsportal.characters import fit
from newsportal.numbers import number_in
from newsportal.refusal import Refusal

_FIELDS = (
    *("headline", "summary", "key_points_heading", "body", "dateline_place", "dateline_date", "source", "byline"),
    *("kind_of_work", "language", "section", "tags", "picture", "slug", "seo_title", "seo_description"),
)


def unsaved_of(user: User, article: Article) -> UnsavedText | None:
    """What this person typed into a story after it was last saved."""
    slot = autosaving.slot_of(user, article)
    return slot if slot and slot.saved_at > article.changed_at else None


def as_typed(article: Article, slot: UnsavedText) -> Edition:
    """What readers would see if this text were saved and published now. Invalid fields are as saved."""
    article = copy(article)
    typed: Fields = slot.fields
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    form = forms.modelform_factory(Article, fields=_FIELDS)(data, instance=article)
    saved_body = article.body
    form.full_clean()
    try:
        html.check(article.body)
        article.body = html.clean(article.body)
    except Refusal:
        article.body = saved_body
    edition = as_edition(article)
    edition.key_points = [words for row in in_order(typed, "key_points") if (words := _of(row, "text"))]
    edition.quotes = [_quote(row) for row in in_order(typed, "quotes") if _of(row, "words")]
    if "tags" in form.cleaned_data:
        edition.tag_list = list(form.cleaned_data["tags"][:TAGS_A_STORY])
    people = _people(in_order(typed, "bylines"))
    edition.people_in_order = people
    edition.byline = article.byline or byline_of(people, article.language)
    return edition


def _quote(row: Row) -> dict[str, object]:
    said: dict[str, object] = {name: _of(row, name) for name in ("marker", "words", "speaker", "role")}
    return {**said, "pull": "pull" in row}


def _people(rows: list[Row]) -> list[Person]:
    keys = [key for row in rows if (key := number_in(_of(row, "person"))) is not None]
    found = Person.objects.select_related("portrait").in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _of(row: Mapping[str, list[str]], name: str) -> str:
    return fit(row.get(name, [""])[-1]).strip()
