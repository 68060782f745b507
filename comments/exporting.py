"""What is held about an address, for its owner: as a page and as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Article, Edition, ErrorReport
from comments import policy
from comments.held import PARTS, Part
from comments.models import Comment, Commenter, Decision, ReportCase, Revision, Thread
from comments.tokens import own_path
from newsportal.links import absolute

if TYPE_CHECKING:
    from comments.held.part import Words

Value = str | int | bool | date | None


@dataclass(frozen=True)
class Shown:
    """One row on the page: the name and content of each field; and, for a comment, its author's own page."""

    facts: "list[tuple[Words, Value]]"
    own_url: str = ""


@dataclass(frozen=True)
class Section:
    """One kind of row on the page; the file alone has the `more` others."""

    part: Part
    rows: list[Shown]
    more: int


def as_data(owner: Commenter) -> dict[str, list[dict[str, Value]]]:
    """All that is disclosed, by the keys of `held.PARTS`: plain values, for a machine-readable file."""
    return {part.key: [_data(part, row) for row in _rows(part, owner)] for part in PARTS if part.rows}


def sections(owner: Commenter) -> list[Section]:
    """The same for reading, newest first, as many rows of each kind as the policy shows; empty kinds are left out."""
    made = (_section(part, owner) for part in PARTS if part.rows)
    return [section for section in made if section.rows]


# --- How ------------------------------------------------------------------------------------------------------------


def _rows(part: Part, owner: Commenter) -> Iterator[Model]:
    assert part.rows is not None
    return part.rows(owner).order_by("pk").iterator(chunk_size=1000)


def _section(part: Part, owner: Commenter) -> Section:
    assert part.rows is not None
    found = part.rows(owner)
    newest: QuerySet[Any] = found.order_by("-pk")[: policy.HELD_ROWS_SHOWN]
    rows = [Shown(_facts(part, row), own_path(row) if isinstance(row, Comment) else "") for row in newest]
    return Section(part, rows, found.count() - len(rows) if len(rows) == policy.HELD_ROWS_SHOWN else 0)


def _data(part: Part, row: Model) -> dict[str, Value]:
    told = {name: _value(getattr(row, name)) for name in part.told}
    return told | {"page": absolute(own_path(row))} if isinstance(row, Comment) else told


def _facts(part: Part, row: Model) -> "list[tuple[Words, Value]]":
    """What a row says; empty fields are left out."""
    pairs = ((label, _in_words(row, name)) for name, label in part.told.items())
    return [(label, value) for label, value in pairs if value not in (None, "")]


def _in_words(row: Model, name: str) -> Value:
    if label := getattr(row, f"get_{name}_display", None):
        return str(label())
    value = _value(getattr(row, name))
    return (_("yes") if value else "") if isinstance(value, bool) else value


def _value(value: Any) -> Value:
    """Another row is shown by what readers know it by."""
    if isinstance(value, Decision | ReportCase):
        return value.comment.public_id
    if isinstance(value, Comment):
        return value.public_id
    if isinstance(value, Revision | Edition):
        return value.number
    if isinstance(value, ErrorReport):
        return value.reference
    if isinstance(value, Thread | Article):
        return absolute(reverse("articles:article_by_id", args=[value.pk]))
    assert value is None or isinstance(value, str | int | date), type(value)
    return value
