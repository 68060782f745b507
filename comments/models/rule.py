"""The newsroom's own rules: words, limits, what each rule caught, and the log of who changed what."""

from dataclasses import replace
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from comments import policy
from comments.models.comment import Comment
from comments.models.log import LogQuerySet, LogRow
from comments.states import Reason, RuleAction, RuleState, Status
from newsportal.fields import ProseField, WordsField


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    """Which rules."""

    def in_force(self) -> Self:
        """Those that look at comments, whether they act or only log."""
        return self.exclude(state=RuleState.OFF)

    def with_catches(self, since: datetime) -> Self:
        """Each with `caught`, the comments caught since then, and `overturned`, how many of them are published now."""
        recent = Q(catches__at__gt=since)
        return self.annotate(
            caught=Count("catches", filter=recent),
            overturned=Count("catches", filter=recent & Q(catches__comment__status=Status.APPROVED)),
        )


class WordRule(models.Model):
    """One entry of the list, changed by `comments.rules.changing` alone. Entries that find the same have one `key`."""

    words = WordsField(_("word or phrase"), max_length=policy.RULE_CODE_POINTS)
    key = models.CharField(max_length=policy.RULE_KEY, unique=True, editable=False)
    action = models.CharField(_("action"), max_length=16, choices=RuleAction.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    notes = ProseField(_("why"), max_length=policy.NOTES_CODE_POINTS)
    state = models.CharField(_("state"), max_length=16, choices=RuleState.choices, default=RuleState.LOGGING)
    # How often it was changed: compared with what the page showed when somebody decided.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("word rule")
        verbose_name_plural = _("word rules")
        ordering = ("key",)
        constraints = (
            models.CheckConstraint(condition=Q(action__in=RuleAction.values), name="rule_action_known"),
            models.CheckConstraint(condition=Q(state__in=RuleState.values), name="rule_state_known"),
            models.CheckConstraint(
                condition=Q(action=RuleAction.REJECT) & ~Q(reason="") | Q(action=RuleAction.HOLD, reason=""),
                name="rule_that_rejects_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.words


class HouseLimits(models.Model):
    """The one row of numbers that the newsroom has set, and the token by which processes see that rules changed.

    If a number is empty, the one in `comments.policy` applies.
    """

    # Random, renewed by each change: a counter would repeat itself after a rollback.
    token = models.CharField(max_length=32, editable=False)
    links_allowed = models.PositiveIntegerField(_("links allowed"), null=True)
    burst = models.PositiveIntegerField(_("comments from one network in ten minutes"), null=True)
    hourly = models.PositiveIntegerField(_("comments from one network in an hour"), null=True)
    new_author_comments = models.PositiveIntegerField(_("approved comments until an author is known"), null=True)
    same_text_days = models.PositiveIntegerField(_("days in which the same text is a repeat"), null=True)

    class Meta:
        verbose_name = _("limits")
        verbose_name_plural = _("limits")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="limits_are_one_row"),)

    def __str__(self) -> str:
        return str(_("limits"))

    @property
    def numbers(self) -> policy.Limits:
        """The numbers that are set, as a plain value."""
        standard = policy.limits()
        numbers = {name: getattr(self, name) for name in policy.BOUNDS}
        return replace(standard, **{name: value for name, value in numbers.items() if value is not None})


class Catch(models.Model):
    """A rule found its words in a comment: when it first did so, and what it did. For the figures of each rule."""

    rule = models.ForeignKey(WordRule, on_delete=models.PROTECT, related_name="catches", db_index=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="catches", db_index=False)
    acted = models.BooleanField(_("acted"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("catch")
        verbose_name_plural = _("catches")
        constraints = (models.UniqueConstraint(fields=["comment", "rule"], name="comment_is_caught_once"),)
        indexes = (models.Index("rule", "at", name="catch_of_rule"),)

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.comment_id}"


class RuleChange(LogRow):
    """One row of the log of rules: who did what with a rule, or with the limits if `rule` is empty.

    `figures` are those of the rehearsal before the change (`looked_at`, `caught`, `approved`), or numbers before and
    after.
    """

    class Act(models.TextChoices):
        ADDED = "added", _("added, after a rehearsal")
        CHANGED = "changed", _("changed, after a rehearsal")
        NOTED = "noted", _("notes changed")
        ACTING = "acting", _("switched to act")
        LOGGING = "logging", _("switched to log only")
        OFF = "off", _("switched off")
        LIMITS = "limits", _("limits changed")

    rule = models.ForeignKey(WordRule, on_delete=models.PROTECT, null=True, related_name="changes")
    act = models.CharField(_("what"), max_length=16, choices=Act.choices)
    # What the rule did from then on.
    action = models.CharField(_("action"), max_length=16, choices=RuleAction.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    notes = models.TextField(_("why"), blank=True)
    figures = models.JSONField(_("figures"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )
    at = models.DateTimeField(_("when"))

    objects = LogQuerySet["RuleChange"].as_manager()

    class Meta:
        verbose_name = _("change of rules")
        verbose_name_plural = _("changes of rules")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(act="limits", rule__isnull=True) | ~Q(act="limits") & Q(rule__isnull=False),
                name="change_is_of_a_rule_or_of_limits",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.get_act_display()}"

    @property
    def in_words(self) -> str:
        """The figures, for readers of the log; empty if there are none."""
        if self.act == self.Act.LIMITS:
            # In a fixed order, because PostgreSQL does not keep the order of keys.
            names = [
                (HouseLimits._meta.get_field(name), self.figures[name])
                for name in policy.BOUNDS
                if name in self.figures
            ]
            return "; ".join(f"{getattr(column, 'verbose_name', '')}: {old} → {new}" for column, (old, new) in names)
        words = _("caught %(caught)s in 30 days, %(approved)s of them published")
        if "looked_at" in self.figures:
            words = _("caught %(caught)s of %(looked_at)s, %(approved)s of them approved")
        return str(words) % self.figures if self.figures else ""
