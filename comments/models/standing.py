"""The standing of authors, colleagues' notes about them, and slowed networks: logs of which the newest row counts."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from comments.models.commenter import Commenter
from comments.models.log import LogQuerySet, LogRow
from comments.models.network import Network
from comments.states import GIVEN_STANDINGS, SHUT_OUT, Restraint, Standing


class StandingChangeQuerySet(LogQuerySet["StandingChange"]):
    """The log of standings, and who has which standing."""

    def newest_of(self, commenters: Collection[int]) -> "StandingChangeQuerySet":
        """For each of these commenters the change that counts, whether it has ended or not."""
        newest = self.filter(commenter__in=commenters).values("commenter").annotate(newest=Max("pk")).values("newest")
        return self.filter(pk__in=newest)

    def with_words(self) -> "StandingChangeQuerySet":
        """With everything that a page says about them."""
        return self.select_related("by", "words")


class StandingChange(LogRow):
    """A moderator gave a standing, or lifted one (`to_standing` is empty: what decisions earn counts again).

    It ends by itself at `until`, without another row: readers of the row compare it with the clock.
    """

    # No index: the one below begins with it.
    commenter = models.ForeignKey(
        Commenter, on_delete=models.PROTECT, related_name="standing_changes", db_index=False, verbose_name=_("author")
    )
    from_standing = models.CharField(_("from"), max_length=16, choices=Standing.choices)
    to_standing = models.CharField(_("to"), max_length=16, choices=Standing.choices, blank=True)
    until = models.DateTimeField(_("until"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("moderator")
    )
    at = models.DateTimeField(_("when"))

    objects = StandingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a standing")
        verbose_name_plural = _("changes of standings")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(to_standing__in=["", *GIVEN_STANDINGS]), name="standing_can_be_given"),
            models.CheckConstraint(
                condition=~Q(to_standing=Standing.PAUSED) | Q(until__isnull=False), name="pause_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("at")), name="standing_lasts"
            ),
        )
        indexes = (models.Index("commenter", "id", name="standing_of_commenter"),)

    def __str__(self) -> str:
        return f"{self.commenter_id}: {self.from_standing} → {self.to_standing}"

    def counts_at(self, moment: datetime) -> bool:
        """Whether it gives a standing that has not ended."""
        return bool(self.to_standing) and (self.until is None or moment < self.until)

    @property
    def shuts_out(self) -> bool:
        """Whether it keeps its author from writing."""
        return self.to_standing in SHUT_OUT

    @property
    def reason(self) -> str:
        """The moderator's words, which the author reads; empty if they were erased."""
        words: StandingWords | None = getattr(self, "words", None)
        return words.reason if words else ""


class StandingWords(models.Model):
    """The personal part of a change, beside the log, so that erasure can empty it while the log stays whole."""

    change = models.OneToOneField(StandingChange, on_delete=models.PROTECT, primary_key=True, related_name="words")
    reason = models.TextField(_("reason"), blank=True)

    def __str__(self) -> str:
        return self.reason


class AuthorNote(models.Model):
    """What a moderator wants colleagues to know about an author, who does not see it. Its writer may strike it."""

    commenter = models.ForeignKey(
        Commenter, on_delete=models.PROTECT, related_name="notes", db_index=False, verbose_name=_("author")
    )
    text = models.TextField(_("note"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written"))
    struck_at = models.DateTimeField(_("struck"), null=True)

    class Meta:
        verbose_name = _("note on an author")
        verbose_name_plural = _("notes on authors")
        ordering = ("-pk",)
        indexes = (models.Index("commenter", "id", name="note_on_commenter"),)

    def __str__(self) -> str:
        return self.text


class NetworkRestraint(LogRow):
    """A moderator slowed or paused a network, or released it (`to_restraint` is empty). Deleted with its key."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="restraints", db_index=False)
    from_restraint = models.CharField(_("from"), max_length=16, choices=Restraint.choices, blank=True)
    to_restraint = models.CharField(_("to"), max_length=16, choices=Restraint.choices, blank=True)
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("moderator")
    )
    at = models.DateTimeField(_("when"))

    objects: "LogQuerySet[NetworkRestraint]" = LogQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("restraint on a network")
        verbose_name_plural = _("restraints on networks")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(to_restraint__in=["", *Restraint.values]), name="restraint_known"),
        )
        indexes = (models.Index("network", "id", name="restraint_of_network"),)

    def __str__(self) -> str:
        return f"{self.network_id}: {self.from_restraint} → {self.to_restraint}"

    def counts_at(self, moment: datetime) -> bool:
        """Whether it restrains and has not ended."""
        return bool(self.to_restraint) and moment < self.until
