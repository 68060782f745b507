"""The moderators' queue: the changelist of comments, with its context and its actions."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import moderation, permissions
from comments.admin import deciding, letters
from comments.admin.deciding import as_action, numbers
from comments.admin.loop import Loop
from comments.admin.queue import DeskList
from comments.admin.read_only import back_to, posted_on
from comments.desk import cards, for_desk
from comments.models import Batch, Comment, Decision, ExplanationTemplate
from comments.policy import BATCH_COMMENTS
from comments.states import Reason, Status
from newsportal.pages.telling import told_together
from newsportal.refusal import Refusal
from newsportal.staff import staff

# How many refusals are told one by one: a bulk act on a list that a colleague has emptied would fill the screen.
_REFUSALS_TOLD = 5


class _TemplateField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which template; if it no longer exists, the act says so."""

    def clean(self, value: Any) -> Any:
        return value


class DecisionForm(ActionForm):
    """What goes with an action on chosen comments.

    It never refuses anything, because Django would throw away what was typed; the act itself refuses in words.
    """

    reason = forms.Field(
        label=gettext_lazy("Reason:"),
        required=False,
        widget=forms.Select(choices=[("", gettext_lazy("no reason")), *Reason.choices]),
    )
    # A script keeps it in the browser until it is sent; the page sets its name.
    explanation = forms.Field(
        label=gettext_lazy("Explanation:"), required=False, widget=forms.TextInput({"data-keep": ""})
    )
    # Used as the explanation if none was typed.
    template = _TemplateField(
        ExplanationTemplate.objects.all(),
        label=gettext_lazy("or a template:"),
        required=False,
        empty_label=gettext_lazy("none"),
    )


@admin.register(Comment)
class CommentAdmin(Loop):
    """The desk."""

    list_display = ("name", "posted_at", "status")
    list_per_page = 50
    action_form = DecisionForm
    actions = ("approve", "reject", "spam", "return_to_author", "feature", "unfeature")
    change_list_template = "admin/comments/comment/change_list.html"
    change_form_template = "admin/comments/comment/change_form.html"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Django asks for this by the name in the actions' `permissions`."""
        return permissions.can_moderate(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return for_desk(Comment.objects.all())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        """The list that finds its rows by itself."""
        return DeskList

    def get_urls(self) -> list[URLPattern]:
        ours = (
            ("undo/", posted_on("comment_changelist")(self.undo), "undo"),
            ("<path:pk>/letter/", partial(letters.letter, self), "letter"),
            ("<path:pk>/answer/", posted_on("comment_change")(partial(letters.answer, self)), "answer"),
        )
        view = self.admin_site.admin_view
        return [
            *(path(at, view(does), name=f"comments_comment_{name}") for at, does, name in ours),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. A card's own button (`decide`, "action:pk") is the action on that one card."""
        if request.method == "POST":
            if not self.has_moderate_permission(request):
                raise PermissionDenied
            # Not Django's own way, which reads the whole list first.
            request.POST = as_action(request.POST)  # type: ignore[assignment]
            if self.act(request):
                return redirect(request.get_full_path())
            # The page comes back at once, with the words that were not accepted.
            request.method = "GET"
        context = {"title": _("Desk"), **self.for_writing(), **(extra_context or {})}
        response = super().changelist_view(request, context)
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown["cards"] = cards(list(shown["cl"].result_list), by=staff(request))
            shown["offers"] = getattr(request, "offers", [])
            self.put_words_back(request, shown)
            self._offer(shown)
        return response

    def act(self, request: HttpRequest) -> bool:
        """Do what a button says to what is chosen; False if anything was refused, with messages."""
        chosen_act = self.get_actions(request).get(request.POST.get("action", ""))
        if chosen_act is None or not request.POST.getlist(ACTION_CHECKBOX_NAME):
            self._refuse(request, [_("Nothing was decided: choose comments, and then what becomes of them.")])
        else:
            chosen_act[0](self, request, Comment.objects.none())
        return not getattr(request, "refused", False)

    def put_words_back(self, request: HttpRequest, shown: dict[str, Any]) -> None:
        """After a refusal, show again what was chosen and typed."""
        if not getattr(request, "refused", False):
            return
        said = deciding.typed(request.POST)
        words = {"reason": said.reason, "explanation": said.explanation}
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        for card in shown["cards"]:
            if str(card.comment.pk) not in chosen:
                continue
            if "decide" in request.POST:
                card.typed = words | ({"passage": said.passage} if said.passage else {})
            else:
                card.is_chosen = True
        if "decide" not in request.POST:
            form = DecisionForm(auto_id=False, initial={**words, "action": request.POST.get("action", "")})
            form.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
            shown["action_form"] = form

    def _offer(self, shown: dict[str, Any]) -> None:
        """Acts that are possible for no comment of the view are not offered for several of them."""
        shown["acts"] = deciding.possible(shown["cl"].asked.queue)
        if form := shown.get("action_form"):
            field = form.fields["action"]
            field.choices = [(name, label) for name, label in field.choices if not name or name in shown["acts"]]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One comment with its whole ledger."""
        comment = self.get_object(request, object_id)
        if comment is not None:
            card = cards([comment], by=staff(request))[0]
            extra_context = {"card": card, **self.for_writing(), **(extra_context or {})}
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

    @admin.action(description=gettext_lazy("Feature"), permissions=["moderate"])
    def feature(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Readers see the chosen comments with a badge."""
        self._feature(request, on=True)

    @admin.action(description=gettext_lazy("Feature no longer"), permissions=["moderate"])
    def unfeature(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Readers see them without one."""
        self._feature(request, on=False)

    @told_together()
    def _decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status) -> None:
        result = deciding.decide_chosen(request, to)
        request.offers = result.offers  # type: ignore[attr-defined]
        if result.done:
            messages.success(request, deciding.told(result.done, str(to.label)))
        self._refuse(request, result.refused)

    @told_together()
    def _feature(self, request: HttpRequest, *, on: bool) -> None:
        refused = []
        for comment in Comment.objects.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME)).order_by("pk"):
            try:
                saw = request.POST.get(f"saw-{comment.pk}", "")
                decision = moderation.feature(comment, by=staff(request), saw=saw, on=on)
                messages.success(request, deciding.told([decision], decision.label))
            except Refusal as refusal:
                refused.append(f"{comment.shown_name}: {refusal.words}")
        self._refuse(request, refused)

    def _refuse(self, request: HttpRequest, refused: list[str]) -> None:
        request.refused = bool(refused)  # type: ignore[attr-defined]
        for words in refused[:_REFUSALS_TOLD]:
            messages.error(request, words)
        if (more := len(refused) - _REFUSALS_TOLD) > 0:
            messages.error(request, ngettext("%(n)s more was refused.", "%(n)s more were refused.", more) % {"n": more})

    @told_together()
    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back decisions that nobody has built upon."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        batches = list(Batch.objects.filter(pk__in=numbers([request.POST.get("batch", "")])))
        chosen = numbers(request.POST.get("decisions", "").split(","))[:BATCH_COMMENTS]
        outcomes = moderation.undo_all(Decision.objects.filter(pk__in=chosen), by=staff(request))
        if not batches and not outcomes:
            messages.error(request, _("There is nothing to undo."))
        undone = sum(self._undo_batch(request, batch) for batch in batches)
        for one in outcomes:
            if one.refusal:
                messages.error(request, one.refusal.words)
            else:
                undone += 1
        if undone:
            words = ngettext("%(n)s decision was undone.", "%(n)s decisions were undone.", undone)
            messages.success(request, words % {"n": undone})
        return redirect(back_to(request.GET) or "admin:comments_comment_changelist")

    def _undo_batch(self, request: HttpRequest, batch: Batch) -> int:
        """Take a bulk act back; decisions that others have built upon stay, with a message."""
        try:
            outcomes = moderation.undo_batch(batch, by=staff(request))
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return 0
        kept = [f"{one.decision.comment.shown_name}: {one.refusal.words}" for one in outcomes if one.refusal]
        self._refuse(request, kept)
        return len(outcomes) - len(kept)
