"""The picture library in the admin: a grid, a zone for dropping files, and where each picture is used."""

import logging
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import library, permissions
from articles.admin.focus import FocusField
from articles.limits import PICTURE_BYTES
from articles.models import Article, Picture
from articles.uploads import as_kept
from newsportal.media import Unreachable
from newsportal.refusal import Refusal

logger = logging.getLogger(__name__)

_TAKEN = "image/jpeg,image/png,image/webp"


class PictureFileField(forms.FileField):
    """The file of a picture, converted to what the library keeps; refused, in words, before it is decoded."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The picture as it is kept, or the present one; raises ValidationError."""
        file = super().clean(data, initial)
        return as_kept(file) if data else file


class PictureForm(forms.ModelForm[Picture]):
    """A picture of the library, with an alternative text or marked as decorative."""

    # Whether the storage did not answer when the picture was to be saved.
    is_storage_away = False
    file = PictureFileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": _TAKEN, "data-picture-file": True}),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, up to 30 MB and 50 megapixels (a WebP: 25), at least 320 pixels on each side. "
            "What the camera noted (place, time, device) is removed."
        ),
    )
    ppoi = FocusField(
        label=gettext_lazy("Focal point"), help_text=gettext_lazy("What every crop keeps. Arrow keys move the point.")
    )

    class Meta:
        model = Picture
        fields = ("file", "ppoi", "alt", "is_decorative", "caption", "credit")
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "caption": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "credit": forms.TextInput(attrs={"size": 60}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "ppoi" in self.fields:
            self.fields["ppoi"].widget.picture = _whole(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Require a text or the mark "decorative", not both; and the file, if new crops are to be made of it."""
        cleaned = super().clean() or {}
        if "file" not in self.changed_data:
            # If it were set again, it would be read.
            cleaned.pop("file", None)
        if self.is_storage_away:
            self.add_error("file" if "file" in self.fields else None, _storage_is_away())
        elif "ppoi" in self.changed_data and "file" not in self.changed_data and self._is_lost():
            self.add_error("file", _("This file is lost. Choose it again."))
        alt, is_decorative = cleaned.get("alt", ""), cleaned.get("is_decorative", False)
        if not alt and not is_decorative and "alt" not in self.errors:
            self.add_error("alt", _("Say what the picture shows, or mark it as decorative."))
        if alt and is_decorative:
            self.add_error("is_decorative", _("It has an alternative text. Take away one of the two."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Leave an unchanged file out of the validation, which would read it: if the file is lost or its storage does
        not answer, the picture's words can be changed all the same.
        """
        unsent = set() if "file" in self.changed_data else {"file"}
        return {*super()._get_validation_exclusions(), *unsent}  # type: ignore[misc]

    def _is_lost(self) -> bool:
        file = self.instance.file
        return bool(file) and not file.storage.exists(file.name)


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin[Picture]):
    form = PictureForm
    search_fields = ("alt", "caption", "credit")
    list_per_page = 48
    actions = None
    change_list_template = "admin/articles/picture/change_list.html"
    add_form_template = change_form_template = "admin/articles/picture/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the one that dropped files are sent to."""
        drop = path("drop/", self.admin_site.admin_view(self.drop), name="articles_picture_drop")
        return [drop, *super().get_urls()]

    # --- What is shown ----------------------------------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        """The fields; without file and focus once an edition shows the picture, as editions must not change."""
        shape = ("preview",) if obj and self._is_fixed(request, obj) else ("file", "ppoi")
        return (*shape, "alt", "is_decorative", "caption", "credit")

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        return ("preview", "file", "ppoi") if obj and self._is_fixed(request, obj) else ()

    def _is_fixed(self, request: HttpRequest, picture: Picture) -> bool:
        return (
            picture.editions.exists()
            or picture.figure_editions.exists()
            or not self.has_change_permission(request, picture)
        )

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, picture: Picture) -> SafeString:
        """The whole picture."""
        return format_html('<img class="library-preview" src="{}" alt="">', _whole(picture))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The grid, with an empty form to copy for each dropped file."""
        more = {"drop_form": PictureForm(auto_id=False), "bytes_taken": PICTURE_BYTES, "types_taken": _TAKEN}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one picture, with where it is used."""
        picture = self.get_object(request, unquote(object_id))
        used = self._used(request, picture) if picture and self.has_view_permission(request, picture) else {}
        return super().change_view(request, object_id, form_url, {**used, **(extra_context or {})})

    def _used(self, request: HttpRequest, picture: Picture) -> dict[str, Any]:
        """Where a picture is used, as far as this person may know: writers see their own stories."""
        uses, links, others = library.uses_of(picture), [], 0
        for use in uses:
            if isinstance(use.of, Article) and not permissions.can_see(request.user, use.of):
                others += 1
                continue
            name, key = use.address
            links.append({"words": use.words, "url": reverse(name, args=[key])})
        return {"uses": links, "other_uses": others, "is_used": bool(uses)}

    # --- What is changed --------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; if the storage does not accept what was sent, nothing is saved and the words come back."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Unreachable as error:
            logger.warning("%s", error)
            request.is_storage_away = True  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's form, told whether the storage does not answer."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.is_storage_away = getattr(request, "is_storage_away", False)
        return form

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:  # noqa: FBT001
        library.save(obj)

    def drop(self, request: HttpRequest) -> HttpResponse:
        """Accept one file with its words: 201 with its address, or 422 with what is wrong with which field; 503, in the
        same form, if the storage does not accept it.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=422)
        try:
            picture = library.save(form.save(commit=False))
        except Unreachable as error:
            logger.warning("%s", error)
            return JsonResponse({"errors": {"file": [_storage_is_away()]}}, status=503)
        self.log_addition(request, picture, [{"added": {}}])
        where = reverse("admin:articles_picture_change", args=[picture.pk])
        return JsonResponse({"words": str(picture), "url": where, "thumbnail": picture.file.w320}, status=201)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for confirmation, or say why the picture stays: where it is used, or that its storage does not answer."""
        picture = self.get_object(request, unquote(object_id))
        if picture is None or not self.has_delete_permission(request, picture):
            return super().delete_view(request, object_id, extra_context)
        used = self._used(request, picture)
        if used["is_used"]:
            return self._in_use(request, picture, used)
        try:
            return super().delete_view(request, object_id, {"picture": picture, **(extra_context or {})})
        except Refusal:
            return self._in_use(request, picture, self._used(request, picture))
        except Unreachable as error:
            logger.warning("%s", error)
            messages.error(
                request, _("Pictures cannot be reached just now, so it was not deleted. Try again in a moment.")
            )
            return redirect("admin:articles_picture_change", picture.pk)

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        library.delete(obj)

    def _in_use(self, request: HttpRequest, picture: Picture, used: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **used,
            "title": _("This picture is in use"),
            "opts": self.opts,
            "original": picture,
        }
        status = 409 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/articles/picture/in_use.html", context, status=status)


def _storage_is_away() -> str:
    return _(
        "Pictures cannot be stored just now. Nothing was saved, and what you typed is still here: "
        "send it again in a moment, with its file."
    )


def _whole(picture: Picture) -> str:
    """The address of the whole picture; for an older picture without such a crop, it is made here."""
    if not picture.has_all_crops:
        try:
            picture.file.process("whole")
        except (OSError, ValueError, SyntaxError):
            logger.warning("picture %s cannot be read", picture.pk)
    return str(picture.file.whole)
