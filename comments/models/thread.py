"""The conversation under a story: its settings, and how many comments it has."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Edition
from comments.policy import NAME_CODE_POINTS, SLOWED_THREAD_GAP


def open_for() -> timedelta | None:
    """How long after a story's first edition readers may write; None if there is no such limit."""
    days: int = settings.COMMENTS_OPEN_DAYS
    return timedelta(days=days) if days > 0 else None


class Thread(models.Model):
    """The conversation under one article. No row means open and empty: the first post makes it, never a GET."""

    article = models.OneToOneField(Article, on_delete=models.PROTECT, primary_key=True, related_name="thread")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # When it closes by itself; if empty, when the site's conversations do (`open_for`), unless it stays open.
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    stays_open = models.BooleanField(_("stays open whatever its age"), default=False)
    # While it is heated: one comment from each network in `policy.SLOWED_THREAD_GAP`.
    slowed_until = models.DateTimeField(_("slowed until"), null=True, blank=True)
    slowed_because = models.TextField(_("why it is slowed"), blank=True)
    # What readers see above it: its own rules, and what the newsroom asks them. Plain text.
    guidance = models.TextField(_("rules of its own"), blank=True)
    question = models.TextField(_("question to readers"), blank=True)
    question_by = models.CharField(_("who asks"), max_length=NAME_CODE_POINTS, blank=True)
    # How many comments readers see; written by `comments.moderation` alone.
    public_count = models.PositiveIntegerField(_("public comments"), default=0)
    # The same number as lists of stories show it; `comments.listing` alone writes it.
    listed_count = models.PositiveIntegerField(_("comments as lists tell"), default=0, db_default=0)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = (
            # The site's next timed moment.
            models.Index("closes_at", condition=Q(closes_at__isnull=False), name="thread_closes"),
            models.Index("slowed_until", condition=Q(slowed_until__isnull=False), name="thread_slowed"),
            # What lists do not show yet.
            models.Index("article", condition=~Q(listed_count=F("public_count")), name="thread_to_be_listed"),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether readers may write."""
        return self.closing_at is None or self.closing_at > timezone.now()

    @property
    def is_slowed(self) -> bool:
        """Whether each network may write only now and then."""
        return self.slowed_until is not None and self.slowed_until > timezone.now()

    @property
    def slowed_minutes(self) -> int:
        """How long a network waits between two comments while the conversation is slowed."""
        return int(SLOWED_THREAD_GAP.total_seconds()) // 60

    @property
    def closing_at(self) -> datetime | None:
        """When it was closed or will be; None if no end is set."""
        if self.closed_at or self.closes_at:
            return self.closed_at or self.closes_at
        length = open_for()
        return self.began_at + length if length and not self.stays_open and self.began_at else None

    @cached_property
    def began_at(self) -> datetime | None:
        """When readers first saw the story."""
        editions = Edition.objects.filter(article=self.article_id).order_by("visible_from")
        return editions.values_list("first_visible_from", flat=True).first()
