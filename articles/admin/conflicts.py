"""Two people changed one text, a story or a page about the paper: what differs between theirs and mine, field by field,
and how it is settled.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from articles import html
from articles.admin import posted
from articles.admin.posted import Fields, Row
from articles.differences import Run, compare, compare_html
from articles.limits import CONTEXT_LENGTH
from articles.models import Article, HousePage
from newsportal.characters import fit
from newsportal.numbers import number_in

Side = Literal["mine", "theirs"]
# Sent along with the form: what each field was when the form was opened.
OPENED = "unsaved-opened"
# What the page of a conflict sends besides the fields: which version was compared, and what was chosen.
COMPARED = "choose-compared"
ALL = "choose-all"
CHOICE = "choose-"
_FOLD = " […] "
_HTML_FIELDS = frozenset({"body"})
# A key or a position in a list, within what a database can hold.
_BETWEEN_TAGS = re.compile(r">\s+<")


@dataclass(frozen=True)
class Difference:
    """One field or list that differs between the two texts."""

    name: str
    label: str
    runs: list[Run]
    theirs: str
    mine: str
    # Whose value is taken by default: that of the only one who changed it. Empty if both have.
    chosen: Side | Literal[""]

    @property
    def folded(self) -> list[Run]:
        """The runs; unchanged ones are cut down to what stands beside a difference."""
        last = len(self.runs) - 1
        return [_fold(run, is_first=index == 0, is_last=index == last) for index, run in enumerate(self.runs)]

    @property
    def is_only_form(self) -> bool:
        """Whether the words are the same, and only formatting, links or the places of pictures differ."""
        return all(run.kind == "same" for run in self.runs)


@dataclass(frozen=True)
class Conflict:
    """What is shown to somebody who would overwrite a newer version."""

    version: int
    changed_by: User
    changed_at: Any
    differences: list[Difference]
    # Fields left without a choice when the form with the choices was sent.
    undecided: list[str]


@dataclass(frozen=True)
class StoryForm:
    """The form of a text as the database has it: unbound, with its lists."""

    article: Article | HousePage
    form: Any
    formsets: Sequence[Any]

    @cached_property
    def present(self) -> Fields:
        """What the page would send if it were opened now and not touched."""
        sent = posted.as_sent(self.form)
        for formset in self.formsets:
            sent |= posted.list_as_sent(formset)
        return sent

    @property
    def prefixes(self) -> list[str]:
        """The names of the lists."""
        return [formset.prefix for formset in self.formsets]

    def opened(self) -> str:
        """A checksum of each field as it is now; sent along with the form, it later tells who changed what."""
        return json.dumps({name: _sum(self._plain(name, self.present)) for name in self._names()})

    def rebased(self, typed: Fields) -> Fields:
        """What was typed, matched to the present rows."""
        return posted.rebased(typed, self.present, self.prefixes)

    def settle(self, typed: Fields) -> tuple[Fields, Conflict | None]:
        """What was typed, matched to the present rows; and the conflict, unless the choices sent with it settle it.

        Once settled, the fields are those to save, over the version that was compared.
        """
        mine = self.rebased(typed)
        differences = self._differences(mine, _sums(typed))
        answered = typed.get(COMPARED, [""])[-1] == str(self.article.version)
        chosen = {one.name: _chosen(typed, one.name) for one in differences} if answered else {}
        undecided = [one.label for one in differences if not chosen.get(one.name)]
        if answered and not undecided:
            return self._merged(mine, chosen), None
        conflict = Conflict(
            self.article.version,
            self.article.changed_by,
            self.article.changed_at,
            [_with_choice(one, chosen.get(one.name, "")) for one in differences],
            undecided if answered else [],
        )
        return mine, conflict

    def _names(self) -> list[str]:
        return [*(name for name in self.form.fields if name != "seen_version"), *self.prefixes]

    def _merged(self, mine: Fields, chosen: Mapping[str, str]) -> Fields:
        merged = dict(mine)
        for name, side in chosen.items():
            if side == "theirs":
                merged = self._with_theirs(merged, name)
        return {**merged, "seen_version": [str(self.article.version)], OPENED: [self.opened()]}

    def _with_theirs(self, mine: Fields, name: str) -> Fields:
        if name in self.prefixes:
            theirs = {key: self.present[key] for key in self.present if key.startswith(f"{name}-")}
            return {**posted.without_list(mine, name), **theirs}
        keys = posted.names_of(self.form.fields[name].widget, name)
        kept = {key: values for key, values in mine.items() if key not in keys}
        return {**kept, **{key: self.present[key] for key in keys if key in self.present}}

    def _differences(self, mine: Fields, opened: Mapping[str, str]) -> list[Difference]:
        found = []
        for name in self._names():
            theirs, ours = self._plain(name, self.present), self._plain(name, mine)
            if theirs != ours:
                before = opened.get(name, "")
                found.append(self._difference(name, mine, _changed_alone(before, _sum(theirs), _sum(ours))))
        return sorted(found, key=lambda one: one.chosen != "")

    def _difference(self, name: str, mine: Fields, chosen: Side | Literal[""]) -> Difference:
        theirs, ours = self._shown(name, self.present), self._shown(name, mine)
        runs = (compare_html if name in _HTML_FIELDS else compare)(theirs, ours)
        return Difference(name, self._label(name), runs, theirs, ours, chosen)

    def _label(self, name: str) -> str:
        for formset in self.formsets:
            if formset.prefix == name:
                return str(formset.model._meta.verbose_name_plural)
        return str(self.form.fields[name].label)

    def _plain(self, name: str, fields: Fields) -> str:
        """A field's text without the editor's or browser's way of writing it, which counts as no difference."""
        shown = self._shown(name, fields)
        return _BETWEEN_TAGS.sub("><", html.clean(shown)) if name in _HTML_FIELDS else shown.strip()

    def _shown(self, name: str, fields: Fields) -> str:
        for formset in self.formsets:
            if formset.prefix == name:
                return "\n".join(_row_words(formset.empty_form.fields, row) for row in in_order(fields, name))
        field = self.form.fields[name]
        if len(keys := posted.names_of(field.widget, name)) > 1:
            return " ".join(fit(fields.get(key, [""])[-1]) for key in sorted(keys)).strip()
        return _words(field, fields.get(name, []))


def _fold(run: Run, *, is_first: bool, is_last: bool) -> Run:
    if run.kind != "same" or len(run.text) <= 2 * CONTEXT_LENGTH + len(_FOLD):
        return run
    before = "" if is_first else run.text[:CONTEXT_LENGTH]
    after = "" if is_last else run.text[-CONTEXT_LENGTH:]
    return Run("same", f"{before}{_FOLD}{after}")


def in_order(fields: Fields, prefix: str) -> list[Row]:
    """The rows of a list that are not empty and not to be deleted, in the order of their numbers."""
    rows = [row for row in posted.rows_of(fields, prefix) if "DELETE" not in row and not posted.is_empty(row)]
    return sorted(rows, key=_place)


def _place(row: Row) -> float:
    place = number_in(row.get("position", [""])[-1].strip())
    return float("inf") if place is None else place


def _row_words(fields: Mapping[str, forms.Field], row: Row) -> str:
    """One row of a list, as one line."""
    shown = (
        _("yes") if isinstance(field, forms.BooleanField) and row.get(name) else _words(field, row.get(name, []))
        for name, field in fields.items()
        if name not in {"id", "article", "position", "DELETE"}
    )
    return " · ".join(" ".join(words.split()) for words in shown if words)


def _words(field: forms.Field, values: Sequence[str]) -> str:
    """The value of a field in words: a choice by its name, text as it is stored."""
    given = [value for value in values if value]
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        keys = [key for value in given if (key := number_in(value)) is not None]
        return ", ".join(sorted(str(row) for row in field.queryset.filter(pk__in=keys)))
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(value): str(label) for value, label in choices}
        return ", ".join(labels.get(value, fit(value)) for value in given)
    return fit("\n".join(given))


def _chosen(typed: Fields, name: str) -> str:
    sides = [typed.get(ALL, [""])[-1], typed.get(f"{CHOICE}{name}", [""])[-1]]
    return next((side for side in sides if side in {"mine", "theirs"}), "")


def _with_choice(difference: Difference, chosen: str) -> Difference:
    side: Any = chosen or difference.chosen
    return replace(difference, chosen=side)


def _changed_alone(before: str, theirs: str, mine: str) -> Side | Literal[""]:
    if before == theirs:
        return "mine"
    return "theirs" if before == mine else ""


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _sums(typed: Fields) -> dict[str, str]:
    """The checksums sent with the form; none if tampered with: then both count as having changed everything."""
    try:
        sums = json.loads(typed.get(OPENED, [""])[-1])
    except (ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in sums.items() if isinstance(value, str)} if type(sums) is dict else {}


def settle_post(request: HttpRequest, stored: StoryForm) -> Conflict | None:
    """Merge what was posted into the text as it is now, if somebody saved it since; returns any unsettled conflict."""
    text = stored.article
    if not text.pk or request.POST.get("seen_version", "").strip() == str(text.version):
        return None
    fields, conflict = stored.settle(querydict_fields(request.POST))
    request.POST = querydict(fields)  # type: ignore[assignment]
    return conflict


def querydict(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    """Names and values, as a request holds them."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


def querydict_fields(data: MultiValueDict[str, str]) -> Fields:
    """What came with a request, as names and values."""
    return {name: [str(value) for value in values] for name, values in data.lists()}
