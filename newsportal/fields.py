"""Columns for words that people type: however they come in, they can be stored, shown and put into feeds."""

from typing import Any

from django import forms
from django.db import models
from django.db.models.expressions import Combinable

from newsportal.characters import fit


class FitFormField(forms.CharField):
    """What was typed, as it is stored: a browser's own kind of line end does not count as a change."""

    def to_python(self, value: Any) -> str | None:
        """The text without unfit characters."""
        return super().to_python(fit(str(value)) if value is not None else value)


class _Fit:
    """Drops, on the way to the database, the characters that `newsportal.characters` calls unfit."""

    def get_prep_value(self, value: Any) -> Any:
        """The value as it is stored and as it is looked up."""
        prepared = super().get_prep_value(value)  # type: ignore[misc]
        return fit(prepared) if isinstance(prepared, str) else prepared

    def formfield(self, **kwargs: Any) -> Any:
        """The form field, which compares text as it is stored."""
        return super().formfield(**{"form_class": FitFormField, **kwargs})  # type: ignore[misc]


class WordsField(_Fit, models.CharField[str | Combinable, str]):
    """A line of words."""


class ProseField(_Fit, models.TextField[str | Combinable, str]):
    """Words without a limit of their own."""
