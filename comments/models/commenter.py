"""Those who stand behind a confirmed address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Commenter(models.Model):
    """Who wrote, known by an address that was confirmed; standing belongs to nothing else."""

    email = models.EmailField(_("address"), unique=True)
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        permissions = (("give_standing", _("Can give authors a standing, and slow or pause networks")),)

    def __str__(self) -> str:
        return self.email
