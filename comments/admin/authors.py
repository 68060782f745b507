"""Everything by one author on one page: record, standing and its log, notes, comments, and the acts on them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import facts, notes, permissions, policy, standing
from comments.admin import bulk, networks
from comments.admin.networks import status_of
from comments.admin.read_only import ReadOnlyAdmin, View, posted_on
from comments.admin.standing_forms import StandingForm
from comments.models import AuthorNote, Comment, Commenter
from comments.states import Standing
from newsportal.refusal import Refusal
from newsportal.staff import staff


@admin.register(Commenter)
class CommenterAdmin(ReadOnlyAdmin[Commenter]):
    """Authors, who are known by their confirmed addresses."""

    list_display = ("email", "confirmed_at")
    search_fields = ("email",)
    ordering = ("-pk",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's list, with a title of its own."""
        return super().changelist_view(request, {"title": _("Authors"), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        acts: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "<int:pk>/decisions/": (self.decide, "decisions"),
            "<int:pk>/standing/": (self.change_standing, "standing"),
            "<int:pk>/notes/": (self.write_note, "notes"),
            "<int:pk>/notes/<int:note>/struck/": (self.strike_note, "struck"),
            "network/<int:pk>/decisions/": (networks.decide, "network_decisions"),
            "network/<int:pk>/restraint/": (networks.restrain, "restraint"),
        }
        mine = [
            path(route, self._guarded(_posted(name)(view)), name=f"comments_commenter_{name}")
            for route, (view, name) in acts.items()
        ]
        network = path("network/<int:pk>/", self._guarded(networks.page), name="comments_commenter_network")
        return [*mine, network, *super().get_urls()]

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For moderators only."""

        @wraps(view)
        def guarded(request: HttpRequest, **which: int) -> HttpResponse:
            if not permissions.can_moderate(request.user):
                raise PermissionDenied
            return view(request, **which)

        return self.admin_site.admin_view(guarded)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The author's page."""
        if not self.has_view_permission(request) or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        author = self.get_object(request, object_id)
        if author is None:
            raise Http404
        return self._page(request, author)

    # --- Acts -------------------------------------------------------------------------------------------------------

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide on the chosen comments, or on all waiting ones on this page, as the desk does."""
        author = _author(pk)
        if bulk.act(request, Comment.objects.filter(commenter=author)):
            return _back(author)
        return self._page(request, author)

    def change_standing(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a standing, or lift the present one."""
        author = _author(pk)
        form = StandingForm(request.POST)
        if not form.is_valid():
            return self._page(request, author, form=form, status=422)
        try:
            said = _change(author, form, request)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
            return self._page(request, author, form=form, status=status_of(refusal))
        messages.success(request, said)
        return _back(author)

    def write_note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave a note for colleagues."""
        author = _author(pk)
        text = request.POST.get("text", "")
        try:
            notes.write(author, by=staff(request), text=text)
        except Refusal as refusal:
            typed = {"note_typed": text, "note_refused": refusal.words}
            return self._page(request, author, status=status_of(refusal), note=typed)
        return _back(author)

    def strike_note(self, request: HttpRequest, pk: int, note: int) -> HttpResponse:
        """Take one's own note back."""
        author = _author(pk)
        found = AuthorNote.objects.filter(pk=note, commenter=author).first()
        if found is None:
            raise Http404
        try:
            notes.strike(found, by=staff(request))
        except Refusal as refusal:
            messages.error(request, refusal.words)
        return _back(author)

    # --- The page ---------------------------------------------------------------------------------------------------

    def _page(
        self,
        request: HttpRequest,
        author: Commenter,
        *,
        form: StandingForm | None = None,
        status: int = 200,
        note: dict[str, str] | None = None,
    ) -> HttpResponse:
        log = list(author.standing_changes.select_related("by", "words").order_by("-pk"))
        newest = log[0] if log else None
        saw = standing.seen(newest)
        if form is not None:
            form.show_now(saw)
        given = newest if newest and newest.counts_at(timezone.now()) else None
        approved, rejected = facts.record_of(author)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": author.email,
            "author": author,
            "approved": approved,
            "rejected": rejected,
            "given": given,
            "standing": Standing(given.to_standing) if given else facts.standing_earned(approved),
            "log": log,
            "notes": list(author.notes.select_related("by")[: policy.NOTES_SHOWN]),
            "may_give": permissions.can_give_standing(request.user),
            "standing_form": form or StandingForm(initial={"saw": saw}),
            "reader": request.user,
            **bulk.shown(request, Comment.objects.filter(commenter=author)),
            **(note or {}),
        }
        return TemplateResponse(request, "admin/comments/commenter/change_form.html", context, status=status)


def _change(author: Commenter, form: StandingForm, request: HttpRequest) -> str:
    """Apply the form, and return the message about it."""
    how: dict[str, Any] = {
        "by": staff(request),
        "saw": form.cleaned_data["saw"],
        "reason": form.cleaned_data["reason"],
    }
    if form.standing is None:
        standing.lift(author, **how)
        return _("Lifted: what decisions earn counts again.")
    change = standing.give(author, to=form.standing, until=form.until, **how)
    return _("From now on: %(standing)s.") % {"standing": change.get_to_standing_display()}


def _posted(name: str) -> Callable[[View], View]:
    """An act on the page of an author or of a network."""
    return posted_on("commenter_network" if name.startswith(("network", "restraint")) else "commenter_change")


def _author(pk: int) -> Commenter:
    author = Commenter.objects.filter(pk=pk).first()
    if author is None:
        raise Http404
    return author


def _back(author: Commenter) -> HttpResponse:
    return redirect("admin:comments_commenter_change", author.pk)
