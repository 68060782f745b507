"""The desk's forms for an author's standing, and for slowing or pausing a network."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import policy
from comments.states import GIVEN_STANDINGS, Restraint, Standing
from newsportal.zoned import ZonedDateTimeField

LIFT = "lift"


def lengths_of(lengths: Iterable[timedelta]) -> list[tuple[str, Any]]:
    """The choices of how long, by hours."""
    return [(str(int(length / timedelta(hours=1))), _length(length)) for length in lengths]


def _length(length: timedelta) -> str:
    hours = int(length / timedelta(hours=1))
    if length.days and hours % 24 == 0:
        return ngettext("%(n)s day", "%(n)s days", length.days) % {"n": length.days}
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


class _LastingForm(forms.Form):
    """What changes, for how long, and why. `saw` is the newest row of the log that the page showed.

    Each form says which `lengths` it offers, and what choosing none of them means (`endless`).
    """

    lengths: tuple[timedelta, ...] = ()
    endless: Any = ""

    to = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)
    length = forms.ChoiceField(label=_("For"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3}))
    saw = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Anew for each form: the words depend on the reader's language.
        self.fields["length"].choices = [("", self.endless), *lengths_of(self.lengths)]  # type: ignore[attr-defined]

    def show_now(self, saw: str) -> None:
        """Let a form that came back send the state that the new page shows."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "saw": saw}

    @property
    def until(self) -> datetime | None:
        """The end that was chosen; only for a valid form."""
        hours = self.cleaned_data["length"]
        return timezone.now() + timedelta(hours=int(hours)) if hours else None


class StandingForm(_LastingForm):
    """How an author is to stand."""

    lengths = policy.STANDING_LENGTHS
    endless = _("no end, or the time below")

    to = forms.ChoiceField(
        label=_("From now on"),
        widget=forms.RadioSelect,
        choices=[*((one.value, one.label) for one in GIVEN_STANDINGS), (LIFT, _("lift: what decisions earn"))],
    )
    at = ZonedDateTimeField(label=_("Or until"), required=False)

    field_order = ("to", "length", "at", "reason", "saw")

    def clean(self) -> dict[str, Any]:
        """One end or the other."""
        data = super().clean() or {}
        if data.get("length") and data.get("at"):
            raise ValidationError(_("Choose how long, or until when: not both."))
        return data

    @property
    def until(self) -> datetime | None:
        """The end that was chosen; only for a valid form."""
        typed: datetime | None = self.cleaned_data["at"]
        return typed or super().until

    @property
    def standing(self) -> Standing | None:
        """The standing to give; None to lift it."""
        chosen = self.cleaned_data["to"]
        return None if chosen == LIFT else Standing(chosen)


class RestraintForm(_LastingForm):
    """Whether a network is slowed or paused."""

    lengths = policy.RESTRAINT_LENGTHS
    endless = _("until its key is gone")

    to = forms.ChoiceField(
        label=_("From now on"),
        widget=forms.RadioSelect,
        choices=[*Restraint.choices, (LIFT, _("lift: as any other network"))],
    )

    field_order = ("to", "length", "reason", "saw")

    @property
    def restraint(self) -> Restraint | None:
        """What to do; None to lift it."""
        chosen = self.cleaned_data["to"]
        return None if chosen == LIFT else Restraint(chosen)
