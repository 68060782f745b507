"""Sections, tags, people, sources and pictures in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import naming
from articles.admin.review import SectionEditorInline
from articles.admin.searching import SearchedFieldsMixin
from articles.models import Person, Picture, Section, Source, Tag
from articles.pictures import check_upload
from newsportal.links import absolute


class _NamedAdmin(SearchedFieldsMixin, admin.ModelAdmin[Any]):
    """Something that stories are filed under: an address that was changed leads on."""

    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name",)

    def view_on_site(self, obj: Section | Tag | Person) -> str:
        """Its page."""
        return absolute(obj.get_absolute_url())

    def save_model(self, request: HttpRequest, obj: Section | Tag | Person, form: Any, change: bool) -> None:  # noqa: FBT001
        naming.save(obj)

    def delete_model(self, request: HttpRequest, obj: Section | Tag | Person) -> None:
        naming.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            naming.delete(row)


@admin.register(Section)
class SectionAdmin(_NamedAdmin):
    list_display = ("name", "slug", "position")
    inlines = (SectionEditorInline,)


@admin.register(Tag)
class TagAdmin(_NamedAdmin):
    list_display = ("name", "slug")


@admin.register(Person)
class PersonAdmin(_NamedAdmin):
    list_display = ("name", "role", "slug")
    autocomplete_fields = ("portrait",)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ("name", "url")
    search_fields = ("name",)


class PictureForm(forms.ModelForm[Picture]):
    """A picture of the library; a file that cannot be one is refused before it is decoded."""

    class Meta:
        model = Picture
        fields = ("file", "ppoi", "alt", "caption", "credit")

    def clean_file(self) -> Any:
        """The uploaded file, looked at; raises ValidationError."""
        file = self.cleaned_data.get("file")
        if "file" in self.changed_data and file:
            check_upload(file)
        return file


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin[Picture]):
    form = PictureForm
    list_display = ("thumbnail", "alt", "credit", "size", "added_at")
    list_display_links = ("thumbnail", "alt")
    search_fields = ("alt", "caption", "credit")
    list_per_page = 30

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:  # noqa: FBT001
        naming.save_picture(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        """What an edition shows never changes: its file and crop are another picture's, if they are to be others."""
        return ("file", "ppoi") if obj and obj.editions.exists() else ()

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        """The smallest crop."""
        return format_html('<img src="{}" width="120" height="80" alt="" loading="lazy">', picture.file.w320)

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        """Width and height of the file as it came."""
        return f"{picture.width} × {picture.height}"
