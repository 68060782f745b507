"""Which stories an editor set beside a story."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class RelatedStory(models.Model):
    """One of the stories to be shown below another one; part of the latter's working copy."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related_stories")
    story = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+", verbose_name=_("story"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("related story")
        verbose_name_plural = _("related stories")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["article", "story"], name="story_is_related_once"),
            models.CheckConstraint(
                condition=~models.Q(article=models.F("story")),
                name="story_is_not_related_to_itself",
                violation_error_message=_("A story does not stand below itself."),
            ),
        )

    def __str__(self) -> str:
        return str(self.story)
