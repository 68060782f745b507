"""What the newsroom's list and pages show of a story's way to its readers: queues, state, checklist."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from articles import newsroom, permissions
from articles.checklist import Finding, check
from articles.facts import gather
from articles.models import Article, Section, SectionEditor
from newsportal.staff import staff

# Where each finding links to on the story's page; fields that are not listed here have their own anchors.
_ANCHORS = {"key_points": "key_points-group", "quotes": "quotes-group"}
# The prefix of the rows of a section's editors in its form.
_EDITORS = "section_editors"
# So many findings are shown beside "Published."; the story's page shows all.
_FINDINGS_TOLD = 5


class ReviewMixin:
    """The list of stories with its queues, and a form that offers the sections open to its user."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, below links with counts: mine, waiting, scheduled, changed, corrected."""
        chosen = request.GET.urlencode()
        queues = [
            {"label": queue.label, "query": queue.query, "count": count, "is_current": queue.query == chosen}
            for queue, count in newsroom.counted(staff(request))
        ]
        context = {"queues": queues, "all_shown": not chosen, **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc,no-any-return]

    def get_form(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> Any:
        """The story's form; somebody limited to sections chooses among these, and the story's present section."""
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        sections = permissions.sections_of(staff(request))
        field = form.base_fields.get("section")
        if field and sections:
            mine = Section.objects.filter(pk__in={*sections, *([obj.section_id] if obj else [])})
            field.queryset = mine
            words = _("You edit %(sections)s: a story cannot be moved elsewhere by you.")
            told = {"sections": ", ".join(section.name for section in mine)}
            field.error_messages["invalid_choice"] = words % told
        return form


class SectionEditorInline(admin.TabularInline[SectionEditor, Section]):
    """On the page of a section: the editors limited to it. Only those who administer accounts may change this."""

    model = SectionEditor
    extra = 1


def has_other_editors(sent: QueryDict, section: Section | None) -> bool:
    """Whether a section's form, as sent, names editors that the section (None: a new one) lacks, or removes any.
    Rows that the form would ignore count, too: if in doubt, it does.
    """
    if f"{_EDITORS}-TOTAL_FORMS" not in sent:
        return False
    rows = [(name.rpartition("-")[2], values) for name, values in sent.lists() if name.startswith(f"{_EDITORS}-")]
    named = sorted(value for field, values in rows if field == "user" for value in values if value)
    there = SectionEditor.objects.filter(section=section).values_list("user", flat=True)
    return any(field == "DELETE" for field, _values in rows) or named != sorted(map(str, there))


def findings_of(article: Article) -> list[dict[str, Any]]:
    """A story's checklist as its page shows it: for each finding the words, whether it blocks, and its place."""
    return [
        {"words": finding.words, "blocks": finding.blocks, "anchor": _anchor(finding)}
        for finding in check(gather(article))
    ]


def warn(request: HttpRequest, article: Article) -> None:
    """Add, to the message about what was done, the findings worth a look, each with a link to its place."""
    findings = check(gather(article))
    if not findings:
        return
    page = reverse("admin:articles_article_change", args=[article.pk])
    told = [
        format_html('<a href="{}#{}">{}</a>', page, _anchor(finding), finding.words)
        for finding in findings[:_FINDINGS_TOLD]
    ]
    if len(findings) > _FINDINGS_TOLD:
        told.append(format_html("{}", _("and %(n)s more") % {"n": len(findings) - _FINDINGS_TOLD}))
    lines = format_html_join("", "<li>{}</li>", ((line,) for line in told))
    words = format_html("{} <ul>{}</ul>", _("Worth a look in what you published:"), lines)
    messages.warning(request, words, extra_tags="checklist")


def _anchor(finding: Finding) -> str:
    return _ANCHORS.get(finding.field, f"id_{finding.field}")
