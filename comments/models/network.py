"""Networks that comments come from, as keyed hashes whose keys are thrown away."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NetworkKey(models.Model):
    """The secret of one period. Once it is deleted, the hashes made with it can be traced to nobody."""

    period = models.PositiveIntegerField(_("period"), primary_key=True)
    secret = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("network key")
        verbose_name_plural = _("network keys")

    def __str__(self) -> str:
        return str(self.period)


class Network(models.Model):
    """One sender: the row that all posts from one network lock, so that limits and repeats are counted exactly."""

    digest = models.CharField(max_length=64, primary_key=True)
    period = models.PositiveIntegerField(db_index=True)
    # How often somebody there was shown words of the newsroom's list before sending, and since when.
    chances = models.PositiveSmallIntegerField(default=0)
    chances_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.digest
