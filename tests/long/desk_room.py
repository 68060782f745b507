"""Code for the test of a busy desk, run in the portal's own Django in a process of its own; prints one JSON value.

`python -m tests.long.desk_room staff COUNT`: so many moderators who may sign in; their user names.
`python -m tests.long.desk_room waiting ARTICLE COUNT`: so many waiting comments below a story.
`python -m tests.long.desk_room ledger`: the moderators' decisions, in order, and the outcome of the comments.
"""

import json
import os
import sys
from collections import Counter
from typing import Any

import django


def staff(count: int) -> list[str]:
    """New moderators with the password that all of the tests' people have."""
    from django.contrib.auth.models import Group, User

    from tests.servers import PASSWORD

    moderators = Group.objects.get(name="moderators")
    names = [f"desk{number:02}-{count}" for number in range(count)]
    for name in names:
        User.objects.create_user(name, password=PASSWORD, is_staff=True).groups.add(moderators)
    return names


def waiting(article: int, count: int) -> int:
    """New comments, each from a network of its own."""
    from articles.models import Edition
    from comments import posting
    from newsportal.client import _parse

    edition = Edition.objects.live().get(article_id=article)
    for number in range(count):
        words = f"Comment {number} of a busy desk: it has as many characters as it takes, and some more."
        draft = posting.Draft(name=f"Reader {number:04}", body=words)
        posting.post(edition, draft, address=_parse(f"2001:db8:{number:x}:{count:x}::1"))
    return count


def ledger() -> dict[str, Any]:
    """The rows by moderators as (number, comment, before, after, by, undoes); all steps; and the comments by status."""
    from comments.models import Comment, Decision

    columns = ("pk", "comment_id", "from_status", "to_status", "by__username", "undoes_id")
    decided = Decision.objects.filter(actor="moderator", by__username__startswith="desk").order_by("pk")
    steps = Decision.objects.order_by("pk").values_list("comment_id", "from_status", "to_status")
    return {
        "decided": list(decided.values_list(*columns)),
        "steps": list(steps),
        "are": list(Comment.objects.values_list("pk", "status")),
        "statuses": Counter(Comment.objects.values_list("status", flat=True)),
    }


def main(words: list[str]) -> object:
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsportal.settings"
    django.setup()
    acts = {"staff": staff, "waiting": waiting, "ledger": ledger}
    answer: object = acts[words[0]](*(int(word) for word in words[1:]))
    return answer


if __name__ == "__main__":
    json.dump(main(sys.argv[1:]), sys.stdout)
