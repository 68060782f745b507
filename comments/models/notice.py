"""Messages owed to somebody: rows first, mail later."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.decision import Decision


class Notice(models.Model):
    """One message. A worker claims it for a while (`leased_until`), sends it and notes that (`sent_at`).

    `uid` is its Message-ID: where a worker dies between sending and noting, the second copy carries the same.
    """

    class Kind(models.TextChoices):
        CONFIRM_ADDRESS = "confirm_address", _("confirm an address")
        DECIDED = "decided", _("what was decided")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32, choices=Kind.choices)
    to = models.EmailField(_("to"))
    # Notices are found by their time and address alone.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notices", db_index=False)
    # What it tells of; empty for a confirmation.
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("due"))
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("due_at", "pk")
        indexes = (
            models.Index("due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="notice_owed"),
            models.Index("to", "created_at", name="notice_by_address"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.to}"
