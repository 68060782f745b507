"""Messages owed to somebody in the newsroom: rows first, mail later."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.log import ArticleLog
from newsportal.outbox import OutboxRow


class Notice(OutboxRow):
    """A mail to the owner of a story that says what was done to it."""

    # Looked up by time alone.
    entry = models.ForeignKey(
        ArticleLog, on_delete=models.PROTECT, related_name="notices", db_index=False, verbose_name=_("what it tells of")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("due_at", "pk")
        indexes = (
            models.Index(
                "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="article_notice_owed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry}, {self.to}"
