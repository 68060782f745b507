"""Stories in the admin: the working copy with its key points and quotes, and a button for each verb."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import CharField, Q, QuerySet, TextField
from django.forms import BaseInlineFormSet, Textarea, TextInput
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import comparing, editing, permissions
from articles.admin.autosave import NothingLostMixin
from articles.admin.blanking import BlankedEditionsMixin
from articles.admin.colleagues import HandedOverMixin
from articles.admin.comparing import ComparedEditionsMixin
from articles.admin.filters import OwnFilter, PresenceFilter
from articles.admin.forms import ArticleForm, OrderedFormSet, VerbForm
from articles.admin.full_text import FullTextMixin
from articles.admin.previews import PreviewsMixin, previews_of
from articles.admin.review import ReviewMixin, findings_of, warn
from articles.admin.searching import SearchedFieldsMixin
from articles.admin.verbs import VERBS, verbs_for
from articles.admin.writing import WritingAdmin
from articles.models import Article, Byline, Edition, KeyPoint, Quote, RelatedStory
from articles.search.index import renew_working_copy
from newsportal.links import absolute
from newsportal.refusal import Refusal
from newsportal.staff import staff

_Inline = admin.TabularInline[Any, Article]


class _StoryInline(SearchedFieldsMixin, _Inline):
    """A list that belongs to a story; whoever may edit the story may edit it."""

    # One empty row, because without a script no other can be added.
    extra = 1
    formset = OrderedFormSet
    ordering = ("position", "pk")

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return obj is None or permissions.can_edit(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return obj is None or permissions.can_see(request.user, obj)


class KeyPointInline(_StoryInline):
    model = KeyPoint
    fields = ("position", "text")
    formfield_overrides = {CharField: {"widget": TextInput(attrs={"size": 80})}}


class QuoteInline(_StoryInline):
    model = Quote
    template = "admin/edit_inline/stacked.html"
    fields = (("marker", "position", "pull"), "words", ("speaker", "role"))
    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 80})}}


class BylineInline(_StoryInline):
    model = Byline
    fields = ("position", "person")
    autocomplete_fields = ("person",)


class RelatedInline(_StoryInline):
    """The stories to show below this one: chosen among those that the person may see and those already there."""

    model = RelatedStory
    fk_name = "article"
    fields = ("position", "story")
    autocomplete_fields = ("story",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Do not accept the key of somebody else's draft: the field would show its headline."""
        if db_field.name == "story":
            seen = Article.objects.visible_to(staff(request)).values("pk")
            there = RelatedStory.objects.filter(article=request.resolver_match.kwargs.get("object_id"))  # type: ignore[union-attr]
            kwargs["queryset"] = Article.objects.filter(Q(pk__in=seen) | Q(pk__in=there.values("story")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Article)
class ArticleAdmin(
    NothingLostMixin,
    ComparedEditionsMixin,
    BlankedEditionsMixin,
    HandedOverMixin,
    ReviewMixin,
    PreviewsMixin,
    FullTextMixin,
    SearchedFieldsMixin,
    WritingAdmin,
):
    """The newsroom's list and the page of one story."""

    form = ArticleForm
    inlines = (KeyPointInline, QuoteInline, BylineInline, RelatedInline)
    list_display = ("headline", "state", "section", "owner", "changed_at", "changed_by")
    list_filter = ("status", PresenceFilter, OwnFilter, "section", "kind_of_work")
    list_select_related = ("section", "owner", "changed_by")
    # The index is what is searched (`FullTextMixin`); this only makes the search field appear.
    search_fields = ("headline",)
    search_help_text = gettext_lazy("All words of a story: “exactly these”, harb* for what begins so.")
    # Not the section, which every story must have: without a script nothing can be chosen in these.
    autocomplete_fields = ("tags", "picture")
    actions = None
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("seen_version", "headline", "summary", "key_points_heading", "body")}),
        (
            gettext_lazy("Origin"),
            {"fields": (("dateline_place", "dateline_date"), "source", "byline", "kind_of_work", "language")},
        ),
        (gettext_lazy("Place"), {"fields": ("section", "tags", "picture", "slug", "embargo")}),
        (gettext_lazy("Search engines"), {"fields": ("seo_title", "seo_description")}),
    )
    change_form_template = "admin/articles/article/change_form.html"
    change_list_template = "admin/articles/article/change_list.html"

    # --- Who sees and changes what ----------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return Article.objects.visible_to(staff(request)).with_presence().with_open_notes().with_open_errors()

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or permissions.can_edit(request.user, obj))

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or permissions.can_see(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    # --- What is shown ----------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def state(self, article: Any) -> SafeString:
        """The desk's status and what the public sees, in words."""
        words = [article.get_status_display()]
        words += [_("live, changed since") if article.is_changed else _("live")] if article.is_live else []
        words += [_("scheduled")] if article.is_scheduled else []
        words += [_("withdrawn")] if article.was_published and not article.is_live else []
        if notes := article.open_notes:
            words += [ngettext("%(notes)s note", "%(notes)s notes", notes) % {"notes": notes}]
        if errors := article.open_errors:
            words += [ngettext("%(errors)s reported error", "%(errors)s reported errors", errors) % {"errors": errors}]
        return format_html_join(mark_safe(" "), '<span class="state">{}</span>', ((word,) for word in words))

    def view_on_site(self, obj: Article) -> str | None:
        """Where readers see it, if they can."""
        live = Edition.objects.live().filter(article=obj).first()
        return absolute(live.get_absolute_url()) if live else None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a new story, with the buttons that this person may press once it is written."""
        story: Any = Article(owner=staff(request))
        story.is_live = story.is_scheduled = story.is_ending = False
        extra_context = {
            "verb_form": VerbForm(request.POST or None, first=True),
            "verbs": verbs_for(staff(request), story),
            **(extra_context or {}),
        }
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one story, with its editions, its log and the buttons that this person may press."""
        article: Any = self.get_object(request, object_id)
        if article is not None:
            extra_context = {
                "verb_form": VerbForm(
                    request.POST or None, first=not article.was_published, future=article.editions.scheduled().first()
                ),
                "edition_rows": comparing.list_of(article),
                "log": article.log.select_related("by")[:100],
                "previews": previews_of(article, staff(request)),
                "verbs": verbs_for(staff(request), article),
                "findings": findings_of(article),
                "state": self.state(article),
                "sent_back": Article.objects.filter(pk=article.pk).sent_back().first(),
                "may_hand_over": permissions.can_hand_over(staff(request), article),
                **(extra_context or {}),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    # --- What is changed --------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:  # noqa: FBT001
        if not change:
            editing.create(obj, by=staff(request))

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: list[BaseInlineFormSet[Any, Any, Any]],
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save the story once, with the names of everything that changed in it, and then its lists."""
        fields = [name for name in form.changed_data if name != "seen_version"]
        fields += [formset.prefix for formset in formsets if formset.has_changed()]
        if change and fields:
            editing.save(form.instance, by=staff(request), saw=form.cleaned_data["seen_version"], fields=fields)
        super().save_related(request, form, formsets, change)
        # Key points and quotes are among its indexed words, and are saved after it.
        renew_working_copy(form.instance)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return self._after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_saving(request, obj) or super().response_change(request, obj)

    def _after_saving(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Carry out the verb whose button was pressed. If it is refused, the page comes back, with the note."""
        verb = next((name for name in VERBS if f"_{name}" in request.POST), None)
        if verb is None:
            return None
        form = VerbForm(
            request.POST, first=not article.editions.begun().exists(), future=article.editions.scheduled().first()
        )
        try:
            if not form.is_valid():
                raise Refusal(" ".join(str(word) for words in form.errors.values() for word in words))
            done = VERBS[verb](article, form, staff(request))
        except Refusal as refusal:
            messages.error(request, _("Saved. But: %(words)s") % {"words": refusal.words})
            request.method = "GET"
            # The page may have been that of a new story, and sending it again would create another one.
            here = reverse("admin:articles_article_change", args=[article.pk])
            return self.change_view(request, str(article.pk), here, extra_context={"verb_form": form})
        messages.success(request, done)
        if verb == "publish":
            warn(request, article)
        return self.response_post_save_change(request, article)
