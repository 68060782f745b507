"""The limits in the admin: one page, within bounds, with the log of what was set before."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import permissions, policy
from comments.admin.read_only import ReadOnlyAdmin
from comments.models import HouseLimits, RuleChange
from comments.rules import changing
from comments.rules.current import current
from newsportal.refusal import Refusal
from newsportal.staff import staff

_UNREADABLE = 422
_CHANGES_SHOWN = 50
_HELP = {
    "links_allowed": gettext_lazy("More than these hold a comment."),
    "burst": gettext_lazy("More are refused, in words, until later."),
    "hourly": gettext_lazy("At least as many as in ten minutes."),
    "new_author_comments": gettext_lazy("Until then each comment is held; without a confirmed address, always."),
    "same_text_days": gettext_lazy("A repeat, by whoever, holds a comment."),
}


class LimitsForm(forms.Form):
    """A number for each limit. `saw` has the ones that the page showed."""

    saw = forms.RegexField(r"\A\d{1,6}(\.\d{1,6}){4}\Z", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standard = asdict(policy.limits())
        for name, (least, most) in policy.BOUNDS.items():
            bounds = _("From %(least)s to %(most)s; %(standard)s unless you change it.")
            numbers = bounds % {"least": least, "most": most, "standard": standard[name]}
            self.fields[name] = forms.IntegerField(
                label=capfirst(changing.label_of(name)),
                min_value=least,
                max_value=most,
                help_text=f"{_HELP[name]} {numbers}",
            )

    @classmethod
    def of(cls, limits: policy.Limits) -> "LimitsForm":
        """Filled with the present limits."""
        return cls(initial={**asdict(limits), "saw": ".".join(map(str, asdict(limits).values()))})

    @property
    def limits(self) -> policy.Limits:
        """What was typed."""
        return policy.Limits(**{name: self.cleaned_data[name] for name in policy.BOUNDS})

    @property
    def seen(self) -> policy.Limits:
        """What the page showed."""
        return policy.Limits(*map(int, self.cleaned_data["saw"].split(".")))


@admin.register(HouseLimits)
class HouseLimitsAdmin(ReadOnlyAdmin[HouseLimits]):
    """One page in place of the list."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="comments_houselimits_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The numbers; a POST sets them all, and a refused one comes back as it was typed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, LimitsForm.of(current().limits))
        form = LimitsForm(request.POST)
        if not permissions.can_change_rules(request.user):
            raise PermissionDenied
        if not form.is_valid():
            return self._page(request, form, status=_UNREADABLE)
        try:
            changing.set_limits(form.limits, by=staff(request), saw=form.seen)
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return self._page(request, form, status=_UNREADABLE)
        messages.success(request, _("Saved: it counts from the next comment on."))
        return redirect("admin:comments_houselimits_changelist")

    def _page(self, request: HttpRequest, form: LimitsForm, *, status: int = 200) -> HttpResponse:
        changes = RuleChange.objects.filter(act=RuleChange.Act.LIMITS).select_related("by").order_by("-pk")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Limits"),
            "form": form,
            "may_change": permissions.can_change_rules(request.user),
            "limits": [(changing.label_of(name), value) for name, value in asdict(current().limits).items()],
            "changes": changes[:_CHANGES_SHOWN],
        }
        return TemplateResponse(request, "admin/comments/houselimits/limits.html", context, status=status)
