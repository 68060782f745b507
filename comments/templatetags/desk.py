"""The desk on the admin's front page: `{% load desk %}`."""

from django import template
from django.contrib.auth.models import User

from comments.models import Comment
from comments.permissions import can_moderate
from comments.states import Status
from newsportal.admin_lists import bounded_count

register = template.Library()


@register.inclusion_tag("admin/comments/_waiting.html", takes_context=True)
def desk_waiting(context: template.Context) -> dict[str, object]:
    """How many comments wait for a decision, and since when, for who may decide."""
    user: User = context["user"]
    if not can_moderate(user):
        return {"may_moderate": False}
    waiting = Comment.objects.filter(status=Status.PENDING)
    return {
        "may_moderate": True,
        "count": bounded_count(waiting),
        "oldest": waiting.oldest_first().values_list("posted_at", flat=True).first(),
    }
