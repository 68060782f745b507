"""How many comments a story has, as lists of stories say it: a minute old at most, so that who writes renews no list.

The number is a column of its own, which the worker makes follow: between two of its rounds a list says the same to all.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from comments import names, policy
from comments.models import Thread
from newsportal.pages import changed

_DUE = ~Q(listed_count=F("public_count"))


def counts(article_ids: Iterable[int]) -> dict[int, int]:
    """The number of each of these stories under which there is a comment, in one query."""
    found = Thread.objects.filter(pk__in=set(article_ids), listed_count__gt=0)
    return dict(found.values_list("pk", "listed_count"))


def count_due() -> int:
    """Let the numbers follow, and say which lists are different; how many they were. To be called until it is nothing.

    Each in a transaction of its own: so it waits for one conversation at most, and never for two in a circle.
    """
    due = list(Thread.objects.filter(_DUE).order_by("pk").values_list("pk", flat=True)[: policy.COUNTED_TOGETHER])
    for article_id in due:
        with transaction.atomic():
            Thread.objects.filter(pk=article_id).update(listed_count=F("public_count"))
            changed(names.of_listing(article_id))
    return len(due)
