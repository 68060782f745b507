"""Pages about the paper: who makes it, how it works, who answers for it. Every version of their words is kept."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.limits import HOUSE_ADDRESS, HOUSE_SUMMARY_LENGTH, HOUSE_TITLE_LENGTH
from articles.states import House
from newsportal.fields import ProseField, WordsField

_ADDRESS = RegexValidator(rf"\A{HOUSE_ADDRESS}\Z", _("Small letters and digits, with single hyphens between words."))


class _Words(models.Model):
    """What such a page says."""

    title = WordsField(_("title"), max_length=HOUSE_TITLE_LENGTH)
    summary = WordsField(_("summary"), max_length=HOUSE_SUMMARY_LENGTH, blank=True)
    body = ProseField(_("text"), blank=True)
    is_public = models.BooleanField(_("readers see it"), default=False)

    class Meta:
        abstract = True


class HousePage(_Words):
    """The present words of a page. One of `House` has no row, and shows the portal's text, until somebody writes it."""

    slug = models.CharField(_("address"), max_length=60, primary_key=True, validators=[_ADDRESS])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        verbose_name = _("page about the paper")
        verbose_name_plural = _("pages about the paper")
        ordering = ("position", "slug")
        default_permissions = ()
        permissions = (("edit_house_pages", _("Can write the pages about the paper")),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where readers find it, if they do."""
        return address_of(self.slug)


class HousePageVersion(_Words):
    """What a page said from one change to the next. Never changed."""

    # Its own index is that of the constraint.
    page = models.ForeignKey(HousePage, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("version of a page")
        verbose_name_plural = _("versions of a page")
        ordering = ("-number",)
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["page", "number"], name="house_page_versions_are_distinct"),)

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"


def address_of(slug: str) -> str:
    """Pages that every paper has are at the root of the site, the others below the page about the paper."""
    return reverse("articles:house_page", args=[slug]) if slug not in House.values else f"/{slug}/"
