"""How many comments a story has, for lists of stories: up to a minute old, so that a new comment renews no list.

The number is a column of its own, which the worker updates: between two of its rounds, a list tells everybody the same.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from comments import names, policy
from comments.models import Thread
from newsportal.pages import changed

_DUE = ~Q(listed_count=F("public_count"))


def counts(article_ids: Iterable[int]) -> dict[int, int]:
    """The number for each of these stories that has comments, in one query."""
    found = Thread.objects.filter(pk__in=set(article_ids), listed_count__gt=0)
    return dict(found.values_list("pk", "listed_count"))


def count_due() -> int:
    """Update the numbers, and announce which lists have changed; returns how many. Call it again until that is 0.

    Each in a transaction of its own: so it waits for at most one conversation, and never deadlocks.
    """
    due = list(Thread.objects.filter(_DUE).order_by("pk").values_list("pk", flat=True)[: policy.COUNTED_TOGETHER])
    for article_id in due:
        with transaction.atomic():
            Thread.objects.filter(pk=article_id).update(listed_count=F("public_count"))
            changed(names.of_listing(article_id))
    return len(due)
