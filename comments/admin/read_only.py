"""What the desk's pages share."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from comments import permissions

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]


def posted_on(page: str) -> Callable[[View], View]:
    """A view that accepts only POST; a GET leads to the page that its address names (`back`), or else to `page`.

    `page` is a name, with the same `pk` if there is one. GETs come from people who had to sign in again: signing in
    continues to the address to which a page of an ended session was sent. People who may not be there at all are
    refused.
    """

    def posted(view: View) -> View:
        only_post = require_POST(view)

        @wraps(view)
        def lead(request: HttpRequest, **which: str | int) -> HttpResponse:
            if request.method in {"GET", "HEAD"}:
                if not permissions.can_moderate(request.user):
                    raise PermissionDenied
                if asked := back_to(request.GET):
                    return redirect(asked)
                return redirect(f"admin:comments_{page}", *([which["pk"]] if "pk" in which else []))
            return only_post(request, **which)

        return lead

    return posted


def back_to(given: QueryDict) -> str:
    """The staff page from which a form or its address says that it was sent (`back`), with its filters.

    Empty if it names none, or one that is not ours.
    """
    page = given.get("back", "")
    is_ours = page.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else ""


class DeskAdmin(admin.ModelAdmin[M]):
    """A page of the desk: moderators see it; what they may change besides is up to Django's own permissions."""

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return permissions.can_moderate(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_moderate(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.can_moderate(request.user) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return permissions.can_moderate(request.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return permissions.can_moderate(request.user) and super().has_delete_permission(request, obj)


class ReadOnlyAdmin(DeskAdmin[M]):
    """Rows that the admin shows and that only verbs change."""

    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
