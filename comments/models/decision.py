"""The ledger: who decided what about which text, and why. Statuses and counts can be replayed from it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment, Revision
from comments.states import Actor, Reason, Status


class LedgerError(Exception):
    """Somebody tried to change or delete what was decided."""


class LedgerQuerySet(models.QuerySet["Decision"]):
    """Rows that are only ever added."""

    def update(self, **values: Any) -> int:
        raise LedgerError("a decision is never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerError("a decision is never deleted")


class Decision(models.Model):
    """One row: this revision went from this status to that one. The first of a comment comes from nothing ("").

    `findings` is a list of `{"rule", "detail"}`, what the rules saw; `public_revision` is what readers see afterwards.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    # A ledger is read by its comment; nobody asks by revision.
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
    at = models.DateTimeField(_("when"))

    objects = LedgerQuerySet.as_manager()

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
            # Whoever deletes an account asks what it decided; a rule's decisions are nobody's.
            models.Index("by", condition=Q(by__isnull=False), name="decision_of_moderator"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.from_status} → {self.to_status}"

    def save(self, **kwargs: Any) -> None:
        """Add the row; a row that is there raises LedgerError."""
        if not self._state.adding:
            raise LedgerError("a decision is never changed")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raises LedgerError."""
        raise LedgerError("a decision is never deleted")

    @property
    def explanation(self) -> str:
        """The words that were said to the author; empty where none were, or where they were erased."""
        words: DecisionWords | None = getattr(self, "words", None)
        return words.explanation if words else ""


class DecisionWords(models.Model):
    """The personal part of a decision, beside the ledger, so that erasure may empty it and the ledger stays whole."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, primary_key=True, related_name="words")
    explanation = models.TextField(_("explanation"), blank=True)

    def __str__(self) -> str:
        return self.explanation
