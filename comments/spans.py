"""Lengths of time as a person would say them."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_HOUR, _DAY = 60, 24 * 60


def in_words(span: timedelta) -> str:
    """How long, in the two largest units: "3 days 4 hours", "12 minutes"; never negative."""
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
