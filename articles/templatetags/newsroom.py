"""The newsroom on the admin's front page: `{% load newsroom %}`."""

from typing import Any

from django import template
from django.contrib.auth.models import User

from articles import house
from articles import newsroom as reads
from articles.limits import NEWSROOM_ROWS
from articles.permissions import can_edit_house_pages
from newsportal.admin_lists import bounded_count

register = template.Library()


@register.inclusion_tag("admin/articles/_newsroom.html", takes_context=True)
def newsroom(context: template.Context) -> dict[str, Any]:
    """What waits for the person who is signed in, what is scheduled, and what went live today."""
    user: User = context["user"]
    if not user.has_perm("articles.view_article"):
        return {"has_part": False}
    queues = reads.counted(user)
    rows = {
        "sent_back": reads.sent_back_to(user),
        "drafts": reads.drafts_of(user),
        "to_review": reads.to_review(user),
        "ready": reads.ready(user),
        "scheduled": reads.scheduled(user),
        "withdrawals": reads.withdrawals(user),
        "errors": reads.reported_errors(user),
        "live_today": reads.live_today(user),
    }
    return {
        "has_part": True,
        "may_publish": user.has_perm("articles.publish_article"),
        "gaps": house.gaps() if can_edit_house_pages(user) else [],
        "queues": [*queues, *reads.counted_left_behind(user)],
        "shown": {name: list(found[:NEWSROOM_ROWS]) for name, found in rows.items()},
        "counts": {name: bounded_count(found) for name, found in rows.items() if name != "to_review"}
        | {"to_review": _counted(queues, "status__exact=in_review")},
        "most": NEWSROOM_ROWS,
        "may_add": user.has_perm("articles.add_article"),
    }


def _counted(queues: list[tuple[reads.Queue, int]], query: str) -> int:
    """A queue's count, taken from the numbers above instead of being counted again."""
    return next(count for queue, count in queues if queue.query == query)
