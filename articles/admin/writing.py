"""Where a story is written: its text editor, the library's pictures for it, and what a save says about the text.

The editor is a script over a plain text area and works with what the page gives it: its words are in the template
`_writing.html`, its numbers on the fields. It adds nothing to the Content Security Policy.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import BaseInlineFormSet, Textarea
from django.forms.widgets import Media, Script
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from articles import html
from articles.limits import (
    BODY_LENGTH,
    HEADLINE_SHOWN,
    NESTED_BLOCKS,
    PICTURES_LISTED,
    SEO_DESCRIPTION_SHOWN,
    SEO_TITLE_SHOWN,
    SUMMARY_LENGTH,
    WORDS_A_MINUTE,
)
from articles.models import Article, Picture
from newsportal.characters import fit
from newsportal.numbers import number_in

# About how long each may be before it is cut somewhere, or nobody reads it.
LENGTHS = {
    "headline": HEADLINE_SHOWN,
    "summary": SUMMARY_LENGTH,
    "seo_title": SEO_TITLE_SHOWN,
    "seo_description": SEO_DESCRIPTION_SHOWN,
}


class BodyWidget(Textarea):
    """A plain text area of HTML, which a script turns into an editor; without a script it stays one."""

    def __init__(self, *, is_timed: bool = True) -> None:
        """`is_timed`: it says how long the text takes to read."""
        numbers = {"data-longest": BODY_LENGTH, "data-deepest": NESTED_BLOCKS}
        numbers |= {"data-words-a-minute": WORDS_A_MINUTE} if is_timed else {}
        super().__init__(attrs={"rows": 28, "cols": 90, "data-rich-text": "", **numbers})

    @property
    def media(self) -> Media:
        """The editor's script and the styles that its text needs."""
        return Media(css={"all": ["writing.css"]}, js=[module("editor")])


class WritingAdmin(admin.ModelAdmin[Article]):
    """The part of a story's page that deals with its text."""

    @property
    def media(self) -> Media:
        """The page's own scripts and styles, besides those of its fields."""
        scripts = [module(name) for name in ("lists", "lengths", "found")]
        return super().media + Media(css={"all": ["writing.css"]}, js=scripts)

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the library for the text editor's dialog."""
        library = path("library/", self.admin_site.admin_view(self.library), name="articles_article_library")
        return [library, *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form, whose fields tell the scripts how long they should be and where the library is."""
        form = super().get_form(request, obj, change=change, **kwargs)
        for name, most in LENGTHS.items():
            if name in form.base_fields:
                form.base_fields[name].widget.attrs["data-length"] = most
        if obj is None and "headline" in form.base_fields:
            form.base_fields["headline"].widget.attrs["autofocus"] = True
        if "body" in form.base_fields:
            form.base_fields["body"].widget.attrs["data-library"] = reverse("admin:articles_article_library")
        return form

    def library(self, request: HttpRequest) -> JsonResponse:
        """Pictures of the library as JSON: those with the words `q`, the one with the key `id`, or the newest."""
        if not request.user.has_perm("articles.view_picture"):
            raise PermissionDenied
        found = _found(fit(request.GET.get("q", ""))[:200], request.GET.get("id", ""))
        return JsonResponse({"pictures": [_as_json(picture) for picture in found]})

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: list[BaseInlineFormSet[Any, Any, Any]],
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save, and say which parts of the text were not kept. The checklist says what readers will not see of it."""
        super().save_related(request, form, formsets, change)
        for words in _told_of_cleaning(form):
            messages.warning(request, words)


def module(name: str) -> Any:
    """A script of the newsroom; typed as Any, because Django's stubs allow only paths."""
    return Script(f"js/newsroom/{name}.js", type="module")


def _found(words: str, key: str) -> list[Picture]:
    rows = Picture.objects.all()
    if key:
        number = number_in(key)
        return list(rows.filter(pk=number)) if number is not None else []
    for word in words.split():
        rows = rows.filter(Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word))
    return list(rows[:PICTURES_LISTED])


def _as_json(picture: Picture) -> dict[str, object]:
    return {
        "id": picture.pk,
        "alt": str(picture),
        "caption": picture.caption,
        "credit": picture.credit,
        "thumbnail": picture.file.w320,
    }


def _told_of_cleaning(form: Any) -> Iterator[str]:
    """What the allow-list took out of the text that was sent."""
    if gone := html.taken_out(form.cleaned_data.get("body", "")):
        words = _("Taken out of the body, which may not hold it: %(names)s. The words around it are kept.")
        yield words % {"names": ", ".join(gone)}
