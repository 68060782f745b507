"""Messages owed to somebody: rows first, mail later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.models.report import Report
from comments.models.roundup import Roundup
from comments.models.standing import StandingChange
from newsportal.outbox import OutboxRow


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which messages."""

    def by_itself(self) -> "NoticeQuerySet":
        """Those that do not wait for a roundup."""
        return self.filter(roundup__isnull=True)

    def with_what_it_tells(self) -> "NoticeQuerySet":
        """With everything that is needed to say whether a message is still to be sent, and what it says."""
        return self.select_related(
            *("comment__public_revision", "comment__commenter", "answer__public_revision"),
            *("decision__revision", "decision__words", "decision__comment", "decision__undoes"),
            *("standing_change__words", "roundup", "report__case", "report__revision__comment"),
        )


class Notice(OutboxRow):
    """One message to a reader who left an address."""

    class Kind(models.TextChoices):
        CONFIRM_ADDRESS = "confirm_address", _("confirm an address")
        DECIDED = "decided", _("what was decided")
        # `comment` is the one that is answered, `decision` the row by which readers see `answer`.
        ANSWERED = "answered", _("an answer")
        FEATURED = "featured", _("featured")
        STANDING = "standing", _("how an author stands")
        # To the reader who reported a comment.
        REPORT_RECEIVED = "report_received", _("that a report was received")
        REPORT_ANSWERED = "report_answered", _("what came of a report")
        REPORT_REOPENED = "report_reopened", _("that a report is looked at again")

    kind = models.CharField(max_length=32, choices=Kind.choices)
    # Notices are looked up by time and address alone.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notices", db_index=False)
    # What it is about, one or the other; neither for a confirmation.
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)
    standing_change = models.ForeignKey(
        StandingChange, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False
    )

    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)
    answer = models.ForeignKey(Comment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    # The roundup it waits for, if the reader is told once a day; it is sent with that and not by itself.
    roundup = models.ForeignKey(Roundup, on_delete=models.PROTECT, null=True, related_name="notices", db_index=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("due_at", "pk")
        constraints = (
            # However often it is approved or featured anew. A notice that was given up was not sent, and may be owed
            # again.
            models.UniqueConstraint(
                fields=["answer"],
                condition=Q(kind="answered", given_up_at__isnull=True),
                name="answer_is_told_once",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(kind="featured", given_up_at__isnull=True),
                name="featuring_is_told_once",
            ),
        )
        indexes = (
            models.Index(
                "due_at",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True, roundup__isnull=True),
                name="notice_owed",
            ),
            models.Index("roundup", "id", condition=Q(roundup__isnull=False), name="notice_of_roundup"),
            models.Index("to", "created_at", name="notice_by_address"),
            # Who was told that a report arrived, and is told what came of it.
            models.Index("report", condition=Q(report__isnull=False), name="notice_of_report"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.to}"
