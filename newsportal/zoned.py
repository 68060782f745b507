"""Times with their zone, printed and typed. If a typed time comes twice, in autumn, the form asks which one is meant;
one that spring leaves out is refused; and nothing that was typed is lost.
"""

from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import BaseAdminDateWidget, BaseAdminTimeWidget
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

_CLOCK = "%H:%M"
# Zones that have their own names in other languages; all others are called the same everywhere.
_ZONES = {
    "CET": pgettext_lazy("time zone", "CET"),
    "CEST": pgettext_lazy("time zone", "CEST"),
    "EET": pgettext_lazy("time zone", "EET"),
    "EEST": pgettext_lazy("time zone", "EEST"),
    "WET": pgettext_lazy("time zone", "WET"),
    "WEST": pgettext_lazy("time zone", "WEST"),
}


class ZonedDateTimeWidget(forms.MultiWidget):
    """A date, a time and the zone's name; below them two choices, if that time comes twice."""

    # Each of the three is an input of its own, with a label.
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([BaseAdminDateWidget(), BaseAdminTimeWidget(), forms.HiddenInput()], attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Date, time, and which of two it is."""
        if not value:
            return [None, None, ""]
        local = timezone.localtime(value)
        twice = meanings(local.replace(tzinfo=None, fold=0))
        return [local.date(), local.time().replace(fold=0), _offset(local) if len(twice) > 1 else ""]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Rendered with the portal's own templates."""
        inputs = self.get_context(name, value, attrs)["widget"]["subwidgets"][:2]
        day, clock, chosen = self._values(value)
        draw = renderer or get_default_renderer()
        context = {
            "inputs": [(one["attrs"].get("id"), _drawn(draw, one)) for one in inputs],
            "zone": timezone.get_current_timezone_name(),
            "choices": _choices(day, clock),
            "chosen": chosen,
            "chosen_name": f"{name}_2",
        }
        return render_to_string("admin/_zoned_time.html", context)

    def _values(self, value: Any) -> tuple[date | None, time | None, str]:
        values = value if isinstance(value, Sequence) else self.decompress(value)
        day, clock = (_read(field, one) for field, one in zip(_TYPED, values, strict=False))
        return day, clock, str(values[2] or "")


class _Day(forms.DateField):
    """A date that is valid in every zone: neither in the first nor in the last year of the calendar."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day and not MINYEAR < day.year < MAXYEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class ZonedDateTimeField(forms.MultiValueField):
    """A moment, typed in the paper's zone."""

    widget = ZonedDateTimeWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = [kind(required=False) for kind in (_Day, forms.TimeField, forms.CharField)]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Any) -> datetime | None:
        """The moment that is meant; None if nothing was typed. Raises ValidationError, in words."""
        day, clock, chosen = data_list or (None, None, "")
        if day is None and clock is None:
            return None
        if day is None or clock is None:
            part = self.fields[0 if day is None else 1]
            raise ValidationError(part.error_messages["invalid"], code="invalid")
        naive = datetime.combine(day, clock)
        meant = meanings(naive)
        if not meant:
            raise ValidationError(_gap_in_words(naive), code="gap")
        for moment in meant:
            if len(meant) == 1 or _offset(moment) == chosen:
                # In UTC, because times in the doubled hour never equal times in another zone (PEP 495).
                return moment.astimezone(UTC)
        words = _("On %(day)s %(clock)s comes twice in %(zone)s, for the clocks go back. Choose which one is meant.")
        raise ValidationError(words % _words(naive), code="twice")


def in_words(moment: datetime) -> str:
    """A moment in the paper's zone, formatted for the language, and always with the zone's name."""
    local = timezone.localtime(moment)
    words = formats.date_format(local, "DATETIME_FORMAT").removesuffix(local.tzname() or "").rstrip()
    return f"{words} {zone_of(local)}"


def clock(moment: datetime) -> str:
    """The time of day in the paper's zone, to the second, with the zone's name: "13:05:09 UTC"."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M:%S} {zone_of(local)}"


def zone_of(local: datetime) -> str:
    """What people call the zone of a time."""
    name = local.tzname() or ""
    return str(_ZONES.get(name, name))


def meanings(naive: datetime) -> list[datetime]:
    """The moments at which clocks in the current zone show this time, the earlier first: one, two or none (PEP 495)."""
    zone = timezone.get_current_timezone()
    found = {}
    for fold in (0, 1):
        moment = naive.replace(tzinfo=zone, fold=fold)
        # A time that falls into a gap does not come back as it was.
        if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == naive:
            found[moment.astimezone(UTC)] = moment
    return [found[key] for key in sorted(found)]


# --- How ------------------------------------------------------------------------------------------------------------

_TYPED: tuple[forms.Field, forms.Field] = (_Day(), forms.TimeField())


def _drawn(renderer: Any, one: dict[str, Any]) -> SafeString:
    drawn: str = renderer.render(one["template_name"], {"widget": one})
    return mark_safe(drawn)  # noqa: S308


def _read(field: forms.Field, value: Any) -> Any:
    try:
        return field.clean(value)
    except ValidationError:
        return None


def _choices(day: date | None, clock: time | None) -> list[dict[str, str]]:
    """The two choices, if that time of that day comes twice."""
    if day is None or clock is None:
        return []
    meant = meanings(datetime.combine(day, clock))
    if len(meant) < 2:  # noqa: PLR2004
        return []
    return [{"value": _offset(moment), "label": f"{moment:%H:%M %Z} (UTC{_offset(moment)})"} for moment in meant]


def _offset(moment: datetime) -> str:
    """The offset, as in "+02:00"."""
    offset = f"{moment:%z}"
    return f"{offset[:3]}:{offset[3:5]}"


def _gap_in_words(naive: datetime) -> str:
    """Why there is no such time: from which time to which the clocks go."""
    zone = timezone.get_current_timezone()
    # With the offset from before and with that from after, the missing time lies on either side of the gap.
    before, after = (naive.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    start = _last_second_of((naive - after).replace(tzinfo=UTC), (naive - before).replace(tzinfo=UTC))
    words = _(
        "On %(day)s there is no %(clock)s in %(zone)s: the clocks go from %(start)s to %(end)s. Choose a time before or"
        " after."
    )
    edge = (start + before).strftime(_CLOCK), (start + after).strftime(_CLOCK)
    return words % {**_words(naive), "start": edge[0], "end": edge[1]}


def _last_second_of(low: datetime, high: datetime) -> datetime:
    """The moment, between two in UTC, at which the zone's offset changes, to the second."""
    zone = timezone.get_current_timezone()
    first = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == first else (low, middle)
    return high.replace(microsecond=0)


def _words(naive: datetime) -> Mapping[str, str]:
    return {
        "day": formats.date_format(naive, "DATE_FORMAT"),
        "clock": naive.strftime(_CLOCK),
        "zone": timezone.get_current_timezone_name(),
    }
