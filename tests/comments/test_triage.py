"""Each rule at its limits, and what they say together."""

from dataclasses import replace

import pytest

from comments import policy, triage
from comments.states import Reason, RuleAction, Status
from comments.triage import Facts, Finding, Verdict, WordHit, judge

PROSE = "Security in Europe and in Asia hang together, I believe now, and this text is surely long enough."


def known(**facts: object) -> Facts:
    """A text by somebody to whom the rules have no objection."""
    return Facts(**{"text": PROSE, "address_confirmed": True, "approved_before": 3, **facts})  # type: ignore[arg-type]


def test_the_rules_are_asked_in_the_order_that_the_desk_reads_them() -> None:
    assert [rule.__name__ for rule in triage.RULES] == [
        "barred_author",
        "paused_author",
        "always_held",
        "trap_filled",
        "same_text_again",
        "too_many_links",
        "shouting",
        "padding",
        "listed_words",
        "rejecting_words",
        "logged_words",
        "first_time_author",
    ]


def test_ordinary_prose_by_a_known_author_is_held_by_no_rule() -> None:
    assert [rule(known()) for rule in triage.RULES] == [None] * len(triage.RULES)


@pytest.mark.parametrize(("filled", "found"), [(False, None), (True, Finding("trap_filled"))])
def test_a_filled_trap_is_found(filled: bool, found: Finding | None) -> None:
    assert triage.trap_filled(known(trap_filled=filled)) == found


@pytest.mark.parametrize(("before", "found"), [(0, None), (1, Finding("same_text_again", "1"))])
def test_the_same_text_again_is_found_from_the_first_time_on(before: int, found: Finding | None) -> None:
    assert triage.same_text_again(known(same_text_before=before)) == found


@pytest.mark.parametrize(("number", "found"), [(2, None), (3, Finding("too_many_links", "3"))])
def test_two_links_are_a_source_and_its_counter_and_a_third_is_too_many(number: int, found: Finding | None) -> None:
    text = " ".join(f"https://example.org/{n}" for n in range(number))
    assert triage.too_many_links(known(text=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A" * 19, None),
        ("A" * 20, Finding("shouting", "100%")),
        ("A" * 12 + "a" * 8, Finding("shouting", "60%")),
        ("A" * 11 + "a" * 9, None),
        ("A" * 12 + "a" * 8 + "1234567890 字字字", Finding("shouting", "60%")),
        ("字" * 60, None),
        ("नमस्ते" * 20, None),
    ],
)
def test_shouting_is_a_share_of_capitals_among_enough_letters_with_case(text: str, found: Finding | None) -> None:
    assert triage.shouting(known(text=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("good " * 9, None),
        ("good " * 10, Finding("padding", "1/10")),
        ("one two three four five " + "one " * 5, None),
        ("one two three four " + "One " * 6, None),
        ("one two three " + "ONE " * 7, Finding("padding", "3/10")),
    ],
)
def test_padding_is_few_distinct_words_among_ten_or_more(text: str, found: Finding | None) -> None:
    assert triage.padding(known(text=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abcde12345", None),
        ("abcd 12345", Finding("padding", "44%")),
        ("." * 50, Finding("padding", "0%")),
        ("क्षि" * 4, None),
        ("   ", None),
        ("", None),
    ],
)
def test_padding_is_also_hardly_a_letter_and_vowel_signs_are_letters(text: str, found: Finding | None) -> None:
    assert triage.padding(known(text=text)) == found


def hit(words: str, reason: Reason | None = None, *, acts: bool = True) -> WordHit:
    return WordHit(1, words, acts, RuleAction.REJECT if reason else RuleAction.HOLD, reason)


def test_words_of_rules_are_told_in_full_and_by_what_their_rules_do() -> None:
    hits = (
        hit("casino"),
        hit("pills"),
        hit("scum", Reason.OFFENSIVE),
        hit("crypto", acts=False),
        hit("loan", Reason.OFFENSIVE, acts=False),
    )
    told = [rule(known(hits=hits)) for rule in (triage.listed_words, triage.rejecting_words, triage.logged_words)]
    assert told == [
        Finding("listed_words", "casino, pills"),
        Finding("rejecting_words", "scum"),
        Finding("logged_words", "crypto, loan"),
    ]


def test_a_rule_that_rejects_does_so_with_its_reason_whoever_wrote() -> None:
    verdict = judge(known(hits=(hit("casino"), hit("scum", Reason.OFFENSIVE), hit("x", Reason.HATE)), trust_after=1))
    found = (Finding("listed_words", "casino"), Finding("rejecting_words", "scum, x"))
    assert verdict == Verdict(Status.REJECTED, found, Reason.OFFENSIVE)


def test_what_readers_see_already_no_rule_takes_away() -> None:
    verdict = judge(known(hits=(hit("scum", Reason.OFFENSIVE),), stands=True))
    assert verdict == Verdict(Status.PENDING, (Finding("rejecting_words", "scum"),))


def test_a_rule_that_only_logs_neither_rejects_nor_holds() -> None:
    logged = Finding("logged_words", "scum")
    facts = known(hits=(hit("scum", Reason.OFFENSIVE, acts=False),), trust_after=3)
    assert judge(facts) == Verdict(Status.APPROVED, (logged, Finding("trusted_author", "3")))
    untrusted = known(hits=(hit("scum", acts=False),))
    assert judge(untrusted) == Verdict(Status.PENDING, (logged, Finding("every_comment")))


def test_the_limits_that_the_newsroom_sets_are_those_that_count() -> None:
    text = " ".join(f"https://example.org/{n}" for n in range(3))
    limits = replace(policy.limits(), links_allowed=3, new_author_comments=4)
    assert triage.too_many_links(known(text=text, limits=limits)) is None
    assert triage.first_time_author(known(limits=limits)) == Finding("first_time_author")


@pytest.mark.parametrize(
    ("confirmed", "approved", "found"),
    [
        (True, 1, None),
        (True, 0, Finding("first_time_author")),
        (False, 5, Finding("first_time_author")),
        (False, 0, Finding("first_time_author")),
    ],
)
def test_an_author_is_known_by_a_confirmed_address_and_an_approved_comment(
    confirmed: bool, approved: int, found: Finding | None
) -> None:
    assert triage.first_time_author(known(address_confirmed=confirmed, approved_before=approved)) == found


def test_by_default_every_comment_waits_for_a_person() -> None:
    assert judge(known(approved_before=1000)) == Verdict(Status.PENDING, (Finding("every_comment"),))


@pytest.mark.parametrize(
    ("approved", "verdict"),
    [
        (2, Verdict(Status.PENDING, (Finding("every_comment"),))),
        (3, Verdict(Status.APPROVED, (Finding("trusted_author", "3"),))),
    ],
)
def test_a_trusted_author_goes_straight_through_from_so_many_approved_on(approved: int, verdict: Verdict) -> None:
    assert judge(known(approved_before=approved, trust_after=3)) == verdict


def test_nobody_is_trusted_without_a_confirmed_address() -> None:
    verdict = judge(known(address_confirmed=False, approved_before=9, trust_after=1))
    assert verdict == Verdict(Status.PENDING, (Finding("first_time_author"),))


def test_what_a_rule_finds_holds_a_trusted_author_too() -> None:
    verdict = judge(known(approved_before=9, trust_after=1, trap_filled=True))
    assert verdict == Verdict(Status.PENDING, (Finding("trap_filled"),))


def test_all_rules_are_asked_so_that_the_moderator_sees_everything() -> None:
    text = "LOOK " * 9 + " ".join(f"HTTPS://SHOP.EXAMPLE/{n}" for n in range(policy.LINKS_ALLOWED + 1))
    verdict = judge(Facts(text=text, trap_filled=True, same_text_before=2, hits=(hit("shop"),)))
    assert [finding.rule for finding in verdict.findings] == [
        "trap_filled",
        "same_text_again",
        "too_many_links",
        "shouting",
        "padding",
        "listed_words",
        "first_time_author",
    ]
    assert verdict.status == Status.PENDING


def test_a_finding_is_kept_as_rule_and_detail() -> None:
    assert Finding("padding", "1/10").as_json() == {"rule": "padding", "detail": "1/10"}
