"""Rows that are only ever added."""

from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class LedgerError(Exception):
    """Somebody tried to change or delete a row of a log."""


class LogQuerySet(models.QuerySet[M], Generic[M]):
    """Rows that nobody changes or deletes."""

    def update(self, **values: Any) -> int:
        raise LedgerError("what was written down is never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerError("what was written down is never deleted")


class LogRow(models.Model):
    """One row of a log."""

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Add the row; raises LedgerError if it exists already."""
        if not self._state.adding:
            raise LedgerError("what was written down is never changed")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raises LedgerError."""
        raise LedgerError("what was written down is never deleted")
