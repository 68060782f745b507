"""The forms on the page of a conversation: one for each thing that can be done to it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import policy
from comments.admin.standing_forms import lengths_of
from newsportal.zoned import ZonedDateTimeField


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": policy.THREAD_WORDS_CODE_POINTS, "data-keep": ""})


class ReasonForm(forms.Form):
    """Close or open it at once."""

    reason = forms.CharField(label=_("Why (for colleagues)"), required=False, strip=False, widget=_area(2))


class TimeForm(ReasonForm):
    """When it closes by itself."""

    at = ZonedDateTimeField(label=_("It closes at"), required=False, help_text=_("Empty: it stays open."))

    field_order = ("at", "reason")


class SlowForm(forms.Form):
    """For how long it is slowed."""

    length = forms.ChoiceField(label=_("For"))
    reason = forms.CharField(label=_("Why (readers read it)"), strip=False, widget=_area(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["length"].choices = lengths_of(policy.SLOWED_THREAD_LENGTHS)  # type: ignore[attr-defined]

    @property
    def until(self) -> Any:
        """The end that was chosen; only for a valid form."""
        return timezone.now() + timedelta(hours=int(self.cleaned_data["length"]))


class GuidanceForm(forms.Form):
    """A rule of its own."""

    words = forms.CharField(label=_("Stands above the form"), required=False, strip=False, widget=_area(3))


class QuestionForm(forms.Form):
    """What the newsroom asks its readers."""

    question = forms.CharField(label=_("Stands above the comments"), required=False, strip=False, widget=_area(3))
    asker = forms.CharField(label=_("Who asks"), required=False, widget=forms.TextInput(attrs={"size": 40}))
