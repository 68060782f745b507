"""What stories are filed under and who stands behind them: sections, tags, people, sources."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.picture import Picture, Shared
from newsportal.fields import ProseField, WordsField


class Section(models.Model):
    """Where a story lives; exactly one."""

    name = WordsField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description = WordsField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="picture_of",
        verbose_name=_("picture"),
        help_text=_("Shown where its page is shared, or a story of it that has no picture of its own."),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("articles:section", args=[self.slug])

    @property
    def shared_picture(self) -> Shared | None:
        """What other sites show beside a link to it; None if the site's own picture stands in."""
        return self.picture.shared if self.picture else None


class Tag(models.Model):
    """What a story is about."""

    name = WordsField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("articles:tag", args=[self.slug])


class Person(models.Model):
    """Somebody who writes."""

    name = WordsField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    role = WordsField(_("role"), max_length=120, blank=True)
    bio = ProseField(_("about"), blank=True)
    portrait = models.ForeignKey(
        Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="portrait_of", verbose_name=_("portrait")
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Their page."""
        return reverse("articles:person", args=[self.slug])


class Source(models.Model):
    """The agency or desk that a story comes from."""

    name = WordsField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address on the web"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """An address that a section, a tag or a person had before; it leads to the present one."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="former_slugs")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, null=True, related_name="former_slugs")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="former_slugs")
    # Each kind has its own index on it, made by the constraints below.
    slug = models.SlugField(max_length=120, db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(section__isnull=False, tag__isnull=True, person__isnull=True)
                    | Q(section__isnull=True, tag__isnull=False, person__isnull=True)
                    | Q(section__isnull=True, tag__isnull=True, person__isnull=False)
                ),
                name="former_slug_of_one_thing",
            ),
            models.UniqueConstraint("slug", condition=Q(section__isnull=False), name="former_slug_of_section"),
            models.UniqueConstraint("slug", condition=Q(tag__isnull=False), name="former_slug_of_tag"),
            models.UniqueConstraint("slug", condition=Q(person__isnull=False), name="former_slug_of_person"),
        )

    def __str__(self) -> str:
        return self.slug
