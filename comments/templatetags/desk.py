"""The desk on the admin's front page, and how long its comments have waited: `{% load desk %}`."""

from datetime import timedelta

from django import template
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment
from comments.permissions import can_moderate
from comments.states import Status
from newsportal.admin_lists import bounded_count

register = template.Library()
_HOUR, _DAY = 60, 24 * 60


@register.filter
def waited(span: timedelta) -> str:
    """How long, in the two units that count: "3 days 4 hours", "12 minutes"; never less than nothing."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours, rest = minutes // _DAY, minutes % _DAY // _HOUR, minutes % _HOUR
    if days:
        return _both(ngettext("%(n)s day", "%(n)s days", days) % {"n": days}, hours, _hours(hours))
    if hours:
        return _both(_hours(hours), rest, _minutes(rest))
    return _minutes(rest) if rest else _("less than a minute")


def _both(first: str, number: int, second: str) -> str:
    return f"{first} {second}" if number else first


def _hours(number: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": number}


def _minutes(number: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


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
