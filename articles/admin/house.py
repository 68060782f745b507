"""The pages about the paper in the admin: a list of all, what is still to be filled in, and the form of each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.widgets import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles import house, house_blocks, html, permissions
from articles.admin.conflicts import OPENED, StoryForm, settle_post
from articles.admin.writing import BodyWidget, module
from articles.limits import HOUSE_SUMMARY_LENGTH, HOUSE_TITLE_LENGTH, HOUSE_VERSIONS_SHOWN
from articles.models import HousePage, HousePageVersion
from articles.states import HOUSE_WORDS, House
from newsportal.caching import private_page
from newsportal.links import absolute
from newsportal.numbers import number_in
from newsportal.refusal import Refusal, Stale
from newsportal.staff import staff

_UNREADABLE = 422


class HousePageForm(forms.ModelForm[HousePage]):
    """The words of a page. `seen_version` is the version that the editor opened; a newer one is not overwritten."""

    seen_version = forms.IntegerField(label=gettext_lazy("version"), widget=forms.HiddenInput, required=False)
    # The version whose words fill the form.
    given: HousePageVersion | None = None

    class Meta:
        model = HousePage
        # The admin's fieldsets choose among these.
        fields = "__all__"  # noqa: DJ007
        labels = {"is_public": gettext_lazy("Readers see this page")}
        help_texts = {
            "slug": gettext_lazy("What stands in the address behind /about/. It stays as it is."),
            "summary": gettext_lazy("A sentence below the title; search engines show it."),
            "body": gettext_lazy(
                "A paragraph that holds nothing but [[block name]] is where the portal writes something itself, which "
                "is never out of date. The blocks are listed below. Without a script this is HTML."
            ),
            "is_public": gettext_lazy(
                "Then it is found at its address and named at the foot of every page. Without this, it is a page that "
                "never was."
            ),
            "position": gettext_lazy("The order at the foot of a page; those that every paper has stand before these."),
        }
        widgets = {
            "title": forms.TextInput(attrs={"size": 60, "data-length": HOUSE_TITLE_LENGTH}),
            "summary": forms.Textarea(attrs={"rows": 2, "cols": 90, "data-length": HOUSE_SUMMARY_LENGTH}),
            "body": BodyWidget(is_timed=False),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version
        if self.given:
            self.initial.update({name: getattr(self.given, name) for name in ("title", "summary", "body")})

    def clean_slug(self) -> str:
        """The address, which must not be one of those that every paper has."""
        slug: str = self.cleaned_data["slug"]
        if slug in House.values:
            raise ValidationError(_("Every paper has a page with this name: it is in the list."))
        return slug

    def clean_body(self) -> str:
        """The text as it was sent; saving cleans it."""
        body: str = self.cleaned_data["body"]
        try:
            house.check_body(body)
        except Refusal as refusal:
            raise ValidationError(refusal.words) from refusal
        return body

    def clean(self) -> dict[str, Any] | None:
        """Refuse to overwrite what somebody else saved; the row stays locked until the save has ended."""
        cleaned = super().clean() or {}
        present = (
            HousePage.objects.select_for_update().filter(pk=self.instance.pk).first() if self.instance.pk else None
        )
        if present and cleaned.get("seen_version") != present.version:
            kept = _("Nothing was saved. Your text is below: compare it with theirs, and choose.")
            raise ValidationError(f"{house.stale_words(present.slug)} {kept}")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                house.check(self.instance)
            except Refusal as refusal:
                self.add_error(None, refusal.words)


@admin.register(HousePage)
class HousePageAdmin(admin.ModelAdmin[HousePage]):
    """The pages that every paper has are listed from the start, whether or not somebody has written them."""

    form = HousePageForm
    change_form_template = add_form_template = "admin/articles/housepage/change_form.html"

    @property
    def media(self) -> Media:
        """The page's own scripts and styles, besides those of its fields."""
        return super().media + Media(css={"all": ["writing.css"]}, js=[module("lengths"), module("kept-page")])

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the preview of an unsaved page."""
        preview = path(
            "preview/",
            self.admin_site.admin_view(private_page(self.preview_view)),
            name="articles_housepage_preview",
        )
        return [preview, *super().get_urls()]

    # --- Who may ----------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: HousePage | None = None) -> bool:
        return permissions.can_edit_house_pages(request.user)

    def has_change_permission(self, request: HttpRequest, obj: HousePage | None = None) -> bool:
        return permissions.can_edit_house_pages(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.can_edit_house_pages(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_edit_house_pages(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: HousePage | None = None) -> bool:
        return False

    # --- What is shown ----------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All pages, who wrote each, and what is still to be filled in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Pages about the paper"),
            "opts": self.opts,
            "rows": house.listed(),
            "gaps": house.gaps(),
        }
        return TemplateResponse(request, "admin/articles/housepage/list.html", context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> HousePage | None:
        """The page; if every paper has it and nobody has written it yet, with the portal's first text."""
        return house.to_edit(object_id)

    def get_fieldsets(self, request: HttpRequest, obj: HousePage | None = None) -> Any:
        words: tuple[str, ...] = ("seen_version", "title", "summary", "body")
        if obj is None:
            return [(None, {"fields": ("title", "slug", *words[:1], *words[2:], "is_public", "position")})]
        if obj.slug in HOUSE_WORDS:
            return [(None, {"fields": words})]
        more = ("is_public",) if obj.slug in House.values else ("is_public", "position")
        return [(None, {"fields": (*words, *more)})]

    def get_prepopulated_fields(self, request: HttpRequest, obj: HousePage | None = None) -> dict[str, Sequence[str]]:
        return {"slug": ("title",)} if obj is None else {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form, filled with an earlier version of the page if that was asked for (`?version=3`)."""
        form = super().get_form(request, obj, change=change, **kwargs)
        given = _asked_version(request, obj)
        return type(form.__name__, (form,), {"given": given}) if given else form

    def view_on_site(self, obj: HousePage) -> str | None:
        """Where readers see it, if they can."""
        return absolute(obj.get_absolute_url()) if obj.slug in HOUSE_WORDS or house.shown(obj.slug) else None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._twice(lambda: super(HousePageAdmin, self).add_view(request, form_url, _offered()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of one page, with its versions; if somebody was quicker, with both texts."""
        return self._twice(lambda: self._change(request, object_id, form_url))

    def _change(self, request: HttpRequest, object_id: str, form_url: str) -> HttpResponse:
        page = self.get_object(request, unquote(object_id))
        if page is None or not self.has_change_permission(request, page):
            return super().change_view(request, object_id, form_url)
        stored = self._stored(request, page)
        conflict = settle_post(request, stored) if request.method == "POST" else None
        versions = HousePageVersion.objects.filter(page=page.pk).select_related("by")[:HOUSE_VERSIONS_SHOWN]
        context = {
            "versions": versions,
            "given": _asked_version(request, page),
            "is_portals_own": not page.version,
            "conflict": conflict,
            # On a POST it stays what it was when the form was opened.
            "opened": request.POST.get(OPENED, "") if request.method == "POST" else stored.opened(),
            **_offered(),
        }
        return super().change_view(request, object_id, form_url, context)

    def _stored(self, request: HttpRequest, page: HousePage) -> StoryForm:
        """The form as the database has it."""
        fields = flatten_fieldsets(self.get_fieldsets(request, page))
        form = super().get_form(request, page, change=True, fields=fields)
        return StoryForm(page, form(instance=house.to_edit(page.slug)), [])

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The page as it was typed, as readers would see it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._preview(request)

    @method_decorator(require_POST)
    def _preview(self, request: HttpRequest) -> HttpResponse:
        typed = {name: request.POST.get(name, "") for name in ("title", "summary", "body")}
        try:
            house.check_body(typed["body"])
        except Refusal as refusal:
            words = {"words": refusal.words}
            return render(request, "admin/articles/frontpage/refused.html", words, status=_UNREADABLE)
        context = {"page": house.shown_as(HousePage(**typed)), "preview": True}
        return render(request, "articles/house_page.html", context)

    # --- What is changed --------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: HousePage, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save it, and say which parts of the text were not kept."""
        house.save(obj, by=staff(request), saw=form.cleaned_data.get("seen_version") or 0)
        if gone := html.taken_out(form.cleaned_data["body"]):
            words = _("Taken out of the text, which may not hold it: %(names)s. The words around it are kept.")
            messages.warning(request, words % {"names": ", ".join(gone)})

    def _twice(self, view: Any) -> HttpResponse:
        """Run the view again if somebody saved between its check and its save: the second check shows the conflict."""
        try:
            answer: HttpResponse = view()
        except Stale:
            answer = view()
        return answer


def _offered() -> dict[str, Any]:
    return {"blocks": house_blocks.all_blocks(), "show_save_and_add_another": False}


def _asked_version(request: HttpRequest, page: Any) -> HousePageVersion | None:
    number = number_in(request.GET.get("version", ""))
    if page is None or request.method != "GET" or number is None:
        return None
    return HousePageVersion.objects.filter(page=page.pk, number=number).first()
