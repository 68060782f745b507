"""The forms of the newsroom."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from articles import html
from articles.admin.writing import BodyWidget
from articles.editing import check_embargo, stale_words
from articles.limits import TAGS_A_STORY
from articles.models import Article, Edition, Tag
from articles.publishing import Scheduled
from articles.states import Kind
from newsportal import zoned
from newsportal.characters import fit
from newsportal.refusal import Refusal
from newsportal.zoned import ZonedDateTimeField


class ArticleForm(forms.ModelForm[Article]):
    """The working copy. `seen_version` is the version that the editor opened; a newer one is not overwritten."""

    seen_version = forms.IntegerField(label=_("version"), widget=forms.HiddenInput, required=False)
    # Fills the form instead of a request: unsaved text that is taken back.
    given: QueryDict | None = None
    embargo = ZonedDateTimeField(label=_("Embargo"), required=False, help_text=_("Nobody can publish before this."))

    class Meta:
        model = Article
        # The admin's fieldsets choose among these.
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "body": _(
                "A paragraph that holds nothing but [[quote name]] or [[picture number]] is where the quote of that "
                "name, or the picture of that number in the library, stands. Without a script this is HTML."
            )
        }
        widgets = {
            "headline": forms.Textarea(attrs={"rows": 2, "cols": 90}),
            "summary": forms.Textarea(attrs={"rows": 3, "cols": 90}),
            "body": BodyWidget(),
            "byline": forms.TextInput(attrs={"size": 60}),
            "seo_title": forms.TextInput(attrs={"size": 90}),
            "seo_description": forms.Textarea(attrs={"rows": 2, "cols": 90}),
            "key_points_heading": forms.TextInput(attrs={"size": 90}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.given is not None:
            kwargs.setdefault("data", self.given)
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
        else:
            self.initial.setdefault("language", settings.LANGUAGE_CODE)

    def is_multipart(self) -> bool:
        """Always: percent-encoded, a long story in Chinese would be three times as large, and refused."""
        return True

    def clean_headline(self) -> str:
        """The headline on one line, with something in it that can be stored."""
        headline = " ".join(fit(self.cleaned_data["headline"]).split())
        if not headline:
            raise ValidationError(self.fields["headline"].error_messages["required"], code="required")
        return headline

    def clean_tags(self) -> QuerySet[Tag]:
        """No more tags than a page names."""
        tags: QuerySet[Tag] = self.cleaned_data["tags"]
        if (number := tags.count()) > TAGS_A_STORY:
            words = _("A story has %(most)s tags at most, and these are %(number)s.")
            raise ValidationError(words, params={"most": TAGS_A_STORY, "number": number})
        return tags

    def clean_body(self) -> str:
        """The text as it was sent; saving cleans it. A text beyond the limits comes back, whole, with the reason."""
        body: str = self.cleaned_data["body"]
        try:
            html.check(body)
        except Refusal as refusal:
            raise ValidationError(refusal.words) from refusal
        return body

    def clean_embargo(self) -> datetime | None:
        """The embargo, if no scheduled edition would break it."""
        embargo: datetime | None = self.cleaned_data["embargo"]
        if self.instance.pk:
            try:
                check_embargo(Article(pk=self.instance.pk, embargo=embargo))
            except Refusal as refusal:
                raise ValidationError(refusal.words) from refusal
        return embargo

    def clean(self) -> dict[str, Any] | None:
        """Refuse to overwrite what somebody else saved; the row stays locked until the save has ended."""
        cleaned = super().clean()
        if self.instance.pk:
            present = Article.objects.select_for_update().get(pk=self.instance.pk)
            if (cleaned or {}).get("seen_version") != present.version:
                words = stale_words(present)
                kept = _("Nothing was saved. Your text is below: compare it with theirs, and choose.")
                raise ValidationError(f"{words} {kept}")
        return cleaned


class OrderedFormSet(forms.BaseInlineFormSet[Any, Article, Any]):
    """A list in order. A row whose position is left empty goes to the end."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # In a table the heading of the column is not a label.
        for field in form.fields.values():
            if field.label:
                # A choice's wrapper shares its attributes with other rows, but not with the widget inside it.
                widget = getattr(field.widget, "widget", field.widget)
                widget.attrs.setdefault("aria-label", field.label)
        form.fields["position"].required = False
        if form.instance.pk is None:
            form.fields["position"].initial = None

    def save_new(self, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        self._place(form.instance)
        return super().save_new(form, commit=commit)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        self._place(form.instance)
        return super().save_existing(form, obj, commit=commit)

    def _place(self, row: Any) -> None:
        if row.position is None:
            taken = [other.instance.position for other in self.forms if other.instance.position is not None]
            row.position = max(taken, default=-1) + 1


class VerbForm(forms.Form):
    """What goes with a verb: the time, the kind of change, the note, and what becomes of a scheduled edition."""

    kind = forms.ChoiceField(label=_("Kind of change"), required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=_("Public for a change to a live story; for the writer when a story is sent back."),
    )
    at = ZonedDateTimeField(label=_("At"), required=False)
    scheduled = forms.ChoiceField(
        label=_("The scheduled edition"),
        required=False,
        choices=[
            (Scheduled.ASK.value, _("choose")),
            (Scheduled.CANCEL.value, _("is cancelled; its words stay among the editions")),
            (Scheduled.KEEP.value, _("is kept, as it is")),
        ],
    )

    def __init__(self, *args: Any, first: bool, future: Edition | None = None, **kwargs: Any) -> None:
        """`first`: readers have seen nothing of it yet. `future`: the scheduled edition that the form asks about."""
        super().__init__(*args, **{**kwargs, "prefix": "verb"})
        if future is None:
            del self.fields["scheduled"]
        else:
            when = zoned.in_words(future.visible_from)
            self.fields["scheduled"].label = _("The edition scheduled for %(when)s") % {"when": when}
        later = [choice for choice in Kind.choices if choice[0] != Kind.FIRST]
        choices = [("", Kind.FIRST.label)] if first else [("", _("choose")), *later]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def refill(self, typed: QueryDict) -> None:
        """Show the typed text that is taken back."""
        self.data, self.is_bound = typed, True

    @property
    def chosen_kind(self) -> Kind:
        """What kind of edition is asked for."""
        return Kind(self.cleaned_data["kind"] or Kind.FIRST)

    @property
    def chosen_scheduled(self) -> Scheduled:
        """What becomes of the scheduled edition."""
        return Scheduled(self.cleaned_data.get("scheduled") or Scheduled.ASK)
