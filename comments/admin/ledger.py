"""The ledger in the admin: every decision in one list, as CSV, and in figures. Nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from comments import ledger, policy
from comments.admin.figure_page import figures
from comments.admin.ledger_filters import (
    NARROWING,
    BatchFilter,
    DaysFilter,
    ObjectionFilter,
    OutcomeFilter,
    ReasonFilter,
    SectionFilter,
    UndoneFilter,
    WhoFilter,
    looked_through,
)
from comments.admin.read_only import ReadOnlyAdmin
from comments.models import Decision
from comments.models.comment import PUBLIC_ID_LENGTH


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    """Every decision, newest first."""

    list_display = ("__str__",)
    list_display_links = None
    list_filter = (
        *(WhoFilter, DaysFilter, OutcomeFilter, ReasonFilter, SectionFilter, UndoneFilter, ObjectionFilter),
        BatchFilter,
    )
    # Some of these filters use several parameters.
    linked_lookups = NARROWING
    search_fields = ("comment__public_id", "comment__name")
    search_help_text = gettext_lazy("Public id of a comment, or its author's name")
    list_per_page = 100
    actions = None
    change_list_template = "admin/comments/decision/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return ledger.with_context(Decision.objects.all())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first, in the order in which they were written; within chosen days in the order of an index."""
        return ("-at", "-pk") if DaysFilter.is_asked(request) else ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        """A whole public id is looked up; a name is searched for within the chosen days, or among the newest rows."""
        if not search_term:
            return queryset, False
        if len(search_term) == PUBLIC_ID_LENGTH:
            of_comment = queryset.filter(comment__public_id=search_term)
            if of_comment.exists():
                return of_comment, False
        return looked_through(queryset, request).filter(comment__name__icontains=search_term), False

    def get_urls(self) -> list[URLPattern]:
        ours = (("csv/", self.csv_view, "csv"), ("figures/", self.figures_view, "figures"))
        view = self.admin_site.admin_view
        return [
            *(path(at, view(require_safe(does)), name=f"comments_decision_{name}") for at, does, name in ours),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with what each row is about."""
        title = {"title": _("What was decided"), "searched": policy.LEDGER_SEARCHED}
        response = super().changelist_view(request, {**title, **(extra_context or {})})
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown["entries"] = ledger.entries(list(shown["cl"].result_list))
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row is shown among the others of its comment."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        decision = self.get_object(request, object_id)
        if decision is None:
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:comments_comment_change", decision.comment_id)

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        """The whole list as it is narrowed: streamed, as it may be long, and never cached, like every page here."""
        self._check(request)
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:comments_decision_changelist")
        response = StreamingHttpResponse(ledger.as_csv(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="decisions.csv"'
        return response

    def figures_view(self, request: HttpRequest) -> TemplateResponse:
        """Figures of moderation, with their charts."""
        self._check(request)
        page = {**self.admin_site.each_context(request), "title": _("Figures"), "opts": self.opts}
        return TemplateResponse(request, "admin/comments/decision/figures.html", page | figures())

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
