"""The page that compares two editions of a story, or an edition and the working copy; and taking an edition back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import comparing, editing, permissions
from articles.comparing import Side
from articles.models import Article
from newsportal.numbers import number_in
from newsportal.refusal import Refusal, Stale
from newsportal.staff import staff

# Stands for the working copy among the numbers of the editions.
COPY = "copy"


class ComparedEditionsMixin:
    """An admin of stories whose editions can be compared and taken back."""

    def get_urls(self) -> list[Any]:
        """Django's addresses, preceded by ours: Django's last one matches every address."""
        assert isinstance(self, ModelAdmin)
        guarded = self.admin_site.admin_view
        ours: list[URLPattern] = [
            path("<int:article_id>/compare/", guarded(self.compare_view), name="articles_article_compare"),
            path(
                "<int:article_id>/restore/", guarded(require_POST(self.restore_view)), name="articles_article_restore"
            ),
        ]
        return [*ours, *super().get_urls()]  # type: ignore[misc]

    def compare_view(self, request: HttpRequest, article_id: int) -> HttpResponse:
        """`?from=3&to=5`, or `to=copy`: both, word by word. By default: what readers see, and the working copy."""
        article = seen_by(self, request, article_id)
        editions = comparing.editions_of(article)
        if not editions:
            messages.info(request, _("There is nothing to compare yet: this story was not published."))
            return redirect("admin:articles_article_change", article.pk)
        copy = comparing.working_copy_of(article)
        before = _asked(request, editions, copy, request.GET.get("from"), default=_default(editions))
        after = _asked(request, editions, copy, request.GET.get("to"), default=copy)
        found = comparing.differences(before, after)
        user = staff(request)
        assert isinstance(self, ModelAdmin)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Compare"),
            "original": article,
            "choices": [(str(side.words.number), side) for side in editions] + [(COPY, copy)],
            "before": before,
            "after": after,
            "differing": [one for one in found if one.is_one],
            "alike": [one.label for one in found if not one.is_one],
            "sides": [side for side in editions if side in (before, after)],
            "may_restore": permissions.can_edit(user, article),
            "would_lose": comparing.is_unpublished(article),
            "may_blank": permissions.can_blank(user),
        }
        return TemplateResponse(request, "admin/articles/article/compare.html", context)

    def restore_view(self, request: HttpRequest, article_id: int) -> HttpResponse:
        """Take back the edition whose number is sent; if unpublished words would be lost, only after asking."""
        article = seen_by(self, request, article_id)
        number, saw = (number_in(request.POST.get(name, "")) for name in ("edition", "saw"))
        edition = article.editions.filter(number=number).first() if number else None
        if edition is None or saw is None:
            raise Http404
        back = f"{reverse('admin:articles_article_compare', args=[article.pk])}?from={edition.number}&to={COPY}"
        if comparing.is_unpublished(article) and not request.POST.get("confirmed"):
            messages.error(request, _("The working copy has words that were never published. Say that they may go."))
            return redirect(back)
        try:
            editing.restore(article, edition, by=staff(request), saw=saw)
        except Refusal as refusal:
            words = _("Nothing was taken back. %(words)s") if isinstance(refusal, Stale) else "%(words)s"
            messages.error(request, words % {"words": refusal.words})
            return redirect(back)
        words = _(
            "Edition %(number)s was taken back into the working copy. Readers see nothing of it until it is published."
        )
        messages.success(request, words % {"number": edition.number})
        return redirect("admin:articles_article_change", article.pk)


def seen_by(admin: object, request: HttpRequest, article_id: int) -> Article:
    """The story, if this person may see it. Raises PermissionDenied, and Http404 for hidden as for missing ones."""
    assert isinstance(admin, ModelAdmin)
    if not admin.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(Article.objects.visible_to(staff(request)), pk=article_id)


def _default(editions: Sequence[Side]) -> Side:
    """The edition that readers see, or else the newest."""
    return next((side for side in editions if side.words.is_live), editions[0])


def _asked(request: HttpRequest, editions: Sequence[Side], copy: Side, asked: str | None, *, default: Side) -> Side:
    if not asked:
        return default
    if asked == COPY:
        return copy
    found = next((side for side in editions if side.words.number == number_in(asked)), None)
    if found is None:
        messages.warning(request, _("This story has no edition “%(asked)s”.") % {"asked": asked[:20]})
    return found or default
