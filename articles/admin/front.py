"""The page for arranging the front page and announcing breaking news: what is there, what will be, and a preview."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import arranging, breaking, permissions
from articles.admin.front_forms import PLACES, ArrangementForm, BreakingForm
from articles.front_page import Arrangement, compose
from articles.models import BreakingNews, FrontPage
from newsportal.caching import private_page
from newsportal.framing import framed_by_us
from newsportal.numbers import number_in
from newsportal.refusal import Refusal, Stale
from newsportal.staff import do, staff

# Earlier arrangements are of interest for a day or two.
_SHOWN_BEFORE = 20
_UNREADABLE = 422


@admin.register(FrontPage)
class FrontPageAdmin(admin.ModelAdmin[FrontPage]):
    """One page, in place of the list."""

    def has_view_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return permissions.can_edit_front_page(request.user)

    def has_change_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return obj is None and permissions.can_edit_front_page(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_edit_front_page(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FrontPage | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page, its preview, and the actions on it."""
        views: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "": (self.changelist_view, "changelist"),
            "preview/": (framed_by_us(private_page(self.preview_view)), "preview"),
            "breaking/": (self.announce_view, "announce"),
            "breaking/<int:pk>/end/": (self.end_view, "end"),
            "<int:pk>/cancel/": (self.cancel_view, "cancel"),
        }
        return [
            path(route, self.admin_site.admin_view(view), name=f"articles_frontpage_{name}")
            for route, (view, name) in views.items()
        ]

    # --- What is shown ----------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page; a POST sets the whole arrangement. If that is refused, the page comes back as it was sent."""
        self._check(request)
        if request.method != "POST":
            return self._page(request, ArrangementForm(_start(request), by=staff(request)))
        form = ArrangementForm(Arrangement.at(timezone.now()), request.POST, by=staff(request))
        if not form.is_valid():
            messages.error(request, _("Nothing was saved: see below what cannot be read."))
            return self._page(request, form, status=_UNREADABLE)
        try:
            page = arranging.arrange(form.arrangement, by=staff(request), saw=form.saw, at=form.at)
        except Refusal as refusal:
            kept = _("Nothing was saved; what you chose is below.")
            messages.error(request, f"{refusal.words} {kept}")
            if isinstance(refusal, Stale):
                messages.warning(request, _("See under “Set before” what they chose. Saving again replaces it."))
            return self._page(request, form, status=_UNREADABLE, saw=arranging.seen())
        done = _("Saved: it counts from its time on.") if page.begins_at > page.at else _("Saved: it is public now.")
        messages.success(request, done)
        return _back()

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The front page as readers would see it: as it was sent, or as it is; at a given time, or now."""
        self._check(request)
        now = timezone.now()
        if request.method != "POST":
            return render(request, "articles/front.html", compose(Arrangement.at(now), now).context)
        form = ArrangementForm(Arrangement.at(now), request.POST, by=staff(request))
        try:
            if not form.is_valid():
                raise Refusal(_("This cannot be shown: something in the form cannot be read. Save it to see what."))
            arranging.check(form.arrangement, at=form.at or now)
        except Refusal as refusal:
            words = {"words": refusal.words}
            return render(request, "admin/articles/frontpage/refused.html", words, status=_UNREADABLE)
        return render(request, "articles/front.html", compose(form.arrangement, form.as_of or now).context)

    # --- What is done -----------------------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back an arrangement that is yet to begin."""
        self._check(request)
        page = get_object_or_404(FrontPage, pk=pk)
        do(request, arranging.cancel, page, done=_("Cancelled: it will not begin."))
        return _back()

    @method_decorator(require_POST)
    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a line of breaking news."""
        self._check(request)
        line = get_object_or_404(BreakingNews, pk=pk)
        do(request, breaking.end, line, done=_("Ended: readers no longer see it."))
        return _back()

    @method_decorator(require_POST)
    def announce_view(self, request: HttpRequest) -> HttpResponse:
        """Announce breaking news; if that is refused, the page comes back as it was sent."""
        self._check(request)
        form = BreakingForm(request.POST, by=staff(request))
        try:
            if not form.is_valid():
                raise Refusal(_("Nothing was announced: see below what cannot be read."))
            data = form.cleaned_data
            line = breaking.announce(
                by=staff(request), text=data["text"], article=data["story"], at=data["at"], until=data["until"]
            )
        except Refusal as refusal:
            messages.error(request, refusal.words)
            shown = ArrangementForm(Arrangement.at(timezone.now()), by=staff(request))
            return self._page(request, shown, breaking_form=form, status=_UNREADABLE)
        done = _("Announced for later.") if line.begins_at > line.at else _("Announced: it stands above every page.")
        messages.success(request, done)
        return _back()

    # --- How --------------------------------------------------------------------------------------------------------

    def _page(
        self,
        request: HttpRequest,
        form: ArrangementForm,
        *,
        breaking_form: BreakingForm | None = None,
        status: int = 200,
        saw: int | None = None,
    ) -> HttpResponse:
        breaking_form = breaking_form or BreakingForm(by=staff(request))
        pages = FrontPage.objects.select_related("by", "cancelled_by").prefetch_related("slots__article")
        now = timezone.now()
        last = BreakingNews.objects.last_begun(now)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Front page"),
            "opts": self.opts,
            "media": breaking_form.media + Media(css={"all": ["front-page.css"]}),
            "form": form,
            "saw": form.when["saw"].value() if saw is None else saw,
            "places": list(zip(PLACES, form.places, strict=True)),
            "shown": compose(Arrangement.at(now), now).top,
            "place_names": "|".join(str(place) for place in PLACES),
            "waiting": pages.waiting(now),
            "before": pages.all()[:_SHOWN_BEFORE],
            "breaking_form": breaking_form,
            "standing": last if last and last.last_moment > now else None,
            "coming": BreakingNews.objects.waiting(now).select_related("by"),
            "zone": timezone.get_current_timezone_name(),
        }
        return TemplateResponse(request, "admin/articles/frontpage/arrange.html", context, status=status)

    def _check(self, request: HttpRequest) -> None:
        if not permissions.can_edit_front_page(request.user):
            raise PermissionDenied


def _start(request: HttpRequest) -> Arrangement:
    """What the form begins with: the present arrangement, or an earlier one (`?from=<number>`)."""
    number = number_in(request.GET.get("from", ""))
    page = FrontPage.objects.filter(number=number).first() if number is not None else None
    return Arrangement.of(page) if page else Arrangement.at(timezone.now())


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:articles_frontpage_changelist"))
