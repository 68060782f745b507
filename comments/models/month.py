"""What moderation did in a month, kept as sums, for a page that anybody may request."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModeratedMonth(models.Model):
    """The sums of one month, computed from the ledger alone (`comments.public_figures`)."""

    # Its first day.
    month = models.DateField(_("month"), primary_key=True)
    figures = models.JSONField(_("figures"))
    # The newest row of the ledger when they were computed.
    through = models.BigIntegerField(editable=False)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("month of moderation")
        verbose_name_plural = _("months of moderation")
        ordering = ("-month",)

    def __str__(self) -> str:
        return str(self.month)
