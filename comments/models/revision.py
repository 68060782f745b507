"""The texts of a comment, as they were sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Edition
from comments.models.comment import Comment


class Revision(models.Model):
    """One text of a comment, and the edition of the story that its author had read.

    Never changed, but emptied when the author has the comment erased.
    """

    # No index: the one of the unique numbers begins with it.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    body = models.TextField(_("text"))
    fingerprint = models.CharField(max_length=64, editable=False)
    # With its index: cancelling a scheduled edition asks whether anybody read it.
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("edition")
    )
    # A keyed hash of the network it came from (`comments.networks`); emptied later, and empty for imported comments.
    network = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["comment", "number"], name="revision_numbers_are_distinct"),)
        indexes = (
            # For repeats, speed, and the record of a name from one network.
            models.Index("network", "created_at", name="revision_by_network"),
            # Whether the same text was sent before.
            models.Index("fingerprint", "created_at", name="revision_by_text"),
        )

    def __str__(self) -> str:
        return self.body
