"""The newsroom's word rules in the admin: what each caught, adding with a rehearsal, switching, and the log."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import permissions, policy
from comments.admin.read_only import M, ReadOnlyAdmin, posted_on
from comments.admin.rule_forms import DeedForm, RulesForm, proof, proven
from comments.models import RuleChange, WordRule
from comments.rules import changing
from comments.rules.changing import Deed, Figures
from comments.rules.rehearsal import Rehearsal, rehearse
from comments.states import RuleState
from comments.wording import Entry, parse
from newsportal.numbers import number_in
from newsportal.refusal import Refusal
from newsportal.staff import staff

_UNREADABLE = 422
# How many of each a page shows: the entries that caught most, the wrong lines, the newest comments and changes.
_ENTRIES_TOLD = 50
_REFUSED_TOLD = 200
_CAUGHT_SHOWN = 20
_CHANGES_SHOWN = 50


@dataclass(frozen=True)
class Told:
    """A rehearsal as a page tells it."""

    rehearsal: Rehearsal
    proof: str
    # (line, caught, approved) of those that caught most.
    entries: list[tuple[str, int, int]]
    without: int


class _SeenByWhoMay(ReadOnlyAdmin[M]):
    """A newsroom may keep the list of words from some moderators."""

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return permissions.can_see_rules(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_see_rules(request.user)


@admin.register(WordRule)
class WordRuleAdmin(_SeenByWhoMay[WordRule]):
    list_display = ("words", "does", "state", "caught", "overturned", "changed_at", "changed_by")
    list_filter = ("state", "action")
    list_select_related = ("changed_by",)
    search_fields = ("words", "key", "notes")
    list_per_page = 100
    change_list_template = "admin/comments/wordrule/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.can_change_rules(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordRule]:
        return WordRule.objects.with_catches(timezone.now() - policy.REHEARSED)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's list, with a title of its own."""
        return super().changelist_view(request, {"title": _("Word rules"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        switch = self.admin_site.admin_view(posted_on("wordrule_change")(self.switch_view))
        return [path("<int:pk>/switch/", switch, name="comments_wordrule_switch"), *super().get_urls()]

    @admin.display(description=gettext_lazy("what it does"), ordering="action")
    def does(self, rule: WordRule) -> str:
        """Action and reason in one."""
        return f"{rule.get_action_display()}: {rule.get_reason_display()}" if rule.reason else rule.get_action_display()

    @admin.display(description=gettext_lazy("caught in 30 days"), ordering="caught")
    def caught(self, rule: Any) -> int:
        """Comments, each once."""
        return int(rule.caught)

    @admin.display(description=gettext_lazy("of these published"), ordering="overturned")
    def overturned(self, rule: Any) -> int:
        """What a person has let through nevertheless."""
        return int(rule.overturned)

    # --- Adding -----------------------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One rule or thousands: rehearse, look, save. Errors in some lines are told and do not stop the others."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RulesForm(request.POST if request.method == "POST" else None)
        if request.method != "POST":
            return self._add_page(request, form)
        if not form.is_valid() or not form.entries:
            return self._add_page(request, form, status=_UNREADABLE)
        entries, deed = form.entries, form.deed
        figures = proven(request.POST.get("proof", ""), [entry.key for entry in entries.values()], deed)
        if request.POST.get("step") == "save" and figures is not None:
            return self._add(request, form, figures)
        _say_unrehearsed(request)
        return self._add_page(request, form, told=_told(entries, deed, form.typed))

    def _add(self, request: HttpRequest, form: RulesForm, figures: list[Figures]) -> HttpResponse:
        lines = [(form.typed[number], told) for number, told in zip(form.entries, figures, strict=True)]
        try:
            added = changing.add(lines, form.deed, by=staff(request))
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return self._add_page(request, form, status=_UNREADABLE)
        words = ngettext("%(n)s rule was added. It only logs.", "%(n)s rules were added. They only log.", len(added))
        messages.success(request, words % {"n": len(added)})
        if not form.refused:
            return redirect("admin:comments_wordrule_changelist")
        left = RulesForm({**request.POST.dict(), "lines": form.lines_left})
        left.is_valid()
        return self._add_page(request, left)

    def _add_page(
        self, request: HttpRequest, form: RulesForm, *, told: Told | None = None, status: int = 200
    ) -> HttpResponse:
        refused = getattr(form, "refused", [])
        context = {
            "title": _("Add word rules"),
            "form": form,
            "told": told,
            "refused": refused[:_REFUSED_TOLD],
            "refused_more": max(0, len(refused) - _REFUSED_TOLD),
        }
        return self._page(request, "add", context, status=status)

    # --- One rule ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A rule, what it caught, and its log; with the form and the switches for those who may use them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = self.get_object(request, object_id)
        if rule is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        start = {"action": rule.action, "reason": rule.reason, "notes": rule.notes}
        if request.method != "POST":
            return self._rule_page(request, rule, DeedForm(initial=start))
        if not permissions.can_change_rules(request.user):
            raise PermissionDenied
        form = DeedForm(request.POST)
        if not form.is_valid():
            return self._rule_page(request, rule, form, status=_UNREADABLE)
        return self._change(request, rule, form)

    def _change(self, request: HttpRequest, rule: WordRule, form: DeedForm) -> HttpResponse:
        """Save what was rehearsed; notes alone need no rehearsal."""
        deed, figures = form.deed, proven(request.POST.get("proof", ""), [rule.key], form.deed)
        does = {"action": rule.action, "reason": rule.reason}
        if does == {name: deed.columns[name] for name in does}:
            figures = [{}]
        elif request.POST.get("step") != "save" or figures is None:
            _say_unrehearsed(request)
            return self._rule_page(request, rule, form, told=_told({1: parse(rule.words)}, deed, {1: rule.words}))
        try:
            changing.change(rule, deed, figures=figures[0], by=staff(request), saw=_saw(request))
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return self._rule_page(request, rule, form, status=_UNREADABLE)
        messages.success(request, _("The rule was changed."))
        return redirect("admin:comments_wordrule_change", rule.pk)

    def _rule_page(
        self, request: HttpRequest, rule: WordRule, form: DeedForm, *, told: Told | None = None, status: int = 200
    ) -> HttpResponse:
        caught = rule.catches.select_related("comment").order_by("-at", "-pk")[:_CAUGHT_SHOWN]
        context = {
            "title": rule.words,
            "rule": rule,
            "form": form if permissions.can_change_rules(request.user) else None,
            "told": told,
            "caught": caught,
            "changes": rule.changes.select_related("by").order_by("-pk")[:_CHANGES_SHOWN],
            "switches": [state for state in RuleState if state != rule.state],
        }
        return self._page(request, "rule", context, status=status)

    def switch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a rule act, only log, or do nothing."""
        if not permissions.can_change_rules(request.user):
            raise PermissionDenied
        rule: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        to = request.POST.get("to", "")
        try:
            if to not in RuleState.values:
                raise Refusal(_("Choose what the rule is to do."))
            figures = {"caught": rule.caught, "approved": rule.overturned}
            changing.switch(rule, to=RuleState(to), by=staff(request), saw=_saw(request), figures=figures)
            messages.success(request, _("“%(words)s”: %(state)s.") % {"words": rule, "state": RuleState(to).label})
        except Refusal as refusal:
            messages.error(request, refusal.words)
        return redirect("admin:comments_wordrule_change", pk)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/comments/wordrule/{name}.html", whole, status=status)


@admin.register(RuleChange)
class RuleChangeAdmin(_SeenByWhoMay[RuleChange]):
    """The log of rules and limits."""

    list_display = ("at", "of", "act", "action", "told", "by")
    list_display_links = None
    list_filter = ("act",)
    list_select_related = ("rule", "by")
    search_fields = ("rule__words", "notes")
    ordering = ("-pk",)

    @admin.display(description=gettext_lazy("rule"), ordering="rule")
    def of(self, change: RuleChange) -> WordRule | None:
        """The rule that was changed; empty for limits."""
        return change.rule

    @admin.display(description=gettext_lazy("figures"))
    def told(self, change: RuleChange) -> str:
        """In words."""
        return change.in_words


def _told(entries: dict[int, Entry], deed: Deed, typed: dict[int, str]) -> Told:
    done = rehearse(entries, now=timezone.now())
    most = [(typed[number].strip(), n, done.approved[number]) for number, n in done.caught.most_common(_ENTRIES_TOLD)]
    word = proof([entry.key for entry in entries.values()], deed, done, list(entries))
    return Told(done, word, most, without=len(entries) - len(done.caught))


def _say_unrehearsed(request: HttpRequest) -> None:
    if request.POST.get("step") == "save":
        messages.warning(request, _("This was not rehearsed yet, so it was now. Nothing was saved: look, then save."))


def _saw(request: HttpRequest) -> int:
    """The version that the page showed; 0, which is no version, if it cannot be read."""
    return number_in(request.POST.get("saw", "")) or 0
