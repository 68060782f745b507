"""Columns for words that people type: whatever door they come in by, what is kept can be stored, shown and fed."""

from typing import Any

from django.db import models
from django.db.models.expressions import Combinable

from newsportal.characters import fit


class _Fit:
    """Drops, on the way to the database, what `newsportal.characters` calls unfit."""

    def get_prep_value(self, value: Any) -> Any:
        """The value as it is stored and as it is looked up."""
        prepared = super().get_prep_value(value)  # type: ignore[misc]
        return fit(prepared) if isinstance(prepared, str) else prepared


class WordsField(_Fit, models.CharField[str | Combinable, str]):
    """A line of words."""


class ProseField(_Fit, models.TextField[str | Combinable, str]):
    """Words without a limit of their own."""
