"""Messages owed to somebody: rows first, mail later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.models.report import Report
from comments.models.standing import StandingChange
from newsportal.outbox import OutboxRow


class Notice(OutboxRow):
    """One message to a reader who left an address."""

    class Kind(models.TextChoices):
        CONFIRM_ADDRESS = "confirm_address", _("confirm an address")
        DECIDED = "decided", _("what was decided")
        # `decision` is the first row of the answer's ledger, `comment` what is answered.
        ANSWERED = "answered", _("what the newsroom answers")
        STANDING = "standing", _("how an author stands")
        # To who reported a comment.
        REPORT_RECEIVED = "report_received", _("that a report was received")
        REPORT_ANSWERED = "report_answered", _("what came of a report")
        REPORT_REOPENED = "report_reopened", _("that a report is looked at again")

    kind = models.CharField(max_length=32, choices=Kind.choices)
    # Notices are found by their time and address alone.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notices", db_index=False)
    # What it tells of, the one or the other; neither for a confirmation.
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)
    standing_change = models.ForeignKey(
        StandingChange, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False
    )

    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)

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
