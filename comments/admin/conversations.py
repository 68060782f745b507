"""Conversations in the admin: their list, and the page of one with what can be done to it as a whole."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Edition
from comments import conversations, permissions
from comments.admin.networks import status_of
from comments.admin.read_only import ReadOnlyAdmin
from comments.admin.thread_forms import GuidanceForm, QuestionForm, ReasonForm, SlowForm, TimeForm
from comments.models import Thread
from newsportal.refusal import Refusal
from newsportal.staff import staff

# The act that was asked for, its form with the errors, and the status of the response.
Refused = tuple[str, forms.Form, int]
_FORMS: dict[str, type[forms.Form]] = {
    "close": ReasonForm,
    "reopen": ReasonForm,
    "time": TimeForm,
    "slow": SlowForm,
    "release": ReasonForm,
    "guide": GuidanceForm,
    "ask": QuestionForm,
}


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin[Thread]):
    list_display = ("headline", "public_count", "closed_at", "closes_at", "slowed_until")
    search_fields = ("article__editions__headline",)
    actions = ("close", "reopen")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        """Each with the newest headline that readers saw: the working copy is the newsroom's."""
        seen = Edition.objects.begun().filter(article=OuterRef("pk")).order_by("-visible_from")
        return Thread.objects.annotate(seen_headline=Subquery(seen.values("headline")[:1]))

    def get_urls(self) -> list[URLPattern]:
        own = path("story/<int:pk>/", self.admin_site.admin_view(self.story_view), name="comments_thread_story")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Rows of the list lead to the page of the story's conversation."""
        if not self.has_view_permission(request) or request.method != "GET":
            raise PermissionDenied
        thread = self.get_object(request, object_id)
        if thread is None:
            raise Http404
        return redirect("admin:comments_thread_story", thread.pk)

    def story_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The conversation of a story that readers have seen, whether or not anybody has written in it.

        A GET shows it; a POST (`act` and the fields of its form) acts on it. After a refusal, what was typed is still
        there.
        """
        if not permissions.can_moderate(request.user):
            raise PermissionDenied
        edition = Edition.objects.begun().filter(article=pk).order_by("-visible_from").first()
        if edition is None:
            raise Http404
        act = request.POST.get("act", "") if request.method == "POST" else ""
        refused = _act(request, _thread(pk), act) if act in _FORMS else None
        if act in _FORMS and refused is None:
            messages.success(request, _("Done."))
            return redirect("admin:comments_thread_story", pk)
        return self._page(request, edition, refused)

    def _page(self, request: HttpRequest, edition: Edition, refused: Refused | None) -> HttpResponse:
        thread = _thread(edition.article_id)
        shown: dict[str, forms.Form] = {
            name: form(initial=_initial(thread), auto_id=f"{name}-%s") for name, form in _FORMS.items()
        }
        if refused:
            shown[refused[0]] = refused[1]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Conversation"),
            "edition": edition,
            "thread": thread,
            "forms": shown,
            "offered": _offered(thread, refused),
            "log": list(thread.changes.select_related("by").order_by("-pk")) if not thread._state.adding else [],
        }
        status = refused[2] if refused else 200
        return TemplateResponse(request, "admin/comments/thread/story.html", context, status=status)

    @admin.display(description=gettext_lazy("story"))
    def headline(self, thread: Any) -> str:
        """The story's newest public headline."""
        return str(thread.seen_headline or "")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Django asks for this by the name in the actions' `permissions`."""
        return permissions.can_moderate(request.user)

    @admin.action(description=gettext_lazy("Close: take no more comments"), permissions=["moderate"])
    def close(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        """Close the chosen conversations."""
        for thread in queryset:
            conversations.close(thread, by=staff(request))

    @admin.action(description=gettext_lazy("Open: take comments again"), permissions=["moderate"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Thread]) -> None:
        """Open the chosen conversations."""
        for thread in queryset:
            conversations.reopen(thread, by=staff(request))


# --- How ------------------------------------------------------------------------------------------------------------


def _thread(article_id: int) -> Thread:
    """The conversation as stored; an unsaved one if nobody has written."""
    return Thread.objects.filter(pk=article_id).first() or Thread(article_id=article_id)


def _initial(thread: Thread) -> dict[str, Any]:
    return {
        "at": thread.closing_at if thread.is_open else None,
        "words": thread.guidance,
        "question": thread.question,
        "asker": thread.question_by,
    }


def _offered(thread: Thread, refused: Refused | None) -> set[str]:
    """The acts that have a form on the page: those possible now, and the refused one.

    Without its form, the words typed into it would be lost when a colleague was faster.
    """
    offered = {"close", "time"} if thread.is_open else {"reopen"}
    offered |= {"release"} if thread.is_slowed else {"slow"}
    return offered | ({refused[0]} if refused else set())


def _act(request: HttpRequest, thread: Thread, act: str) -> Refused | None:
    """Do what the form asks for; if that is refused, return the form with its errors and the status of the response."""
    form = _FORMS[act](request.POST, auto_id=f"{act}-%s")
    if not form.is_valid():
        return act, form, 422
    try:
        _VERBS[act](thread, form, staff(request))
    except Refusal as refusal:
        form.add_error(None, refusal.words)
        return act, form, status_of(refusal)
    return None


_VERBS: dict[str, Callable[[Thread, Any, Any], None]] = {
    "close": lambda thread, form, by: conversations.close(thread, by=by, reason=form.cleaned_data["reason"]),
    "reopen": lambda thread, form, by: conversations.reopen(thread, by=by, reason=form.cleaned_data["reason"]),
    "time": lambda thread, form, by: conversations.close_at(
        thread, at=form.cleaned_data["at"], by=by, reason=form.cleaned_data["reason"]
    ),
    "slow": lambda thread, form, by: conversations.slow(
        thread, until=form.until, by=by, reason=form.cleaned_data["reason"]
    ),
    "release": lambda thread, form, by: conversations.release(thread, by=by, reason=form.cleaned_data["reason"]),
    "guide": lambda thread, form, by: conversations.guide(thread, words=form.cleaned_data["words"], by=by),
    "ask": lambda thread, form, by: conversations.ask(
        thread, question=form.cleaned_data["question"], asker=form.cleaned_data["asker"], by=by
    ),
}
