"""What the desk was told, or is to be told, and until when it held."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.alarms import Kind
from newsportal.outbox import OutboxRow


class Alarm(models.Model):
    """One cause, from its beginning to its end. `told_at` stays empty if there is nobody to tell."""

    kind = models.CharField(_("what"), max_length=32, choices=Kind.choices)
    # The number of a story, or of a case of reports; empty if it is about the whole desk.
    subject = models.CharField(max_length=32, blank=True)
    words = models.TextField(_("in words"))
    raised_at = models.DateTimeField(_("raised"))
    told_at = models.DateTimeField(_("told"), null=True)
    over_at = models.DateTimeField(_("over"), null=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ("pk",)
        constraints = (
            # Two workers that look at the same moment raise only one.
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(over_at__isnull=True), name="one_open_alarm_of_a_cause"
            ),
        )

    def __str__(self) -> str:
        return self.words


class Alert(OutboxRow):
    """An alarm on its way to one mail address or, if `to` is empty, to the webhook."""

    # No query asks by alarm.
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="alerts", db_index=False)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("due_at", "pk")
        indexes = (
            models.Index("due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="alert_owed"),
        )

    def __str__(self) -> str:
        return f"{self.alarm_id}, {self.to or 'webhook'}"
