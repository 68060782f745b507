"""Changes of the rules and their log: add, change, switch, set the limits. The only writer of rules.

Each verb checks the permission, compares with what its actor saw, and writes the change with its row of the log in one
transaction; on commit every process reads the rules again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import names, permissions, policy
from comments.models import HouseLimits, RuleChange, WordRule
from comments.states import Reason, RuleAction, RuleState
from comments.wording import parse
from newsportal.pages import changed
from newsportal.refusal import NotPermitted, Refusal, Stale

Figures = dict[str, int]


@dataclass(frozen=True)
class Deed:
    """What a rule does, why, and for which reason of the guidelines it rejects."""

    action: RuleAction
    reason: Reason | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        """Raises Refusal, in words, if the combination is not possible."""
        if self.action is RuleAction.REJECT and (not self.reason or self.reason in policy.REASONS_WITH_EXPLANATION):
            raise Refusal(_("A rule that rejects needs a reason of the guidelines; “other” says too little."))
        if not self.notes.strip():
            raise Refusal(_("Say why: whoever comes after you has to know."))
        if len(self.notes) > policy.NOTES_CODE_POINTS:
            raise Refusal(_("At most %(most)s characters of notes.") % {"most": policy.NOTES_CODE_POINTS})

    @property
    def columns(self) -> dict[str, str]:
        """The values of a row's columns."""
        reason = self.reason or "" if self.action is RuleAction.REJECT else ""
        return {"action": self.action, "reason": reason, "notes": self.notes.strip()}


def known(keys: Sequence[str]) -> dict[str, WordRule]:
    """The rules on the list that have these keys."""
    wanted = set(keys)
    return {rule.key: rule for rule in WordRule.objects.all() if rule.key in wanted}


@transaction.atomic
def add(lines: Sequence[tuple[str, Figures]], deed: Deed, *, by: User) -> list[WordRule]:
    """Add entries, each with the figures of its rehearsal. They only log until they are switched.

    Raises NotPermitted, or Refusal if one of them cannot be added; then none is.
    """
    _check(by)
    _renew()
    if WordRule.objects.in_force().count() + len(lines) > policy.WORD_RULES:
        raise Refusal(_("The list has at most %(most)s rules that are not off.") % {"most": policy.WORD_RULES})
    now = timezone.now()
    entries = [(line.strip(), parse(line).key) for line, _figures in lines]
    if there := known([key for _line, key in entries]):
        raise Refusal(already(next(iter(there.values()))))
    WordRule.objects.bulk_create(
        WordRule(words=line, key=key, changed_at=now, changed_by=by, **deed.columns) for line, key in entries
    )
    by_key = known([key for _line, key in entries])
    rules = [by_key[key] for _line, key in entries]
    RuleChange.objects.bulk_create(
        RuleChange(rule=rule, act=RuleChange.Act.ADDED, figures=figures, by=by, at=now, **deed.columns)
        for rule, (_line, figures) in zip(rules, lines, strict=True)
    )
    return rules


@transaction.atomic
def change(rule: WordRule, deed: Deed, *, figures: Figures, by: User, saw: int) -> WordRule:
    """Change what a rule does, or why; its words stay, because other words are another rule.

    A rule whose effect changes begins by only logging again. Raises NotPermitted, Refusal, Stale.
    """
    present = _locked(rule, by=by, saw=saw)
    if present.state == RuleState.OFF:
        raise Refusal(_("This rule is off. Switch it on before you change it."))
    does = {"action": present.action, "reason": present.reason, "notes": present.notes}
    if does == deed.columns:
        raise Refusal(_("Nothing was changed."))
    is_same = {**does, "notes": ""} == {**deed.columns, "notes": ""}
    act = RuleChange.Act.NOTED if is_same else RuleChange.Act.CHANGED
    state = RuleState(present.state) if is_same else RuleState.LOGGING
    return _write(present, deed.columns, state, act, figures=figures, by=by)


@transaction.atomic
def switch(rule: WordRule, *, to: RuleState, by: User, saw: int, figures: Figures | None = None) -> WordRule:
    """Make a rule act, only log, or be off. `figures` are what it has caught. Raises NotPermitted, Refusal, Stale."""
    present = _locked(rule, by=by, saw=saw)
    if present.state == to:
        raise Refusal(_("The rule is in this state already: %(state)s.") % {"state": to.label})
    if present.state == RuleState.OFF and WordRule.objects.in_force().count() >= policy.WORD_RULES:
        raise Refusal(_("The list has at most %(most)s rules that are not off.") % {"most": policy.WORD_RULES})
    columns = {"action": present.action, "reason": present.reason, "notes": present.notes}
    return _write(present, columns, to, RuleChange.Act(to.value), figures=figures or {}, by=by)


@transaction.atomic
def set_limits(limits: policy.Limits, *, by: User, saw: policy.Limits) -> HouseLimits:
    """Set the numbers within their bounds. Raises NotPermitted, Refusal in words, Stale."""
    _check(by)
    house = _renew()
    before = house.numbers
    if before != saw:
        raise Stale(_("Somebody has changed the limits since they were shown to you. Nothing was saved."))
    for name, value in asdict(limits).items():
        least, most = policy.BOUNDS[name]
        if not least <= value <= most:
            words = _("“%(what)s” is a number from %(least)s to %(most)s.")
            raise Refusal(words % {"what": label_of(name), "least": least, "most": most})
    if limits.hourly < limits.burst:
        raise Refusal(_("An hour takes at least as many comments as ten minutes."))
    if limits == before:
        raise Refusal(_("Nothing was changed."))
    old, new, standard = asdict(before), asdict(limits), asdict(policy.limits())
    for name, value in new.items():
        # A number equal to the policy's follows it, should another release change that.
        setattr(house, name, None if value == standard[name] else value)
    house.save()
    figures = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    RuleChange.objects.create(act=RuleChange.Act.LIMITS, figures=figures, by=by, at=timezone.now())
    if limits.links_allowed != before.links_allowed:
        changed(names.of_limits())
    return house


def already(rule: WordRule) -> str:
    """Says that the list has it already."""
    state = RuleState(rule.state).label
    return _("The list has “%(words)s” already (%(state)s).") % {"words": rule.words, "state": state}


def label_of(name: str) -> str:
    """The name of a limit."""
    column = HouseLimits._meta.get_field(name)
    assert isinstance(column, Field)
    return str(column.verbose_name)


# --- How ------------------------------------------------------------------------------------------------------------


def _check(by: User) -> None:
    if not permissions.can_change_rules(by):
        raise NotPermitted(_("You may not change the rules."))


def _renew() -> HouseLimits:
    """Make every process read the rules again. The row is locked, so that changes wait for one another."""
    HouseLimits.objects.bulk_create([HouseLimits(pk=1)], ignore_conflicts=True)
    house = HouseLimits.objects.select_for_update().get(pk=1)
    house.token = secrets.token_hex(16)
    house.save(update_fields=["token"])
    return house


def _locked(rule: WordRule, *, by: User, saw: int) -> WordRule:
    _check(by)
    _renew()
    present = WordRule.objects.select_related("changed_by").get(pk=rule.pk)
    if present.version != saw:
        who = present.changed_by.get_full_name() or present.changed_by.get_username()
        raise Stale(_("%(who)s has changed this rule since it was shown to you. Nothing was saved.") % {"who": who})
    return present


def _write(
    rule: WordRule, columns: dict[str, str], state: RuleState, act: RuleChange.Act, *, figures: Figures, by: User
) -> WordRule:
    now = timezone.now()
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.state, rule.changed_at, rule.changed_by = state, now, by
    rule.version += 1
    rule.save()
    RuleChange.objects.create(rule=rule, act=act, figures=figures, by=by, at=now, **columns)
    return rule
