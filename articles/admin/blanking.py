"""The page on which words are removed from an ended edition."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import blanking, permissions
from articles.admin.comparing import seen_by
from articles.models import Edition
from newsportal.fields import FitFormField
from newsportal.refusal import Refusal
from newsportal.staff import staff

_LABELS = {
    "headline": gettext_lazy("headline and address"),
    "summary": gettext_lazy("summary"),
    "key_points_heading": gettext_lazy("heading of the key points"),
    "key_points": gettext_lazy("key points"),
    "quotes": gettext_lazy("quotes"),
    "body": gettext_lazy("body"),
    "note": gettext_lazy("public note"),
    "byline": gettext_lazy("byline"),
    "dateline_place": gettext_lazy("place"),
    "source_name": gettext_lazy("source"),
    "picture_alt": gettext_lazy("description of the picture"),
    "picture_caption": gettext_lazy("caption"),
    "picture_credit": gettext_lazy("credit"),
    "seo_title": gettext_lazy("title for search engines"),
    "seo_description": gettext_lazy("description for search engines"),
}


class BlankForm(forms.Form):
    """Which words to remove, and why."""

    text = FitFormField(
        label=gettext_lazy("These words, wherever they stand in the edition"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=gettext_lazy("In any case; white space and markup between them do not matter."),
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("And all words of"),
        required=False,
        choices=list(_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = FitFormField(
        label=gettext_lazy("Reason"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=gettext_lazy("For the log: who asked for it, and the file number. Without the words themselves."),
    )


class BlankedEditionsMixin:
    """An admin of stories in which words can be removed from ended editions."""

    def get_urls(self) -> list[Any]:
        """Django's addresses, preceded by ours."""
        assert isinstance(self, ModelAdmin)
        view = self.admin_site.admin_view(self.blank_view)
        return [
            path("<int:article_id>/blank/<int:number>/", view, name="articles_article_blank"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def blank_view(self, request: HttpRequest, article_id: int, number: int) -> HttpResponse:
        """The form, and the removal."""
        article = seen_by(self, request, article_id)
        if not permissions.can_blank(staff(request)):
            raise PermissionDenied
        edition = get_object_or_404(Edition, article=article, number=number)
        form = BlankForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                said = form.cleaned_data
                left = blanking.blank(
                    edition, by=staff(request), reason=said["reason"], text=said["text"], fields=said["parts"]
                )
            except Refusal as refusal:
                form.add_error(None, refusal.words)
            else:
                messages.success(request, _("Removed from edition %(number)s.") % {"number": number})
                if left:
                    words = _("The words still stand in: %(places)s.")
                    messages.warning(request, words % {"places": ", ".join(left)})
                return redirect("admin:articles_article_change", article.pk)
        assert isinstance(self, ModelAdmin)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Remove words from edition %(number)s") % {"number": number},
            "original": article,
            "edition": edition,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/blank.html", context)
