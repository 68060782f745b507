"""Changes that the page store, or a CDN in front of us, is still to be told of."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from newsportal.pages.limits import UNTOLD_SECONDS


def left_behind_at() -> datetime:
    """When a change of now is to be purged even though the store has not heard of it: it cannot be reached, then."""
    return timezone.now() + timedelta(seconds=UNTOLD_SECONDS)


class ChangedName(models.Model):
    """A name that a transaction changed; a row of that transaction, deleted when everybody who keeps pages has heard.

    `in_store` is set when the store has it; the row then waits for the CDN alone. `purge_at` is when the CDN is to be
    told (None: not before the store is), `was_purged` whether it has been told before.
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
