"""Nothing is lost on a story's page: it saves itself, says who else is there, gives back what was typed, and shows both
texts before one overwrites the other.
"""

import json
import secrets
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import autosaving, editing
from articles.admin.conflicts import OPENED, Conflict, StoryForm, querydict, settle_post
from articles.admin.forms import VerbForm
from articles.autosaving import Colleague, Late, Page
from articles.limits import UNSAVED_FIELDS
from articles.models import Article, OpenPage, UnsavedText
from newsportal import zoned
from newsportal.characters import fit
from newsportal.refusal import NotPermitted, Refusal
from newsportal.staff import staff

TAKE = "take"
# Sent along with the form: which page it is, and which page's text it was filled with.
PAGE, TOOK = "unsaved-page", "unsaved-took"
_LARGEST_VERSION = 2**31 - 1
_OWN_FIELDS = ("csrfmiddlewaretoken", "unsaved-page", "unsaved-took", "choose-", "_")


class NothingLostMixin(admin.ModelAdmin[Article]):
    """Autosaving for the admin of stories."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        here = [
            path("add/autosave/", wrap(self.autosave_view), name="articles_article_autosave_new"),
            path("add/autosave/discard/", wrap(self.discard_view), name="articles_article_discard_new"),
            path("<path:object_id>/autosave/", wrap(self.autosave_view), name="articles_article_autosave"),
            path("<path:object_id>/autosave/discard/", wrap(self.discard_view), name="articles_article_discard"),
        ]
        return here + super().get_urls()

    # --- The page ---------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with _held(request):
            extra_context = {**(extra_context or {}), **self._prepared(request, None)}
            _refill(request, extra_context.get("verb_form"))
            return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        article = self.get_object(request, unquote(object_id))
        if article is None or not self.has_change_permission(request, article):
            slot = autosaving.slot_of(staff(request), article) if article else None
            left = {"left_text": slot, "discard": _address("discard", article)} if slot else {}
            return super().change_view(request, object_id, form_url, {**(extra_context or {}), **left})
        with _held(request):
            extra_context = {**(extra_context or {}), **self._prepared(request, article)}
            _refill(request, extra_context.get("verb_form"))
            return super().change_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form, filled with any text that is taken back."""
        form = super().get_form(request, obj, change=change, **kwargs)
        taken = getattr(request, "taken_back", None)
        return form if taken is None else type(form.__name__, (form,), {"given": taken})

    def get_formset_kwargs(self, request: HttpRequest, obj: Article, inline: Any, prefix: str) -> dict[str, Any]:
        """The lists, filled with any text that is taken back."""
        taken = getattr(request, "taken_back", None)
        given = {} if taken is None else {"data": taken}
        return {**super().get_formset_kwargs(request, obj, inline, prefix), **given}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        autosaving.saved(_page_of_form(request, form.instance), new=not change)

    def _prepared(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """What the page needs. Before the form is made, what was typed is merged into the story as it is now."""
        request.taken_back = None  # type: ignore[attr-defined]
        stored = self._stored(request, article)
        slot = autosaving.slot_of(staff(request), article)
        conflict = None
        if request.method == "POST":
            conflict = settle_post(request, stored)
            page = _page_of_form(request, article)
        else:
            taken = slot if slot and request.GET.get("unsaved") == TAKE else None
            page = Page(staff(request), article, secrets.token_hex(16), taken.page if taken else "")
            if taken:
                conflict = _take_back(request, stored, taken)
        is_known = slot is None or slot.page in {page.token, page.took}
        return {
            "unsaved": {
                "page": page,
                "opened": _opened(request, stored),
                "slot": None if is_known else slot,
                "is_outdated": slot and article and slot.based_on != article.version,
                "conflict": conflict,
                "colleagues": _told(article, page) if article else [],
                "address": _address("autosave", article),
                "discard": _address("discard", article),
                "user": staff(request).pk,
            }
        }

    def _stored(self, request: HttpRequest, article: Article | None) -> StoryForm:
        """The story's form as the database has it. A POST locks the story from here on."""
        if article and request.method == "POST":
            Article.objects.select_for_update().get(pk=article.pk)
            article = Article.objects.select_related("changed_by").get(pk=article.pk)
        fields = flatten_fieldsets(self.get_fieldsets(request, article))
        form = self.get_form(request, article, change=article is not None, fields=fields)(instance=article)
        formsets = [
            formset(instance=form.instance, prefix=formset.get_default_prefix(), queryset=inline.get_queryset(request))
            for formset, inline in self.get_formsets_with_inlines(request, article)
        ]
        return StoryForm(article or form.instance, form, formsets)

    # --- What the page asks -----------------------------------------------------------------------------------------

    def autosave_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """GET: a token for a page that was opened before signing in again, and which of the browser's texts were saved.
        POST (JSON): the form as it has been typed, or only that the page is still open.
        """
        article = self._article(request, object_id)
        if request.method == "GET":
            return JsonResponse({"csrf": get_token(request), "saved": _saved_pages(request)})
        if request.method != "POST":
            return _refusal(405, _("This address is for the page of a story."))
        try:
            sent = _read(request.body)
        except ValueError:
            return _refusal(400, _("What was sent is not the form of a story."))
        page = Page(staff(request), article, sent["page"], sent["took"])
        answer = {"csrf": get_token(request), "saved": None}
        try:
            if sent["fields"] is None:
                autosaving.beat(page)
            else:
                slot = autosaving.keep(page, fields=sent["fields"], based_on=sent["based_on"])
                answer["saved"] = zoned.clock(slot.saved_at)
        except Refusal as refusal:
            return _refusal(_STATUS.get(type(refusal), 409), refusal.words)
        newer = article is not None and article.version != sent["based_on"]
        return JsonResponse(
            {
                **answer,
                "colleagues": _told(article, page) if article else [],
                "newer": editing.stale_words(article) if newer and article else "",
            }
        )

    def discard_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """POST: throw away the unsaved text that the page showed."""
        article = self._article(request, object_id)
        if request.method != "POST":
            return _refusal(405, _("This address is for the page of a story."))
        try:
            autosaving.throw_away(Page(staff(request), article, "", request.POST.get(TOOK, "")[:32]))
        except Refusal as refusal:
            self.message_user(request, refusal.words, "ERROR")
        else:
            self.message_user(request, _("The text that was not saved is thrown away."))
        return HttpResponseRedirect(_address("change", article) if article else reverse("admin:articles_article_add"))

    def _article(self, request: HttpRequest, object_id: str) -> Article | None:
        """The story that an address names; None for a new one. Raises Http404 if this person may not see it."""
        if not object_id:
            if not self.has_add_permission(request):
                raise Http404
            return None
        article = self.get_object(request, unquote(object_id))
        if article is None or not self.has_view_permission(request, article):
            raise Http404
        return article


def _held(request: HttpRequest) -> AbstractContextManager[object]:
    """A transaction if a form is filled, so that nobody saves between comparison and save; looking locks nothing."""
    fills = request.method == "POST" or request.GET.get("unsaved") == TAKE
    return transaction.atomic() if fills else nullcontext()


def _take_back(request: HttpRequest, stored: StoryForm, slot: UnsavedText) -> Conflict | None:
    """Fill the form with a text that was not saved; returns the conflict, if the story was saved since."""
    fields, conflict = {**slot.fields, "seen_version": [str(slot.based_on)]}, None
    if stored.article.pk and slot.based_on != stored.article.version:
        fields, conflict = stored.settle(fields)
    else:
        fields = stored.rebased(fields)
    request.taken_back = querydict(fields)  # type: ignore[attr-defined]
    return conflict


def _refill(request: HttpRequest, verbs: VerbForm | None) -> None:
    """Restore the note and the time that go with a verb: they are part of what was typed."""
    taken = request.taken_back  # type: ignore[attr-defined]
    if verbs and taken is not None:
        verbs.refill(taken)


def _opened(request: HttpRequest, stored: StoryForm) -> str:
    """What each field was when the form was opened: now, or when the text that fills it was begun."""
    given: Any = request.POST if request.method == "POST" else request.taken_back  # type: ignore[attr-defined]
    return given.get(OPENED, "") if given else stored.opened()


def _page_of_form(request: HttpRequest, article: Article | None) -> Page:
    token, took = (request.POST.get(name, "")[:32] for name in (PAGE, TOOK))
    return Page(staff(request), article, token, took)


def _saved_pages(request: HttpRequest) -> list[str]:
    """Which of the pages in the query had their form saved."""
    asked = request.GET.get("pages", "").split(",")[:50]
    pages = OpenPage.objects.filter(editor=staff(request), page__in=asked).exclude(form_saved_at=None)
    return list(pages.values_list("page", flat=True))


def _read(body: bytes) -> dict[str, Any]:
    """What a page sent about itself. Raises ValueError for anything malformed."""
    try:
        sent = json.loads(body)
    except RecursionError:
        raise ValueError from None
    if type(sent) is not dict or type(sent.get("page")) is not str or not sent["page"].isalnum():
        raise ValueError
    based_on = sent.get("based_on", 0)
    if type(based_on) is not int or not 0 <= based_on <= _LARGEST_VERSION or len(sent["page"]) > 32:  # noqa: PLR2004
        raise ValueError
    took = sent.get("took", "")
    fields = None if sent.get("fields") is None else _read_fields(sent["fields"])
    return {"page": sent["page"], "took": took if type(took) is str else "", "based_on": based_on, "fields": fields}


def _read_fields(given: object) -> dict[str, list[str]]:
    if type(given) is not dict or len(given) > UNSAVED_FIELDS:
        raise ValueError
    fields: dict[str, list[str]] = {}
    for name, values in given.items():
        if type(values) is not list or any(type(value) is not str for value in values):
            raise ValueError
        if not name.startswith(_OWN_FIELDS):
            fields[fit(name)[:120]] = [fit(value) for value in values]
    return fields


def _told(article: Article, page: Page) -> list[dict[str, str]]:
    return [{"name": one.name, "words": _words(one)} for one in autosaving.colleagues(article, page.by)]


def _words(colleague: Colleague) -> str:
    """Who else is there, since when, and whether they are typing."""
    values = {"who": colleague.name, "since": zoned.clock(colleague.since)}
    if colleague.is_typing:
        return _("%(who)s has this story open since %(since)s and is typing.") % values
    if colleague.typed_at:
        last = {**values, "last": zoned.clock(colleague.typed_at)}
        return _("%(who)s has this story open since %(since)s; last change at %(last)s.") % last
    return _("%(who)s has this story open since %(since)s.") % values


def _address(kind: str, article: Article | None) -> str:
    if article is None:
        return reverse(f"admin:articles_article_{kind}_new")
    return reverse(f"admin:articles_article_{kind}", args=[article.pk])


_STATUS: dict[type[Refusal], int] = {NotPermitted: 403, Late: 410}


def _refusal(status: int, words: str) -> JsonResponse:
    return JsonResponse({"words": words}, status=status)
