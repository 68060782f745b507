"""Explanations that are kept ready, in the admin."""

from django.contrib import admin

from comments.admin.read_only import DeskAdmin
from comments.models import ExplanationTemplate


@admin.register(ExplanationTemplate)
class ExplanationTemplateAdmin(DeskAdmin[ExplanationTemplate]):
    list_display = ("title", "reason")
    list_filter = ("reason",)
    search_fields = ("title", "text")
