"""What browsers reported, for staff who may see it: a read-only list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsportal.operating.models import CspReport


@admin.register(CspReport)
class CspReportAdmin(admin.ModelAdmin[CspReport]):
    list_display = ("directive", "blocked", "path", "times", "first_at", "last_at")
    list_filter = ("directive",)
    list_display_links = None
    actions = None
    ordering = ("-last_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
