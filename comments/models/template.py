"""Explanations that are needed again and again, kept ready."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.policy import EXPLANATION_CODE_POINTS
from comments.states import Reason


class ExplanationTemplate(models.Model):
    """Words for an author, to be chosen and adapted when a rejection or a return is written."""

    # Empty: for any reason, and for returning a comment.
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), validators=[MaxLengthValidator(EXPLANATION_CODE_POINTS)])

    class Meta:
        verbose_name = _("explanation template")
        verbose_name_plural = _("explanation templates")
        ordering = ("reason", "title", "pk")

    def __str__(self) -> str:
        return self.title
