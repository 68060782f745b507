"""Which editors are limited to which sections."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.vocabulary import Section
from articles.querysets import SectionEditorQuerySet


class SectionEditor(models.Model):
    """An editor who has any of these rows edits and publishes only the stories of the sections they name."""

    # Protected: an editor whose last section were deleted would be an editor of everything.
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="section_editors", verbose_name=_("section")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="section_editors",
        limit_choices_to={"is_staff": True},
        verbose_name=_("editor"),
    )

    objects = SectionEditorQuerySet.as_manager()

    class Meta:
        verbose_name = _("editor of this section alone")
        verbose_name_plural = _("editors who edit this section, and others only where they stand there, too")
        constraints = (models.UniqueConstraint(fields=["section", "user"], name="section_editor_once_a_section"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.section}"
