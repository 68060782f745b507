"""The moderators' queue: the changelist of comments, with its context and its actions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from comments import moderation, permissions
from comments.admin.loop import Loop, numbers
from comments.desk import cards, for_desk, reasons
from comments.models import Comment, Decision
from comments.models.comment import PUBLIC_ID_LENGTH
from comments.states import Reason, Status
from newsportal.pages.telling import told_together
from newsportal.refusal import Refusal
from newsportal.staff import staff

# How many refusals are told one by one; a bulk act on a list that a colleague has emptied would fill the screen.
_REFUSALS_TOLD = 5


class DecisionForm(ActionForm):
    """What goes with an action on chosen comments."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason:"), required=False, choices=[("", gettext_lazy("no reason")), *Reason.choices]
    )
    explanation = forms.CharField(label=gettext_lazy("Explanation:"), required=False)


class QueueFilter(admin.SimpleListFilter):
    """The views of the desk; it opens on what waits."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("approved", gettext_lazy("approved")),
            ("rejected", gettext_lazy("rejected")),
            ("spam", gettext_lazy("spam")),
            ("returned", gettext_lazy("returned")),
            ("withdrawn", gettext_lazy("withdrawn")),
            ("all", gettext_lazy("all")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        chosen = self.value()
        if chosen == "all":
            return queryset
        return queryset.filter(status=chosen if chosen in Status.values else Status.PENDING)

    def choices(self, changelist: Any) -> Any:
        """Django's choices, the first of them under the name of what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("waiting")}
        yield from others


@admin.register(Comment)
class CommentAdmin(Loop):
    """The desk."""

    list_display = ("name", "posted_at", "status")
    # All sections, for to know which of them have comments is to read all comments.
    list_filter = (QueueFilter, "thread__article__section")
    search_fields = ("name", "public_id", "revisions__body")
    search_help_text = gettext_lazy("Text, name or public id")
    ordering = ("posted_at", "public_id")
    list_per_page = 50
    action_form = DecisionForm
    actions = ("approve", "reject", "spam", "return_to_author")
    change_list_template = "admin/comments/comment/change_list.html"
    change_form_template = "admin/comments/comment/change_form.html"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Django asks for this by the name in the actions' `permissions`."""
        return permissions.can_moderate(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return for_desk(Comment.objects.all())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The oldest first; of all queues together in the order in which they came, which needs no index of its own."""
        return ("pk",) if request.GET.get(QueueFilter.parameter_name) == "all" else self.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Comment], search_term: str
    ) -> tuple[QuerySet[Comment], bool]:
        """Django's; but a whole public id is looked up, where a text is looked for in every comment."""
        if len(search_term) == PUBLIC_ID_LENGTH and (found := queryset.filter(public_id=search_term)).exists():
            return found, False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        undo = path("undo/", self.admin_site.admin_view(require_POST(self.undo)), name="comments_comment_undo")
        return [undo, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. A card's own button (`decide`, "action:pk") is the action on that one card."""
        if request.method == "POST":
            request.POST = _as_action(request.POST)  # type: ignore[assignment]
        context = {"title": _("Desk"), "reasons": reasons(), **(extra_context or {})}
        response = super().changelist_view(request, context)
        if getattr(request, "refused", False):
            # Not the redirect: the page comes back at once, with the words that were not sent.
            request.method = "GET"
            response = super().changelist_view(request, context)
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown["cards"] = cards(list(shown["cl"].result_list))
            self._put_words_back(request, shown)
        return response

    def _put_words_back(self, request: HttpRequest, shown: dict[str, Any]) -> None:
        """After a refusal what was chosen and typed stands where it was."""
        if not getattr(request, "refused", False):
            return
        words = {name: request.POST.get(name, "") for name in ("reason", "explanation")}
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        for card in shown["cards"]:
            if str(card.comment.pk) not in chosen:
                continue
            if "decide" in request.POST:
                card.typed = words
            else:
                card.is_chosen = True
        if "decide" not in request.POST:
            form = DecisionForm(auto_id=False, initial={**words, "action": request.POST.get("action", "")})
            form.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
            shown["action_form"] = form

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One comment with its whole ledger."""
        comment = self.get_object(request, object_id)
        if comment is not None:
            extra_context = {"card": cards([comment])[0], "reasons": reasons(), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    # --- Actions ----------------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Readers see the chosen comments."""
        self._decide(request, queryset, Status.APPROVED)

    @admin.action(description=gettext_lazy("Reject, with a reason"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Readers do not see them; their authors read the reason."""
        self._decide(request, queryset, Status.REJECTED)

    @admin.action(description=gettext_lazy("Spam"), permissions=["moderate"])
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Readers do not see them."""
        self._decide(request, queryset, Status.SPAM)

    @admin.action(description=gettext_lazy("Return to the author, with an explanation"), permissions=["moderate"])
    def return_to_author(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Their authors are asked to change them."""
        self._decide(request, queryset, Status.RETURNED)

    @told_together()
    def _decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status) -> None:
        """Decide on each chosen comment by itself: what one refusal keeps back, the others do not wait for."""
        done: list[Decision] = []
        refused: list[str] = []
        # Not `queryset`: it holds what is in the queue now, and would pass over in silence what a colleague decided.
        for comment in Comment.objects.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME)):
            try:
                done.append(self._decide_one(request, comment, to))
            except Refusal as refusal:
                refused.append(f"{comment.name}: {refusal.words}")
        request.refused = bool(refused)  # type: ignore[attr-defined]
        if done:
            messages.success(request, _told(done, to))
        for words in refused[:_REFUSALS_TOLD]:
            messages.error(request, words)
        if (more := len(refused) - _REFUSALS_TOLD) > 0:
            messages.error(request, ngettext("%(n)s more was refused.", "%(n)s more were refused.", more) % {"n": more})

    def _decide_one(self, request: HttpRequest, comment: Comment, to: Status) -> Decision:
        saw = request.POST.get(f"saw-{comment.pk}", "")
        if not saw:
            raise Refusal(
                _("The page did not say what it showed of this comment. Nothing was decided; open the desk again.")
            )
        return moderation.decide(
            comment,
            to=to,
            by=staff(request),
            saw=saw,
            reason=request.POST.get("reason", ""),
            explanation=request.POST.get("explanation", ""),
        )

    @told_together()
    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take decisions back that nobody has built upon."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        chosen = numbers(request.POST.get("decisions", "").split(","))
        undone = 0
        for decision in Decision.objects.filter(pk__in=chosen):
            try:
                moderation.undo(decision, by=staff(request))
                undone += 1
            except Refusal as refusal:
                messages.error(request, refusal.words)
        if undone:
            words = ngettext("%(n)s decision was undone.", "%(n)s decisions were undone.", undone)
            messages.success(request, words % {"n": undone})
        return redirect("admin:comments_comment_changelist")


def _told(done: list[Decision], to: Status) -> str:
    """What was done, with the button that takes it back."""
    words = ngettext("%(n)s comment is now: %(status)s.", "%(n)s comments are now: %(status)s.", len(done))
    button = '{} <button type="submit" form="undo-form" name="decisions" value="{}" class="undo">{}</button>'
    numbers = ",".join(str(decision.pk) for decision in done)
    return format_html(button, words % {"n": len(done), "status": to.label}, numbers, _("Undo"))


def _as_action(post: QueryDict) -> QueryDict:
    """A card's button as the action on that card, with the card's own reason; and never "select all across pages"."""
    changed = post.copy()
    changed["select_across"] = "0"
    action, _colon, pk = post.get("decide", "").partition(":")
    if action and pk:
        changed["action"] = action
        changed["index"] = "0"
        changed.setlist(ACTION_CHECKBOX_NAME, [pk])
        changed["reason"] = post.get(f"reason-{pk}", "")
        changed["explanation"] = post.get(f"explanation-{pk}", "")
    changed.setlist(ACTION_CHECKBOX_NAME, numbers(changed.getlist(ACTION_CHECKBOX_NAME)))
    return changed
