"""The newsroom's previews: the working copy at the widths of a phone and a desktop, links to it, and notes on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles import permissions, previewing
from articles.admin.typed import as_typed, unsaved_of
from articles.limits import PREVIEW_DAYS, PREVIEW_DAYS_MOST, PREVIEW_RECIPIENT_LENGTH
from articles.models import Article, PreviewLink, PreviewNote
from articles.preview_views import render_preview
from newsportal.caching import private_page
from newsportal.framing import framed_by_us
from newsportal.links import absolute
from newsportal.refusal import Refusal
from newsportal.staff import do, staff

# The widths at which a story is previewed: the narrowest phone in use, and a common desktop.
WIDTHS = {"phone": 360, "desktop": 1280}
# What somebody with unsaved text asks for to see the saved one.
SAVED = "saved"


class InviteForm(forms.Form):
    """Whom a link is for, and how long it is valid."""

    recipient = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=PREVIEW_RECIPIENT_LENGTH,
        widget=forms.TextInput(attrs={"size": 40}),
        help_text=gettext_lazy("A name or a mail address: for you to tell the links apart. Nothing is mailed."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=1, max_value=PREVIEW_DAYS_MOST, initial=PREVIEW_DAYS
    )


class PreviewsMixin(admin.ModelAdmin[Article]):
    """Previews on a story's page, and the addresses below it."""

    def get_urls(self) -> list[URLPattern]:
        own: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "preview/": (self.preview_view, "preview"),
            "preview/frame/": (self.preview_frame_view, "preview_frame"),
            "preview/links/": (self.invite_view, "preview_invite"),
            "preview/links/<int:row>/revoke/": (self.revoke_view, "preview_revoke"),
            "preview/notes/<int:row>/settle/": (self.settle_view, "preview_settle"),
        }
        paths = [
            path(f"<int:pk>/{below}", self.admin_site.admin_view(view), name=f"articles_article_{name}")
            for below, (view, name) in own.items()
        ]
        return [*paths, *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The working copy as readers would see it, or what this person typed if that is newer (`?text=saved` shows the
        saved text all the same); only our own pages may frame it.
        """
        return _preview(request, self._story(request, pk))

    def preview_frame_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The preview at the requested width (`?width=phone`, `?width=desktop`)."""
        article = self._story(request, pk)
        asked = request.GET.get("width", "")
        chosen = asked if asked in WIDTHS else "phone"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "subtitle": str(article),
            "opts": self.opts,
            "article": article,
            "widths": WIDTHS,
            "chosen": chosen,
            "pixels": WIDTHS[chosen],
            "unsaved": unsaved_of(staff(request), article),
            "saved_asked": request.GET.get("text") == SAVED,
        }
        return _frame(request, context)

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a link (POST). Its address is shown in the response and never again."""
        return _invite(request, self._story(request, pk), self.admin_site.each_context(request))

    def revoke_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """End a link (POST)."""
        article = self._story(request, pk)
        link = article.preview_links.select_related("article").filter(pk=row).first()
        return _act(request, article, link, previewing.revoke, _("Revoked: the link leads nowhere now."))

    def settle_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Mark a note as done (POST)."""
        article = self._story(request, pk)
        note = PreviewNote.objects.select_related("link__article").filter(pk=row, link__article=article).first()
        return _act(request, article, note, previewing.settle_note, _("Marked as done."))

    def _story(self, request: HttpRequest, pk: int) -> Article:
        """The story, if this person may see it; else it does not exist for them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        article = Article.objects.visible_to(staff(request)).select_related("section", "picture").filter(pk=pk).first()
        if article is None or not permissions.can_preview(staff(request), article):
            raise Http404
        return article


def previews_of(article: Article, user: User) -> dict[str, Any]:
    """What `_previews.html` needs: a story's links, the notes left through them, and the form for another link."""
    links: list[Any] = list(article.preview_links.select_related("made_by", "revoked_by"))
    for link in links:
        link.article = article
        link.may_be_revoked = link.is_open() and permissions.can_revoke(user, link)
        link.shows = link.is_open() and permissions.can_be_previewed(link)
    notes = PreviewNote.objects.filter(link__article=article).select_related("link", "settled_by")
    return {
        "article": article,
        "links": links,
        "notes": sorted(notes, key=lambda note: note.settled_at is not None),
        "form": InviteForm(prefix="preview") if permissions.can_invite(user, article) else None,
    }


@framed_by_us
@private_page
@require_safe
def _preview(request: HttpRequest, article: Article) -> HttpResponse:
    unsaved = unsaved_of(staff(request), article)
    if unsaved is None or request.GET.get("text") == SAVED:
        return render_preview(request, article)
    return render_preview(request, article, edition=as_typed(article, unsaved), unsaved=unsaved)


@require_safe
def _frame(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "admin/articles/article/preview_frame.html", context)


@require_POST
def _invite(request: HttpRequest, article: Article, context: dict[str, object]) -> HttpResponse:
    form = InviteForm(request.POST, prefix="preview")
    shown = {**context, "title": _("Link to the preview"), "subtitle": str(article), "article": article, "form": form}
    if form.is_valid():
        try:
            link, token = previewing.invite(article, by=staff(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            shown |= {"link": link, "address": absolute(reverse("articles:preview", args=[token]))}
            return render(request, "admin/articles/article/preview_link.html", shown)
    return render(request, "admin/articles/article/preview_link.html", shown, status=422)


@require_POST
def _act(
    request: HttpRequest, article: Article, row: PreviewLink | PreviewNote | None, verb: Any, done: str
) -> HttpResponse:
    """Apply a verb to a row of the story, and go back to the list of its previews."""
    if row is None:
        raise Http404
    do(request, verb, row, done=done)
    return redirect(reverse("admin:articles_article_change", args=[article.pk]) + "#previews")
