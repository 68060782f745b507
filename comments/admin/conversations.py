"""Conversations in the admin: which are open, and the two actions that change it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comments import conversations, permissions
from comments.admin.staff import ReadOnlyAdmin, staff
from comments.models import Thread


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin[Thread]):
    list_display = ("article", "public_count", "closed_at")
    list_select_related = ("article",)
    search_fields = ("article__headline",)
    actions = ("close", "reopen")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Django asks for this by the name in the actions' `permissions`."""
        return permissions.can_moderate(request.user)

    @admin.action(description=_("Close: take no more comments"), permissions=["moderate"])
    def close(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        """Close the chosen conversations."""
        for thread in queryset:
            conversations.close(thread, by=staff(request))

    @admin.action(description=_("Open: take comments again"), permissions=["moderate"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        """Open the chosen conversations."""
        for thread in queryset:
            conversations.reopen(thread, by=staff(request))
