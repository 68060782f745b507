"""A story's form as a browser sends it: names and values. What an untouched page would send, what somebody typed, and
the latter merged into the former.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from articles.limits import LIST_ROWS

Fields = dict[str, list[str]]
Row = dict[str, list[str]]

_ROW = re.compile(r"-(\d{1,4})-(.+)", re.DOTALL)


def as_sent(form: forms.BaseForm) -> Fields:
    """What a browser would send for an unbound form that nobody touched."""
    sent: Fields = {}
    for bound in form:
        sent |= _of_widget(bound.field.widget, bound.html_name, bound.value())
    return sent


def names_of(widget: forms.Widget, name: str) -> set[str]:
    """The names under which a field is sent."""
    parts = _parts(_bare(widget), name)
    return {found for part, own_name in parts for found in names_of(part, own_name)} or {name}


def list_as_sent(formset: Any) -> Fields:
    """What a browser would send for the rows that an unbound list has in the database."""
    prefix = formset.prefix
    rows = [as_sent(form) for form in formset.initial_forms]
    return {**_management(prefix, len(rows), len(rows)), **{name: row[name] for row in rows for name in row}}


def rows_of(fields: Mapping[str, list[str]], prefix: str) -> list[Row]:
    """The rows of a list, in the order of the page."""
    rows: dict[int, Row] = {}
    for name, values in fields.items():
        found = _ROW.fullmatch(name[len(prefix) :]) if name.startswith(f"{prefix}-") else None
        if found and int(found[1]) < LIST_ROWS:
            rows.setdefault(int(found[1]), {})[found[2]] = values
    return [rows[index] for index in sorted(rows)]


def without_list(fields: Mapping[str, list[str]], prefix: str) -> Fields:
    """Everything but one list."""
    return {name: values for name, values in fields.items() if not name.startswith(f"{prefix}-")}


def rebased(fields: Mapping[str, list[str]], present: Mapping[str, list[str]], prefixes: Iterable[str]) -> Fields:
    """What was typed, matched to the rows that its lists have now.

    A row that somebody has deleted meanwhile becomes a new one; a row that somebody has added is included, marked for
    deletion. Each list ends with an empty row, because without a script no other can be added.
    """
    result = dict(fields)
    for prefix in prefixes:
        kept, added = _on_present_rows(rows_of(fields, prefix), rows_of(present, prefix))
        result = without_list(result, prefix)
        result |= _management(prefix, len(kept) + len(added) + 1, len(kept))
        for index, row in enumerate([*kept, *added]):
            result |= {f"{prefix}-{index}-{name}": values for name, values in row.items()}
    return result


def _on_present_rows(mine: list[Row], present: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that exist, and the rows to be created."""
    by_id = {row["id"][0]: row for row in mine if row.get("id", [""])[0]}
    kept = [by_id.get(row["id"][0]) or {**row, "DELETE": ["on"]} for row in present]
    known = {id(row) for row in kept}
    added = [row for row in mine if id(row) not in known and not is_empty(row) and "DELETE" not in row]
    return kept, [{**row, "id": [""]} for row in added]


def is_empty(row: Row) -> bool:
    """Whether nothing was typed into a row; its position and its keys do not count."""
    return not any(value.strip() for name, values in row.items() if name not in _NO_TEXT for value in values)


_NO_TEXT = {"id", "article", "position", "DELETE"}


def _management(prefix: str, total: int, initial: int) -> Fields:
    numbers = {"TOTAL": total, "INITIAL": initial, "MIN_NUM": 0, "MAX_NUM": LIST_ROWS}
    return {f"{prefix}-{name}_FORMS": [str(number)] for name, number in numbers.items()}


def _of_widget(widget: forms.Widget, name: str, value: Any) -> Fields:
    widget = _bare(widget)
    if isinstance(widget, forms.MultiWidget):
        values: list[Any] = (value if isinstance(value, list) else widget.decompress(value)) or []
        sent = [_of_widget(part, own, one) for (part, own), one in zip(_parts(widget, name), values, strict=True)]
        return {key: found for one in sent for key, found in one.items()}
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"]} if widget.check_test(value) else {}
    if isinstance(widget, forms.Select):
        chosen = widget.format_value(value)
        return {name: chosen} if widget.allow_multiple_selected else {name: chosen[:1] or [""]}
    formatted = widget.format_value(value)
    return {name: ["" if formatted is None else str(formatted)]}


def _parts(widget: forms.Widget, name: str) -> list[tuple[forms.Widget, str]]:
    """The widgets that make up a date with a time, with their names; none for other widgets."""
    if not isinstance(widget, forms.MultiWidget):
        return []
    suffixes = widget.widgets_names  # type: ignore[attr-defined]
    return [(part, name + suffix) for part, suffix in zip(widget.widgets, suffixes, strict=True)]


def _bare(widget: forms.Widget) -> forms.Widget:
    return widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
