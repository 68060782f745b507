"""Sections, tags, people and sources in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet, URLField
from django.http import HttpRequest

from articles import naming
from articles.admin.review import SectionEditorInline, has_other_editors
from articles.admin.searching import SearchedFieldsMixin
from articles.models import Person, Section, Source, Tag
from newsportal.links import absolute


class _NamedAdmin(SearchedFieldsMixin, admin.ModelAdmin[Any]):
    """Something that stories are filed under: after a change of address the old one redirects."""

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
    autocomplete_fields = ("picture",)
    inlines = (SectionEditorInline,)

    def changes_rights(self, request: HttpRequest) -> bool:
        """Whether what is sent changes which editors are limited to the section (`newsportal.accounts`)."""
        match = request.resolver_match
        named = match.kwargs.get("object_id") if match else None
        return has_other_editors(request.POST, self.get_object(request, unquote(named)) if named else None)


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
