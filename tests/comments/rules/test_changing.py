"""Who changes the rules, what is refused, and that the log has every step with its figures."""

from dataclasses import asdict, replace

import pytest
from django.contrib.auth.models import User

from comments import policy
from comments.models import HouseLimits, RuleChange, WordRule
from comments.models.log import LedgerError
from comments.rules import changing
from comments.rules.changing import Deed
from comments.rules.current import current
from comments.states import Reason, RuleAction, RuleState
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories

HOLD = Deed(RuleAction.HOLD, notes="Seen twice.")
REJECT = Deed(RuleAction.REJECT, Reason.ADVERTISING, "A shop.")
FIGURES = {"looked_at": 9, "caught": 2, "approved": 1}


@pytest.fixture
def lead(db: None) -> User:
    return factories.user("lead moderators")


def added(lead: User, words: str = "casino", deed: Deed = HOLD) -> WordRule:
    (rule,) = changing.add([(words, FIGURES)], deed, by=lead)
    return rule


def log(rule: WordRule | None = None) -> list[tuple[str, str, str, dict[str, object]]]:
    rows = RuleChange.objects.filter(rule=rule)
    return [(row.act, row.action, row.by.username, row.figures) for row in rows]


def acts(text: str) -> list[tuple[str, bool, str]]:
    return [(hit.words, hit.acts, hit.action) for hit in current().hits(text)]


def test_a_new_rule_only_logs_and_each_step_is_in_the_log(lead: User) -> None:
    rule = added(lead)
    assert acts("At the CASINO") == [("casino", False, "hold")]
    rule = changing.switch(rule, to=RuleState.ACTING, by=lead, saw=rule.version, figures={"caught": 3, "approved": 0})
    assert acts("At the CASINO") == [("casino", True, "hold")]
    rule = changing.change(rule, Deed(RuleAction.HOLD, notes="Seen again."), figures={}, by=lead, saw=rule.version)
    assert acts("At the CASINO") == [("casino", True, "hold")]
    rule = changing.change(rule, REJECT, figures=FIGURES, by=lead, saw=rule.version)
    assert acts("At the CASINO") == [("casino", False, "reject")]
    rule = changing.switch(rule, to=RuleState.OFF, by=lead, saw=rule.version)
    assert acts("At the CASINO") == []
    changing.switch(rule, to=RuleState.LOGGING, by=lead, saw=rule.version)
    assert acts("At the CASINO") == [("casino", False, "reject")]
    assert log(rule) == [
        ("added", "hold", lead.username, FIGURES),
        ("acting", "hold", lead.username, {"caught": 3, "approved": 0}),
        ("noted", "hold", lead.username, {}),
        ("changed", "reject", lead.username, FIGURES),
        ("off", "reject", lead.username, {}),
        ("logging", "reject", lead.username, {}),
    ]


@pytest.mark.parametrize("role", ["moderators", "editors", "writers"])
def test_who_may_not_changes_nothing(lead: User, role: str) -> None:
    rule, other, limits = added(lead), factories.user(role), policy.limits()
    for act in (
        lambda: changing.add([("pills", {})], HOLD, by=other),
        lambda: changing.change(rule, REJECT, figures={}, by=other, saw=1),
        lambda: changing.switch(rule, to=RuleState.ACTING, by=other, saw=1),
        lambda: changing.set_limits(replace(limits, burst=9), by=other, saw=limits),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert (acts("casino pills"), len(RuleChange.objects.all())) == ([("casino", False, "hold")], 1)


def test_who_saw_another_version_overwrites_nothing(lead: User) -> None:
    rule = added(lead)
    changing.switch(rule, to=RuleState.ACTING, by=lead, saw=1)
    for act in (
        lambda: changing.switch(rule, to=RuleState.OFF, by=lead, saw=1),
        lambda: changing.change(rule, REJECT, figures={}, by=lead, saw=1),
    ):
        with pytest.raises(Stale) as refused:
            act()
        assert refused.value.words.startswith(f"{lead.username} has changed this rule")
    assert acts("casino") == [("casino", True, "hold")]


def test_what_the_list_has_is_added_by_no_other_spelling_and_then_nothing_is(lead: User) -> None:
    added(lead)
    with pytest.raises(Refusal) as refused:
        changing.add([("pills", {}), ("CASINO", {})], HOLD, by=lead)
    assert refused.value.words == "The list has “casino” already (only logs)."
    assert [rule.words for rule in WordRule.objects.all()] == ["casino"]


def test_a_list_has_an_end(lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comments.policy.WORD_RULES", 2)
    rule = changing.switch(added(lead), to=RuleState.OFF, by=lead, saw=1)
    changing.add([("pills", {}), ("loans", {})], HOLD, by=lead)
    for act in (
        lambda: changing.add([("shop", {})], HOLD, by=lead),
        lambda: changing.switch(rule, to=RuleState.LOGGING, by=lead, saw=rule.version),
    ):
        with pytest.raises(Refusal, match="at most 2 rules"):
            act()


@pytest.mark.parametrize(
    ("action", "reason", "notes"),
    [
        (RuleAction.REJECT, None, "Why"),
        (RuleAction.REJECT, Reason.OTHER, "Why"),
        (RuleAction.HOLD, None, " \n"),
        (RuleAction.HOLD, None, "x" * 1_001),
    ],
)
def test_a_rule_says_why_and_one_that_rejects_by_which_reason(
    action: RuleAction, reason: Reason | None, notes: str
) -> None:
    with pytest.raises(Refusal):
        Deed(action, reason, notes)


def test_to_change_nothing_is_refused(lead: User) -> None:
    rule = added(lead)
    for act in (
        lambda: changing.change(rule, HOLD, figures={}, by=lead, saw=1),
        lambda: changing.switch(rule, to=RuleState.LOGGING, by=lead, saw=1),
        lambda: changing.set_limits(policy.limits(), by=lead, saw=policy.limits()),
    ):
        with pytest.raises(Refusal):
            act()
    assert len(log(rule)) == 1


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_limits_are_the_policy_s_until_they_are_set_and_the_log_says_what_changed(lead: User) -> None:
    standard = policy.limits()
    assert current().limits == standard
    changing.set_limits(replace(standard, links_allowed=0, burst=9), by=lead, saw=standard)
    assert current().limits == replace(standard, links_allowed=0, burst=9)
    assert log() == [("limits", "", lead.username, {"links_allowed": [2, 0], "burst": [45, 9]})]
    assert RuleChange.objects.get().in_words == "links allowed: 2 → 0; comments from one network in ten minutes: 45 → 9"


def test_a_limit_that_is_the_policy_s_goes_with_it(lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    standard = policy.limits()
    changing.set_limits(replace(standard, links_allowed=0), by=lead, saw=standard)
    monkeypatch.setattr("comments.policy.HOURLY", 91)
    assert current().limits == replace(standard, links_allowed=0, hourly=91)


@pytest.mark.parametrize("name", policy.BOUNDS)
def test_a_limit_outside_its_bounds_is_refused(lead: User, name: str) -> None:
    least, most = policy.BOUNDS[name]
    for value in (least - 1, most + 1):
        with pytest.raises(Refusal, match=f"from {least} to {most}"):
            changing.set_limits(replace(policy.limits(), **{name: value}), by=lead, saw=policy.limits())
    assert all(least <= asdict(policy.limits())[name] <= most for name, (least, most) in policy.BOUNDS.items())


def test_an_hour_takes_as_many_as_ten_minutes_and_nobody_overwrites_unseen(lead: User) -> None:
    standard = policy.limits()
    with pytest.raises(Refusal, match="at least as many"):
        changing.set_limits(replace(standard, burst=100), by=lead, saw=standard)
    with pytest.raises(Stale):
        changing.set_limits(standard, by=lead, saw=replace(standard, burst=9))
    assert not HouseLimits.objects.exists()


# --- The log --------------------------------------------------------------------------------------------------------


def test_the_log_is_never_changed_and_never_deleted(lead: User) -> None:
    added(lead)
    row = RuleChange.objects.get()
    for act in (
        row.save,
        row.delete,
        RuleChange.objects.all().delete,
        lambda: RuleChange.objects.update(act="off"),
    ):
        with pytest.raises(LedgerError):
            act()


def test_a_list_is_read_once_for_each_change(lead: User, django_assert_num_queries: object) -> None:
    added(lead)
    current()
    with django_assert_num_queries(1):  # type: ignore[operator]
        current()
    added(lead, "pills")
    assert acts("casino pills") == [("casino", False, "hold"), ("pills", False, "hold")]
