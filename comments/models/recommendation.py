"""Who recommends a comment: a keyed hash, for as long as its key lives."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class Recommendation(models.Model):
    """Somebody recommends a comment. Deleted with the key of its hashes; the comment's number stays.

    `counted` says whether the comment's number includes it. If it is taken back after that, the row stays until it has
    been subtracted.
    """

    # No index: the one of the browsers begins with it.
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="recommended_by", db_index=False)
    # Keyed hashes (`comments.networks`): of network and browser together, and of the network alone.
    browser = models.CharField(max_length=64, editable=False)
    network = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("when"))
    counted = models.BooleanField(_("counted"), default=False)
    taken_back = models.BooleanField(_("taken back"), default=False)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = (
            models.UniqueConstraint(fields=["comment", "browser"], name="one_recommendation_a_browser"),
            models.CheckConstraint(
                condition=Q(counted=True) | Q(taken_back=False), name="only_what_was_counted_is_counted_out"
            ),
        )
        indexes = (
            # For the limits of a network.
            models.Index("network", "at", name="recommendation_of_network"),
            # What is still to be added or subtracted.
            models.Index("id", condition=Q(counted=False) | Q(taken_back=True), name="recommendation_due"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.at:%Y-%m-%d}"
