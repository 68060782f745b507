"""Who may look at a working copy without an account, and what they say about it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.limits import PREVIEW_NOTE_LENGTH, PREVIEW_RECIPIENT_LENGTH
from articles.models.article import Article
from articles.querysets import PreviewLinkQuerySet
from newsportal.fields import ProseField, WordsField


class PreviewLink(models.Model):
    """A link to the working copy for one recipient. Written by `articles.previewing` alone.

    The database has only a hash of its token, so reading the database or a copy of it yields no link.
    """

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="preview_links", verbose_name=_("story")
    )
    recipient = WordsField(_("recipient"), max_length=PREVIEW_RECIPIENT_LENGTH)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("revoked by")
    )
    opened_at = models.DateTimeField(_("opened last"), null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ("-made_at", "-pk")
        # These rows are changed only through the verbs, which check the permissions of the story.
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="preview_link_revoked_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.recipient

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it has neither expired nor been revoked."""
        return self.revoked_at is None and self.expires_at > (now or timezone.now())


class PreviewNote(models.Model):
    """What a recipient says of the working copy: plain text, for the newsroom alone."""

    link = models.ForeignKey(PreviewLink, on_delete=models.PROTECT, related_name="notes", verbose_name=_("link"))
    text = ProseField(_("note"), max_length=PREVIEW_NOTE_LENGTH)
    left_at = models.DateTimeField(_("when"))
    # The version that its writer read; the story may have moved on.
    article_version = models.PositiveIntegerField(_("version of the story"))
    settled_at = models.DateTimeField(_("done"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("note on a preview")
        verbose_name_plural = _("notes on previews")
        ordering = ("-left_at", "-pk")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="preview_note_settled_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.text
