"""A picture of the library."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from imagefield.fields import ImageField, PPOIField

from articles.pictures import FORMATS, unguessable_name
from newsportal.fields import WordsField


class Picture(models.Model):
    """A file with alternative text, caption and credit, cropped for screens around its point of interest."""

    file = ImageField(
        _("file"),
        upload_to=unguessable_name,
        width_field="width",
        height_field="height",
        ppoi_field="ppoi",
        formats=FORMATS,
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    ppoi = PPOIField(_("point of interest"))
    alt = WordsField(
        _("alternative text"), max_length=300, help_text=_("What the picture shows, for those who do not see it.")
    )
    caption = WordsField(_("caption"), max_length=500, blank=True)
    credit = WordsField(_("credit"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("-added_at", "-pk")

    def __str__(self) -> str:
        return self.alt
