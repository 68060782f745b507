"""Is it well formed? The form with which a reader reports a comment."""

from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comments import policy
from comments.forms import OwnEmailField, form_helper
from comments.reporting import Complaint
from comments.states import Reason
from comments.text import count, name_to_store, to_store

# Illegality comes last: it asks for more.
_ILLEGAL = (Reason.ILLEGAL.value, _("It is illegal"))
_REASONS = [
    *((reason.value, capfirst(reason.label)) for reason in Reason if reason is not Reason.ILLEGAL),
    _ILLEGAL,
]


class _WordsField(forms.CharField):
    """Words on several lines, cleaned as a comment is; there is only an upper limit."""

    def clean(self, value: str | None) -> str:
        """The words as they are stored; empty if nothing in them is visible."""
        raw = value or ""
        if len(raw) > policy.REPORT_CODE_POINTS:
            raise ValidationError(
                _("%(n)s of at most %(most)s characters. Say it in fewer words."),
                code="too_long",
                params={"n": len(raw), "most": policy.REPORT_CODE_POINTS},
            )
        text = to_store(raw)
        return text if count(text) else ""


class _NameField(forms.CharField):
    """A name on one line, or nothing. Only moderators read it, so it may be anybody's."""

    def clean(self, value: str | None) -> str:
        """The name as it is stored."""
        name = name_to_store((value or "")[: policy.NAME_CODE_POINTS * 2])
        if len(name) > policy.NAME_CODE_POINTS:
            raise ValidationError(
                _("This name is too long: %(most)s characters at most."), params={"most": policy.NAME_CODE_POINTS}
            )
        return name if count(name) else ""


class ReportForm(forms.Form):
    """A report of a comment. For illegal content it asks for what Article 16(2) of the Digital Services Act says."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=_REASONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong with it."),
            "invalid_choice": _("Choose what is wrong with it."),
        },
    )
    words = _WordsField(
        label=_("In your words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed for “Other”, and for what is illegal: which law it breaks, or why it is illegal."),
    )
    is_of_abuse = forms.BooleanField(
        label=_("It is illegal as sexual abuse of children"),
        required=False,
        help_text=_("Then you need not say who you are."),
    )
    name = _NameField(
        label=_("Your name"),
        required=False,
        help_text=_("Needed for what is illegal. Moderators read it, and nobody else."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = OwnEmailField(
        label=_("Your e-mail"),
        required=False,
        max_length=254,
        help_text=_("Needed for what is illegal. We mail that your report came, and what we decided."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    is_in_good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is right and complete"),
        required=False,
        help_text=_("Needed for what is illegal."),
    )

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            "report-form", action, Submit("send", pgettext_lazy("of a comment", "Send the report"))
        )

    def clean(self) -> dict[str, Any]:
        """What the reason requires."""
        data = self.cleaned_data
        if data.get("reason") == Reason.ILLEGAL:
            self._clean_notice(data)
        elif data.get("reason") in policy.REASONS_WITH_EXPLANATION:
            self._require("words", _("Say in your words what is wrong with it."))
        return data

    def complaint(self) -> Complaint:
        """What was said; only for a valid form."""
        data = self.cleaned_data
        return Complaint(
            reason=data["reason"],
            words=data["words"],
            name=data["name"],
            email=data["email"],
            is_of_abuse=data["is_of_abuse"] and data["reason"] == Reason.ILLEGAL,
        )

    def _clean_notice(self, data: dict[str, Any]) -> None:
        self._require("words", _("Say which law it breaks, or why it is illegal."))
        if not data.get("is_of_abuse"):
            self._require("name", _("Give your name: the law asks for it where something is reported as illegal."))
            self._require("email", _("Give your e-mail: the law asks for it where something is reported as illegal."))
        self._require("is_in_good_faith", _("Confirm that you believe in good faith what you say."))

    def _require(self, name: str, words: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, ValidationError(words, code="required"))
