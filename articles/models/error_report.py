"""Errors that readers report in stories, and what came of each."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from articles.limits import ERROR_PASSAGE_LENGTH, ERROR_REFERENCE_BYTES, ERROR_TEXT_LENGTH
from articles.models.article import Article
from articles.models.edition import Edition
from articles.querysets import ErrorReportQuerySet
from articles.states import ErrorOutcome
from newsportal.fields import ProseField
from newsportal.outbox import OutboxRow


def new_reference() -> str:
    """A report's public identifier: random hexadecimal digits, which do not reveal how many reports there are."""
    return secrets.token_hex(ERROR_REFERENCE_BYTES)


class ErrorReport(models.Model):
    """What a reader says is wrong in an edition, for the newsroom alone. Written by `articles.error_reports` alone.

    It is answered once. Who answered, when and in which words is stored here, so it is its own log.
    """

    reference = models.CharField(
        _("reference"),
        max_length=2 * ERROR_REFERENCE_BYTES,
        unique=True,
        default=new_reference,
        editable=False,
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="error_reports", db_index=False, verbose_name=_("story")
    )
    # The edition that the reader was looking at, if the form said so.
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("edition that was read")
    )
    passage = ProseField(_("passage"), max_length=ERROR_PASSAGE_LENGTH, blank=True)
    text = ProseField(_("what is wrong"), max_length=ERROR_TEXT_LENGTH)
    email = models.EmailField(_("mail address"), blank=True)
    # A keyed hash, to limit each sender; emptied when it no longer counts.
    network = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=ErrorOutcome.choices, blank=True)
    answer = ProseField(_("answer"), blank=True)
    corrected_by = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name=_("edition that corrected it"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name=_("answered by"),
    )

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported error")
        verbose_name_plural = _("reported errors")
        ordering = ("-sent_at", "-pk")
        # These rows are changed only through the verbs, which check the permissions of the story.
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (
                    Q(outcome__in=ErrorOutcome.values, answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                ),
                name="error_report_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ErrorOutcome.CORRECTED, corrected_by__isnull=False)
                | (~Q(outcome=ErrorOutcome.CORRECTED) & Q(corrected_by__isnull=True)),
                name="error_report_corrected_by_an_edition",
            ),
        )
        indexes = (
            # The reports on a story, and whether any of them waits.
            models.Index("article", "sent_at", name="error_report_of_article"),
            models.Index("sent_at", condition=Q(answered_at__isnull=True), name="error_report_waits"),
            # The list of all.
            models.Index("sent_at", name="error_report_by_time"),
            # How many came from one network within the hour.
            models.Index("network", "sent_at", condition=~Q(network=""), name="error_report_sender"),
            # Reports sent with an address, for access and erasure; and the few whose address is due to be forgotten.
            models.Index(Lower("email"), condition=~Q(email=""), name="error_report_of_address"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.answered_at is None


class ErrorAnswer(OutboxRow):
    """The mail that tells a reader what came of their report."""

    report = models.ForeignKey(ErrorReport, on_delete=models.PROTECT, related_name="mails", verbose_name=_("report"))

    class Meta:
        verbose_name = _("answer by mail")
        verbose_name_plural = _("answers by mail")
        ordering = ("due_at", "pk")
        default_permissions = ()
        indexes = (
            models.Index(
                "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="error_answer_owed"
            ),
        )

    def __str__(self) -> str:
        return str(self.uid)
