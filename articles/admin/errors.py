"""Errors that readers reported: a list, and a page for each, on which an editor answers it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import error_reports, permissions
from articles.limits import ERROR_ANSWER_LENGTH, ERRORS_LISTED_CHARACTERS
from articles.models import Edition, ErrorReport
from articles.states import ErrorOutcome
from newsportal import zoned
from newsportal.fields import FitFormField
from newsportal.refusal import Refusal
from newsportal.staff import staff

_UNREADABLE = 422


class _EditionField(forms.ModelChoiceField[Edition]):
    """A choice of editions, each by its number, kind of change, and since when readers have seen it."""

    def label_from_instance(self, obj: Edition) -> str:
        said = {"number": obj.number, "kind": obj.get_kind_display(), "when": zoned.in_words(obj.visible_from)}
        return _("Edition %(number)s, %(kind)s, %(when)s") % said


class AnswerForm(forms.Form):
    """What came of a report."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), choices=ErrorOutcome.choices, widget=forms.RadioSelect
    )
    corrected_by = _EditionField(
        label=gettext_lazy("Corrected by"),
        queryset=Edition.objects.none(),
        required=False,
        help_text=gettext_lazy("The edition that corrected it. Publish the correction first, then answer."),
    )
    words = FitFormField(
        label=gettext_lazy("Your answer"),
        max_length=ERROR_ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=gettext_lazy("The reader gets these words, in the paper's name. Plain text."),
    )

    def __init__(self, report: ErrorReport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["corrected_by"]
        assert isinstance(field, _EditionField)
        field.queryset = error_reports.corrections_for(report)


class WaitingFilter(admin.SimpleListFilter):
    """Reports by whether they have been answered."""

    title = gettext_lazy("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("waits for one")), *ErrorOutcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(answered_at=None)
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(ErrorReport)
class ErrorReportAdmin(admin.ModelAdmin[ErrorReport]):
    """Reports on the stories that a person may see; those on stories that they edit, they may answer."""

    list_display = ("said", "story", "sent_at", "came_of_it")
    list_filter = (WaitingFilter,)
    # A story's page links to the reports on it.
    linked_lookups = ("article__id__exact",)
    list_select_related = ("article", "answered_by")
    list_per_page = 50
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.view_article")

    def has_view_permission(self, request: HttpRequest, obj: ErrorReport | None = None) -> bool:
        is_staff = request.user.has_perm("articles.view_article")
        return is_staff and (obj is None or permissions.can_see(request.user, obj.article))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ErrorReport | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ErrorReport | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorReport]:
        return ErrorReport.objects.visible_to(staff(request))

    # --- What is shown ----------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("what is wrong"))
    def said(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(ERRORS_LISTED_CHARACTERS)

    @admin.display(description=gettext_lazy("story"))
    def story(self, report: ErrorReport) -> str:
        return Truncator(report.article.headline).chars(ERRORS_LISTED_CHARACTERS)

    @admin.display(description=gettext_lazy("what came of it"))
    def came_of_it(self, report: ErrorReport) -> str:
        if report.answered_by is None:
            return _("waits for an answer")
        return f"{report.get_outcome_display()}, {report.answered_by.get_full_name() or report.answered_by.username}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The report, and the form that answers it (POST). If that is refused, the form keeps what was typed."""
        report = self._report(request, object_id)
        form = AnswerForm(report, request.POST if request.method == "POST" else None)
        if request.method != "POST":
            return self._page(request, report, form)
        if not permissions.can_answer_errors(request.user, report.article):
            raise PermissionDenied
        if form.is_valid():
            try:
                self._answer(request, report, form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, refusal.words)
                report.refresh_from_db()
            else:
                messages.success(request, _("Answered: the reader finds it on their page."))
                return redirect(reverse("admin:articles_errorreport_change", args=[report.pk]))
        return self._page(request, report, form, status=_UNREADABLE)

    def _answer(self, request: HttpRequest, report: ErrorReport, said: dict[str, Any]) -> None:
        error_reports.answer(
            report,
            by=staff(request),
            outcome=ErrorOutcome(said["outcome"]),
            words=said["words"],
            corrected_by=said["corrected_by"],
        )

    def _report(self, request: HttpRequest, object_id: str) -> ErrorReport:
        """The report, if this person may see its story; else it does not exist for them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        return report

    def _page(self, request: HttpRequest, report: ErrorReport, form: AnswerForm, *, status: int = 200) -> HttpResponse:
        may_answer = permissions.can_answer_errors(request.user, report.article)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reported error"),
            "report": report,
            # A form that was refused because somebody else had answered keeps what was typed.
            "form": form if may_answer and (report.is_open or form.is_bound) else None,
        }
        return render(request, "admin/articles/errorreport/report.html", context, status=status)
