"""The form below a preview. Its recipient has no account and no cookie."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.limits import PREVIEW_NOTE_LENGTH
from articles.models import Article
from newsportal.numbers import STORY_DIGITS, number_in


class NoteForm(forms.Form):
    """A note for the newsroom on the version that the recipient read (`saw`)."""

    text = forms.CharField(
        label=_("Note for the newsroom"),
        strip=False,
        help_text=format_lazy(
            _("Plain text, {most} characters at most. Only the newsroom reads it."), most=PREVIEW_NOTE_LENGTH
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write a note.")},
    )
    saw = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.form_id = "note-form"
        self.helper.form_method = "post"
        # A token would need a cookie: see `newsportal.origin`.
        self.helper.disable_csrf = True
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("send", _("Send the note")))

    @classmethod
    def on(cls, article: Article) -> "NoteForm":
        """The empty form below a working copy."""
        return cls(initial={"saw": article.version})

    def clean_text(self) -> str:
        """The text, not empty; the verb says how long it may be."""
        text = str(self.cleaned_data["text"])
        if not text.strip():
            raise ValidationError(_("Write a note."), code="required")
        return text

    def clean_saw(self) -> int:
        """The number of a version, or 0: nobody is refused for a field that a machine fills in."""
        return number_in(self.cleaned_data["saw"], STORY_DIGITS) or 0
