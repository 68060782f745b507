"""The desk on the admin's front page, and how long its comments have waited: `{% load desk %}`."""

from datetime import timedelta

from django import template
from django.contrib.auth.models import User

from comments import findings
from comments.figures import waiting
from comments.permissions import can_moderate
from comments.spans import in_words

register = template.Library()


@register.filter
def waited(span: timedelta) -> str:
    """How long, in the two largest units: "3 days 4 hours", "12 minutes"; never negative."""
    return in_words(span)


@register.filter
def rule_in_words(name: str) -> str:
    """What a rule says when it finds anything; for a rule that no longer exists, its name."""
    return str(dict(findings.in_words()).get(name, name))


@register.inclusion_tag("admin/comments/_waiting.html", takes_context=True)
def desk_waiting(context: template.Context) -> dict[str, object]:
    """How many comments are waiting for a decision, and since when, for those who may decide."""
    user: User = context["user"]
    if not can_moderate(user):
        return {"may_moderate": False}
    now = waiting()
    return {"may_moderate": True, "count": now.count, "oldest": now.oldest}
