"""What editors set on the front page, and the line of breaking news. Rows stay: together they are their own log."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.limits import BREAKING_LENGTH
from articles.models.article import Article
from articles.models.edition import Edition
from articles.querysets import BreakingQuerySet, FrontPageQuerySet, FrontSlotQuerySet
from newsportal.fields import WordsField


def is_or_will_be_live() -> Q:
    """The stories that may be chosen: those that readers see now, or will see at a time that is set."""
    own = Edition.objects.uncancelled().filter(article=OuterRef("pk"))
    return Q(Exists(own.filter(Q(visible_until__isnull=True) | Q(visible_until__gt=timezone.now()))))


class FrontPage(models.Model):
    """One arrangement, whole: it counts from `begins_at` until the next one begins. Written by `articles.arranging`."""

    # Consecutive, so that of two editors who saw the same arrangement only the first can set the next.
    number = models.PositiveIntegerField(_("number"), unique=True)
    begins_at = models.DateTimeField(_("begins"))
    # The sections in their order (ids); any that are not named follow, in the order of the navigation.
    sections = models.JSONField(_("order of the sections"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    objects = FrontPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front page")
        ordering = ("-number",)
        default_permissions = ()
        permissions = (("edit_front_page", _("Can arrange the front page and announce breaking news")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="front_page_cancelled_by_somebody",
            ),
        )
        indexes = (models.Index("begins_at", "number", name="front_page_begins"),)

    def __str__(self) -> str:
        return str(self.number)


class FrontSlot(models.Model):
    """A place of an arrangement: 0 is the lead, the others are the second row. Without a story, the newest fills it."""

    # The constraint has an index that serves it.
    front_page = models.ForeignKey(FrontPage, on_delete=models.CASCADE, related_name="slots", db_index=False)
    place = models.PositiveSmallIntegerField(_("place"))
    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        related_name="front_slots",
        limit_choices_to=is_or_will_be_live,
        verbose_name=_("story"),
    )
    ends_at = models.DateTimeField(_("until"), null=True)

    objects = FrontSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the front page")
        verbose_name_plural = _("places on the front page")
        ordering = ("front_page", "place")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["front_page", "place"], name="front_place_is_filled_once"),)
        indexes = (models.Index("ends_at", condition=Q(ends_at__isnull=False), name="front_slot_ends"),)

    def __str__(self) -> str:
        return f"{self.place}"


class BreakingNews(models.Model):
    """A line above every page, from a time until another; the newest that has begun counts, and no older one."""

    text = WordsField(_("text"), max_length=BREAKING_LENGTH, blank=True)
    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        limit_choices_to=is_or_will_be_live,
        verbose_name=_("story"),
    )
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    objects = BreakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("breaking news")
        verbose_name_plural = _("breaking news")
        ordering = ("-begins_at", "-pk")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="breaking_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(text="") | Q(article__isnull=False), name="breaking_says_something"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="breaking_ended_by_somebody",
            ),
        )
        indexes = (
            # Which line stands, and when the next one begins or ends.
            models.Index("begins_at", name="breaking_begins"),
            models.Index("ends_at", name="breaking_ends"),
        )

    def __str__(self) -> str:
        return self.text or str(self.article)

    @property
    def last_moment(self) -> datetime:
        """When it is over: at its time, or when somebody ended it."""
        return min(self.ends_at, self.ended_at or self.ends_at)
