"""The timed moments of conversations: when one closes by itself, and when one stops being slowed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from articles.models import Edition
from articles.moments import next_of
from comments.models import Thread
from comments.models.thread import open_for

CONVERSATIONS = "conversations"


def timed(now: datetime) -> Iterable[QuerySet[Any, Any]]:
    """The times that were set by hand, for the query of the site's moments."""
    yield next_of(CONVERSATIONS, Thread.objects.filter(closes_at__gt=now), "closes_at")
    yield next_of(CONVERSATIONS, Thread.objects.filter(slowed_until__gt=now), "slowed_until")


def by_age(now: datetime) -> list[tuple[str, datetime]]:
    """When the next story is so old that its conversation closes; nothing if none closes by age."""
    length = open_for()
    if length is None:
        return []
    young = Edition.objects.filter(first_visible_from__gt=now - length).order_by("first_visible_from")
    oldest = young.values_list("first_visible_from", flat=True).first()
    return [(CONVERSATIONS, oldest + length)] if oldest else []
