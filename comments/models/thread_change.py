"""What was done to a conversation as a whole."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.log import LogQuerySet, LogRow
from comments.models.thread import Thread


class ThreadChange(LogRow):
    """One row of the log of a conversation: who did what, until when, with which words, and why.

    If `by` is empty, a rule did it.
    """

    class Act(models.TextChoices):
        CLOSED = "closed", _("closed")
        OPENED = "opened", _("opened")
        TIMED = "timed", _("closing time set")
        UNTIMED = "untimed", _("stays open")
        SLOWED = "slowed", _("slowed")
        RELEASED = "released", _("slowed no longer")
        GUIDED = "guided", _("rules of its own")
        ASKED = "asked", _("question to readers")

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="changes")
    act = models.CharField(_("what"), max_length=16, choices=Act.choices)
    until = models.DateTimeField(_("until"), null=True)
    words = models.TextField(_("words"), blank=True)
    reason = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("by"),
        db_index=False,
    )
    at = models.DateTimeField(_("when"))

    objects: "LogQuerySet[ThreadChange]" = LogQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("change of a conversation")
        verbose_name_plural = _("changes of conversations")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.act}"
