"""What is known about the workers, and what browsers reported about our Content Security Policy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkerBeat(models.Model):
    """When one part of a worker, on any machine, last reported that it is alive."""

    # Its machine and process id.
    worker = models.CharField(max_length=120)
    part = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("worker", "part", name="one_beat_of_each_part"),)

    def __str__(self) -> str:
        return f"{self.worker} {self.part}"


class CspReport(models.Model):
    """What browsers refused to do for one of our pages: one row for all reports that say the same.

    All of it was sent by strangers. Addresses are reduced to the origin of what was blocked, and to our page's path
    without the keys of links.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    directive = models.CharField(_("directive"), max_length=40)
    blocked = models.CharField(_("blocked"), max_length=200)
    path = models.CharField(_("page"), max_length=300)
    times = models.PositiveBigIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("refusal of a browser")
        verbose_name_plural = _("refusals of browsers")
        ordering = ("-last_at", "-pk")
        indexes = (models.Index("last_at", name="csp_report_by_age"),)

    def __str__(self) -> str:
        return f"{self.directive}: {self.blocked}"
