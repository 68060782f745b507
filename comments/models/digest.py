"""What the desk is told once a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsportal.outbox import OutboxRow


class Digest(OutboxRow):
    """The state of the desk in the morning, for one mail address or, if `to` is empty, for the webhook."""

    # In the paper's time zone.
    day = models.DateField(_("day"))
    # Those of `comments.digests.State`, as they were when the row was written: a second attempt says the same.
    figures = models.JSONField(_("figures"))

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ("due_at", "pk")
        constraints = (
            # However many workers look, and whatever happens to the clock.
            models.UniqueConstraint(fields=["day", "to"], name="one_digest_a_day_for_each"),
        )
        indexes = (
            models.Index(
                "due_at", condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True), name="digest_owed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}, {self.to or 'webhook'}"
