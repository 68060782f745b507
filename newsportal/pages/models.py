"""Changes that the page store, or a CDN in front of us, has yet to be told."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from newsportal.pages.limits import UNTOLD_SECONDS


def left_behind_at() -> datetime:
    """When a change made now is to be purged even if the store has not been told, because it cannot be reached."""
    return timezone.now() + timedelta(seconds=UNTOLD_SECONDS)


class ChangedName(models.Model):
    """A name that a transaction changed; a row of that transaction, deleted when every cache of pages has been told.

    `in_store` is set once the store knows; the row then waits only for the CDN. `purge_at` is when to tell the CDN
    (None: not before the store), `was_purged` whether it has been told before.
    """

    name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    in_store = models.BooleanField(default=False)
    purge_at = models.DateTimeField(null=True, default=left_behind_at)
    was_purged = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index("at", name="changed_name_by_age"),)

    def __str__(self) -> str:
        return self.name
