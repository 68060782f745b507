"""A picture of the library."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from imagefield.fields import ImageField, PPOIField

from articles.limits import PICTURE_LEAD_WIDTH
from articles.pictures import FORMATS, RECIPE, unguessable_name, widths_of
from newsportal.fields import WordsField


class Crop(NamedTuple):
    """One of a picture's crops, as pages and feeds name it."""

    url: str
    width: int
    height: int
    media_type: str


class Shared(NamedTuple):
    """A picture as other sites show it beside a link, with the words that go with it there."""

    url: str
    alt: str
    caption: str
    credit: str


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
    ppoi = PPOIField(_("focal point"))
    alt = WordsField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text beside it does not; screen readers pass over it."),
    )
    caption = WordsField(_("caption"), max_length=500, blank=True)
    credit = WordsField(_("credit"), max_length=200, blank=True)
    # Which crops have been made of it (`articles.pictures.RECIPE`); empty where none are known.
    sized_as = models.CharField(max_length=12, blank=True, default="", editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("-added_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(alt="", is_decorative=True) | ~Q(alt="") & Q(is_decorative=False),
                name="picture_described_or_decorative",
                violation_error_message=_("A picture has an alternative text, or is marked as decorative."),
            ),
        )

    def __str__(self) -> str:
        return self.alt or self.caption or gettext("Decorative picture %(number)s") % {"number": self.pk}

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of its crops at 3:2."""
        return widths_of(self.width, self.height)

    def crop(self, most: int) -> "Crop":
        """The largest crop at 3:2 of at most this width, for clients that cannot choose: JPEG, which all can read."""
        width = max(one for one in self.widths if one <= most)
        if not self.has_all_crops:
            # Saved when there was only WebP; the worker makes the other crops.
            return Crop(getattr(self.file, f"w{width}"), width, width * 2 // 3, "image/webp")
        return Crop(getattr(self.file, f"jpeg{width}"), width, width * 2 // 3, "image/jpeg")

    @property
    def shared(self) -> Shared:
        """Its crop for other sites, with its words in the library."""
        return Shared(self.file.share, self.alt, self.caption, self.credit)

    @property
    def has_all_crops(self) -> bool:
        """Whether every crop of the present recipe has been made."""
        return self.sized_as == RECIPE

    @property
    def is_large(self) -> bool:
        """Whether it can lead a page without being enlarged."""
        return self.widths[-1] >= PICTURE_LEAD_WIDTH
