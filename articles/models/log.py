"""Who did what to a story, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.states import Act
from newsportal.fields import ProseField


class ArticleLog(models.Model):
    """One act. Written in the transaction of the act; never changed, never deleted."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="log", verbose_name=_("story"))
    act = models.CharField(_("what"), max_length=16, choices=Act.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    edition_number = models.PositiveIntegerField(_("edition"), null=True)
    effective_at = models.DateTimeField(_("as of"), null=True)
    fields = models.JSONField(_("what changed"), default=list)
    note = ProseField(_("note"), blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ("-at", "-pk")
        constraints = (models.CheckConstraint(condition=models.Q(act__in=Act.values), name="article_log_act_known"),)

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.by}"
