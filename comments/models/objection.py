"""Authors' objections to decisions on their comments (Digital Services Act, Article 20)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.decision import Decision


class Objection(models.Model):
    """One objection to one rejection. The rows of the ledger (`rows`) say that it was raised and how it was answered.

    `words` may be emptied by erasure.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="objections")
    # At most one for each decision.
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="objected_by", verbose_name=_("decision")
    )
    # Who made the decision, or returned the comment if the clock closed it; empty for a rule's. They may not answer.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="objected_decisions",
        verbose_name=_("decided by"),
    )
    words = models.TextField(_("objection"), blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.words
