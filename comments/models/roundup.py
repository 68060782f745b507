"""What a reader is told once a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.outbox import OutboxRow


class Roundup(OutboxRow):
    """One mail to a reader with everything that waited for it: its `notices`."""

    # In the paper's time zone.
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("roundup")
        verbose_name_plural = _("roundups")
        ordering = ("due_at", "pk")
        constraints = (
            # However many workers look, and whatever happens to the clock.
            models.UniqueConstraint(fields=["to", "day"], name="one_roundup_a_day_for_each"),
        )
        indexes = (
            models.Index(
                "due_at", condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True), name="roundup_owed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}, {self.to}"
