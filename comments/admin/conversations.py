"""Conversations in the admin: which are open, and the two actions that change it."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Edition
from comments import conversations, permissions
from comments.admin.read_only import ReadOnlyAdmin
from comments.models import Thread
from newsportal.staff import staff


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin[Thread]):
    list_display = ("headline", "public_count", "closed_at")
    search_fields = ("article__editions__headline",)
    fields = ("headline", "public_count", "closed_at")
    readonly_fields = ("headline",)
    actions = ("close", "reopen")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        """Each with the newest headline that readers saw: the working copy is the newsroom's."""
        seen = Edition.objects.begun().filter(article=OuterRef("pk")).order_by("-visible_from")
        return Thread.objects.annotate(seen_headline=Subquery(seen.values("headline")[:1]))

    @admin.display(description=_("story"))
    def headline(self, thread: Any) -> str:
        """The story's newest public headline."""
        return str(thread.seen_headline or "")

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
