"""The ledger: who decided what about which text, and why. Statuses and counts can be replayed from it."""

from collections.abc import Sequence
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.log import LogQuerySet, LogRow
from comments.models.report import ReportCase
from comments.models.revision import Revision
from comments.states import Actor, Reason, Status


class Batch(models.Model):
    """Decisions that one moderator made with one press of a button, so that one more press takes all of them back."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches", verbose_name=_("moderator")
    )
    at = models.DateTimeField(_("when"))
    # What was pressed: the status that the comments were to get.
    act = models.CharField(_("act"), max_length=16, choices=Status.choices)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.pk}: {self.act}"


class DecisionQuerySet(LogQuerySet["Decision"]):
    """Which rows of the ledger."""

    def taking_nothing_back(self) -> Self:
        """Those that undo no other one.

        Worded so that no index matches: SQLite takes an index on a unique column to have hardly any empty values, and
        would rather read the whole ledger than the rows of a comment or of a period.
        """
        return self.alias(taken_back=Coalesce("undoes", 0)).filter(taken_back=0)

    def answering_reports(self) -> Self:
        """Those that answer a case of reports and were not taken back."""
        # A range that means the same as "is not null": it tells both databases where in the index to begin.
        return self.filter(report_case__gt=0, undone_by=None)


class Decision(LogRow):
    """One row: this revision went from this status to that one. The first row of a comment comes from nothing ("").

    `findings` is a list of `{"rule", "detail"}`, what the rules saw; `public_revision` and `featured` are what readers
    see afterwards. A row from APPROVED to APPROVED features the comment or ends that; or, with `report_case`, answers
    reports by leaving it as it is.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    # The ledger is read by comment; no query asks by revision.
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    from_status = models.CharField(_("from"), max_length=16, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=16, choices=Status.choices)
    public_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor = models.CharField(_("decided by"), max_length=16, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        verbose_name=_("moderator"),
        db_index=False,
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    findings = models.JSONField(_("what the rules saw"), default=list)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    # The colleague's decision that was knowingly overridden by this one.
    overrides = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="overridden_by",
        verbose_name=_("overrides"),
        db_index=False,
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="decisions", verbose_name=_("batch"), db_index=False
    )
    # The row by which an author objects, and every row that answers: decided while the objection was open.
    objection = models.ForeignKey(
        "Objection",
        on_delete=models.PROTECT,
        null=True,
        related_name="rows",
        verbose_name=_("objection"),
        db_index=False,
    )
    # The case of reports that it answers: it was taken in view of a notice (Digital Services Act, Art. 17(3)(b)).
    report_case = models.ForeignKey(
        ReportCase,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        verbose_name=_("in view of reports"),
        db_index=False,
    )
    featured = models.BooleanField(_("featured"), default=False)
    at = models.DateTimeField(_("when"))

    objects = DecisionQuerySet.as_manager()

    # Whether the comment became visible to readers with this row; known only to the code that has just written it.
    made_public = False

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(actor__in=Actor.values), name="decision_actor_known"),
            models.CheckConstraint(condition=Q(to_status__in=Status.values), name="decision_status_known"),
            models.CheckConstraint(
                condition=Q(actor=Actor.MODERATOR, by__isnull=False) | ~Q(actor=Actor.MODERATOR) & Q(by__isnull=True),
                name="decision_names_its_moderator",
            ),
            models.CheckConstraint(
                condition=~Q(actor=Actor.MODERATOR, to_status=Status.REJECTED, undoes__isnull=True) | ~Q(reason=""),
                name="rejection_has_a_reason",
            ),
        )
        indexes = (
            # Asked when an account is deleted; a rule's decisions belong to nobody.
            models.Index("by", condition=Q(by__isnull=False), name="decision_of_moderator"),
            models.Index("batch", condition=Q(batch__isnull=False), name="decision_of_batch"),
            # What became of a case of reports.
            models.Index("report_case", condition=Q(report_case__isnull=False), name="decision_of_reports"),
            # The days of the ledger, newest first, and all figures about a period.
            models.Index("at", "id", name="decision_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_from_status_display()} → {self.get_to_status_display()}"

    @property
    def explanation(self) -> str:
        """The words that were written to the author; empty if there were none, or if they were erased."""
        return self._words("explanation")

    @property
    def passage(self) -> str:
        """The part of the text that the author is asked to change; empty if none was marked."""
        return self._words("passage")

    @property
    def to_colleagues(self) -> str:
        """Why a colleague's decision was overridden; for the desk only."""
        return self._words("to_colleagues")

    @property
    def is_keeping(self) -> bool:
        """Whether it answers reports by leaving the comment as readers see it, or takes such an answer back."""
        if not self.from_status == self.to_status == Status.APPROVED:
            return False
        return self.report_case_id is not None or (self.undoes is not None and self.undoes.is_keeping)

    @property
    def is_featuring(self) -> bool:
        """Whether it changed not the status but whether the comment is featured."""
        return self.from_status == self.to_status == Status.APPROVED and not self.is_keeping

    @property
    def is_objecting(self) -> bool:
        """Whether an author objects to a rejection with it."""
        return self.objection_id is not None and self.actor == Actor.AUTHOR

    @property
    def answers_objection(self) -> bool:
        """Whether it answers an author's objection: somebody else decides once more."""
        return self.objection_id is not None and self.actor == Actor.MODERATOR

    @property
    def label(self) -> str:
        """What was done, in a word or two for the ledger's readers."""
        if self.is_featuring:
            return str(_("featured") if self.featured else _("no longer featured"))
        if self.is_keeping:
            return str(_("reopened for its reports") if self.undoes_id else _("left as it is after reports"))
        if self.is_objecting:
            return str(_("objected"))
        status = Status(self.to_status).label
        return str(_("%(status)s, on objection") % {"status": status}) if self.answers_objection else str(status)

    @property
    def who(self) -> str:
        """The name of the person who decided, or the kind of actor, as it stands in a sentence."""
        return (self.by.get_full_name() or self.by.get_username()) if self.by else str(_ACTORS[Actor(self.actor)])

    @property
    def deed(self) -> str:
        """What was done and who did it, as a clause for colleagues: “returned to its author by Mona Lind”."""
        if self.is_keeping:
            words = (
                _("reopened for its reports by %(who)s") if self.undoes_id else _("left up after reports by %(who)s")
            )
        elif self.undoes_id:
            words = _("set back to “%(status)s” by %(who)s")
        elif self.is_featuring:
            words = _("featured by %(who)s") if self.featured else _("taken from the featured comments by %(who)s")
        elif self.actor == Actor.CLOCK:
            words = _("closed, for its author did not change it")
        elif self.is_objecting:
            words = _("objected to by its author")
        elif self.actor == Actor.AUTHOR and self.to_status == Status.PENDING:
            words = _("changed by its author")
        else:
            words = _DEEDS[Status(self.to_status)]
        return str(words) % {"who": self.who, "status": Status(self.to_status).label}

    def _words(self, name: str) -> str:
        words: DecisionWords | None = getattr(self, "words", None)
        return getattr(words, name) if words else ""


_ACTORS = {Actor.RULE: _("a rule"), Actor.AUTHOR: _("its author"), Actor.CLOCK: _("the clock")}
_DEEDS = {
    Status.PENDING: _("held by %(who)s"),
    Status.APPROVED: _("approved by %(who)s"),
    Status.REJECTED: _("rejected by %(who)s"),
    Status.SPAM: _("marked as spam by %(who)s"),
    Status.RETURNED: _("returned to its author by %(who)s"),
    Status.WITHDRAWN: _("withdrawn by %(who)s"),
}


class DecisionWords(models.Model):
    """The personal part of a decision, beside the ledger, so that erasure can empty it while the ledger stays whole."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, primary_key=True, related_name="words")
    explanation = models.TextField(_("explanation"), blank=True)
    passage = models.TextField(_("passage"), blank=True)
    to_colleagues = models.TextField(_("for colleagues"), blank=True)

    def __str__(self) -> str:
        return self.explanation


def effective(ledger: Sequence[Decision]) -> list[Decision]:
    """The rows of a comment that count, in order: without those that were taken back, and those that took one back."""
    gone = {row.undoes_id for row in ledger if row.undoes_id}
    return [row for row in ledger if row.pk not in gone and not row.undoes_id]
