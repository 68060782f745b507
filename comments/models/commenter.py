"""The people behind confirmed addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Commenter(models.Model):
    """An author, known by a confirmed address; standing belongs to nothing else."""

    email = models.EmailField(_("address"), unique=True)
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        permissions = (("give_standing", _("Can give authors a standing, and slow or pause networks")),)

    def __str__(self) -> str:
        return self.email
