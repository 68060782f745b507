"""Readers' reports of comments: one case for each comment, with all that was reported about it."""

import secrets

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.revision import Revision
from comments.policy import NAME_CODE_POINTS
from comments.states import Reason

# Without the letters and digits that are mistaken for one another when read out on the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_REFERENCE_LENGTH = 12


def new_reference() -> str:
    """A random number for a report, in three groups; it does not reveal how many there are."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


class ReportCase(models.Model):
    """All reports of one comment until a decision answers them; the decision names the case, not the reverse.

    Opened, closed and reopened by `comments.moderation` alone. `Comment.report_case` is the open one; the ledger says
    when any other was answered.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="report_cases")
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("case of reports")
        verbose_name_plural = _("cases of reports")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)


class ReportQuerySet(models.QuerySet["Report"]):
    """Which reports."""

    def given_under(self, email: str) -> "ReportQuerySet":
        """Those that were sent with an address, in whatever case it was typed; anybody may have typed it."""
        # Worded exactly as the index is, or neither database uses it.
        return self.exclude(email="").alias(address=Lower("email")).filter(address=Lower(Value(email)))


class Report(models.Model):
    """One reader says that a comment breaks a rule, or (the reason ILLEGAL) the law.

    `name` and `email` are personal; they are emptied `policy.REPORTERS_KEPT` after the case was answered
    (`comments.reporting.forget_reporters`). `words` may be personal, too, and go with them. What is left says when,
    why, and what came of it.
    """

    case = models.ForeignKey(ReportCase, on_delete=models.PROTECT, related_name="reports")
    # Told to the reader who reported, and quoted by them to us.
    reference = models.CharField(_("reference"), max_length=14, unique=True, default=new_reference, editable=False)
    # The text that readers saw at the time. No query asks by it.
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    # For illegal content: which law, or why.
    words = models.TextField(_("words"), blank=True)
    name = models.CharField(_("name"), max_length=NAME_CODE_POINTS, blank=True)
    email = models.EmailField(_("address"), blank=True)
    # Sexual abuse of children: nobody needs to give their name to report such an offence (Digital Services Act, Art.
    # 16(2)(c)).
    is_of_abuse = models.BooleanField(_("sexual abuse of children"), default=False)
    # A keyed hash of the network it came from; emptied later.
    network = models.CharField(max_length=64, blank=True, editable=False)
    received_at = models.DateTimeField(_("received"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(reason__in=Reason.values), name="report_reason_known"),)
        indexes = (
            # For repeats and speed.
            models.Index("network", "received_at", name="report_by_network"),
            # The reports of a month.
            models.Index("received_at", name="report_by_time"),
            # The reports of an address, to be disclosed or erased.
            models.Index(Lower("email"), condition=~Q(email=""), name="report_of_address"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_illegal(self) -> bool:
        """Whether it is a notice of illegal content."""
        return self.reason == Reason.ILLEGAL
