"""Whether the rows are consistent, whatever has failed: the checks of `manage.py doctor`, and that nothing is half
there.

`python -m tests.faults.whole` reports on the portal whose environment it has, as JSON: what is `wrong`, and how many
times each name, decision and edition is there.
"""

import json
import os
import sys
from collections import Counter
from typing import Any

import django


def wrong() -> list[str]:
    """Everything that is not as it should be, a sentence each."""
    from comments import open_cases, protection, replay

    guards = [f"{name} is missing" for name in protection.missing()]
    return [*guards, *replay.discrepancies(), *open_cases.discrepancies(), *_half_comments(), *_half_editions()]


def there() -> dict[str, Any]:
    """What is there, for a client to compare with what was acknowledged."""
    from articles.models import Edition
    from comments.models import Comment, Decision

    return {
        "comments": Counter(Comment.objects.values_list("name", flat=True)),
        "decisions": list(Decision.objects.values_list("pk", flat=True)),
        "decided": Counter(Decision.objects.filter(actor="moderator").values_list("comment__name", flat=True)),
        "editions": Counter(Edition.objects.values_list("headline", flat=True)),
    }


def _half_comments() -> list[str]:
    from django.db.models import Count

    from comments.models import Comment, Decision, Revision

    texts = dict(Revision.objects.values_list("comment").annotate(n=Count("pk")).order_by())
    firsts = dict(Decision.objects.filter(from_status="").values_list("comment").annotate(n=Count("pk")).order_by())
    return [
        f"comment {pk}: has {texts.get(pk, 0)} of {number} texts, and {firsts.get(pk, 0)} beginnings"
        for pk, number in Comment.objects.values_list("pk", "revision_number")
        if (texts.get(pk, 0), firsts.get(pk, 0)) != (number, 1)
    ]


def _half_editions() -> list[str]:
    from articles.models import ArticleLog, Edition
    from articles.states import Act

    told = ArticleLog.objects.filter(act__in=[Act.PUBLISHED, Act.SCHEDULED]).values_list("article", "edition_number")
    logged = Counter(told)
    made = Counter(Edition.objects.values_list("article", "number"))
    found = [f"edition {key}: is there {made[key]} times, and logged {logged[key]} times" for key in made | logged]
    found = [words for key, words in zip(made | logged, found, strict=True) if (made[key], logged[key]) != (1, 1)]
    spans: dict[int, Any] = {}
    rows = Edition.objects.uncancelled().order_by("article", "visible_from", "number")
    for article, since, until in rows.values_list("article", "visible_from", "visible_until"):
        if article in spans and (spans[article] is None or spans[article] > since):
            found.append(f"story {article}: two editions are visible at {since}")
        spans[article] = until
    return found


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsportal.settings"
    django.setup()
    json.dump({"wrong": wrong(), **there()}, sys.stdout)
