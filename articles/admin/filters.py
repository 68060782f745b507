"""The newsroom's views of its stories."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PresenceFilter(admin.SimpleListFilter):
    """Stories by what the public sees of them, as their editions tell."""

    title = pgettext_lazy("what a list is filtered by", "public")
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("live", _("live")),
            ("changed", _("live and changed since")),
            ("scheduled", _("scheduled")),
            ("corrected", _("corrected")),
            ("withdrawn", _("withdrawn")),
            ("never", _("never published")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked: dict[str | None, Callable[[], QuerySet[Any]]] = {
            "changed": queryset.changed_since,  # type: ignore[attr-defined]
            "scheduled": queryset.scheduled,  # type: ignore[attr-defined]
            "corrected": queryset.corrected,  # type: ignore[attr-defined]
        }
        if self.value() in asked:
            return asked[self.value()]()
        conditions: dict[str | None, dict[str, Any]] = {
            "live": {"is_live": True},
            "withdrawn": {"was_published": True, "is_live": False},
            "never": {"was_published": False},
        }
        return queryset.filter(**conditions.get(self.value(), {}))


class OwnFilter(admin.SimpleListFilter):
    """A person's own stories, and those that nobody has in hand any more."""

    title = _("owner")
    parameter_name = "own"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("my stories")), ("left", _("of somebody who has left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "left":
            return queryset.left_behind()  # type: ignore[attr-defined,no-any-return]
        return queryset.filter(owner=F("owner") if self.value() != "yes" else request.user.pk)
