"""The form by which a reader reports an error in a story: no account, no cookie."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.error_reports import check_words
from articles.limits import ERROR_ADDRESS_DAYS
from articles.models import Edition
from newsportal.fields import FitFormField
from newsportal.mail_address import MailAddressField
from newsportal.numbers import STORY_DIGITS, number_in


class ErrorForm(forms.Form):
    """An error in the edition that the sender read (`edition`, its number)."""

    passage = FitFormField(
        label=_("Where it stands (optional)"),
        required=False,
        strip=False,
        help_text=_("Copy the sentence that is wrong, or say where in the story it is."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text = FitFormField(
        label=_("What is wrong"),
        required=False,
        strip=False,
        help_text=_("And how you know, if you can: a source helps us to check it."),
        widget=forms.Textarea(attrs={"rows": 6, "required": True}),
    )
    email = MailAddressField(
        label=_("E-mail (optional)"),
        required=False,
        max_length=254,
        help_text=format_lazy(
            _("Never shown. We write to it once, with our answer, and delete it {days} days after that."),
            days=ERROR_ADDRESS_DAYS,
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    edition = FitFormField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_id = "error-form"
        self.helper.form_action = action
        self.helper.form_method = "post"
        # A token would need a cookie: see `newsportal.origin`.
        self.helper.disable_csrf = True
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("send", _("Send the report")))

    @classmethod
    def on(cls, edition: Edition, action: str) -> "ErrorForm":
        """The empty form for an error in this edition."""
        return cls(initial={"edition": edition.number}, action=action)

    def clean(self) -> dict[str, Any]:
        """Words, no more than the verb accepts."""
        data = self.cleaned_data
        for field, words in check_words(data["text"], data["passage"]).items():
            self.add_error(field, words)
        return data

    def clean_edition(self) -> int | None:
        """The number of the edition that was read, or None: nobody is refused for a field that a machine fills in."""
        return number_in(self.cleaned_data["edition"], STORY_DIGITS)
