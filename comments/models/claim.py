"""Who is looking at a comment now. It stops nobody from deciding: decisions are kept apart by what each actor saw."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class Claim(models.Model):
    """A moderator has a comment open, until `until` at most. Written by `comments.claims` alone; no list queries it."""

    # No index: the one of the unique pairs begins with it.
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="claims", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = (models.UniqueConstraint(fields=["comment", "by"], name="one_claim_of_a_moderator_on_a_comment"),)

    def __str__(self) -> str:
        return f"{self.by}, {self.until}"
