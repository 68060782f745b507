"""The first look, by rules: an ordered tuple of small pure functions over frozen facts.

A rule can hold a comment for a person and say why; no rule drops one unseen, and none lets one through by itself. Words
that the newsroom listed for it reject a comment; the ledger and the author get the reason. Rules never take away what
readers see already. What no rule holds goes through only for authors whom the newsroom's setting trusts; everything
else waits for a person.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from comments import policy
from comments.states import Reason, RuleAction, Standing, Status
from comments.text import links


@dataclass(frozen=True)
class WordHit:
    """A rule on words that a text contains: its number, what it lists, and what it does about it."""

    rule: int
    words: str
    acts: bool = True
    action: RuleAction = RuleAction.HOLD
    # For a rule that rejects.
    reason: Reason | None = None

    @property
    def rejects(self) -> bool:
        """Whether it rejects now, and by itself."""
        return self.acts and self.action is RuleAction.REJECT


@dataclass(frozen=True)
class Facts:
    """Everything that the rules look at."""

    text: str
    trap_filled: bool = False
    same_text_before: int = 0
    hits: tuple[WordHit, ...] = ()
    address_confirmed: bool = False
    approved_before: int = 0
    rejected_before: int = 0
    # Approved comments after which a confirmed address is trusted; 0 trusts nobody.
    trust_after: int = 0
    # Whether readers see earlier words of this comment.
    stands: bool = False
    limits: policy.Limits = field(default_factory=policy.limits)
    # The standing that a moderator gave the confirmed address, if it has not ended.
    given: str = ""


@dataclass(frozen=True)
class Finding:
    """What one rule saw: its name and, if that helps the moderator, the words or the number it saw."""

    rule: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """For the ledger."""
        return asdict(self)


@dataclass(frozen=True)
class Verdict:
    """Where the comment goes, and what was found on the way."""

    status: Status
    findings: tuple[Finding, ...]
    # For a rejection only: the code and the words that the author reads.
    reason: Reason | None = None
    explanation: str = ""


Rule = Callable[[Facts], Finding | None]


def trap_filled(facts: Facts) -> Finding | None:
    """The field that people do not see was filled: by a script, or by autofill. So it is held, not dropped."""
    return Finding("trap_filled") if facts.trap_filled else None


def same_text_again(facts: Facts) -> Finding | None:
    """The same words were sent before, by anybody."""
    return Finding("same_text_again", str(facts.same_text_before)) if facts.same_text_before else None


def too_many_links(facts: Facts) -> Finding | None:
    """More web addresses than an argument needs."""
    found = len(links(facts.text))
    return Finding("too_many_links", str(found)) if found > facts.limits.links_allowed else None


def shouting(facts: Facts) -> Finding | None:
    """Mostly capitals. Scripts without case never match."""
    cased = [letter for letter in facts.text if letter.isupper() or letter.islower()]
    if len(cased) < policy.SHOUTING_LETTERS:
        return None
    share = sum(letter.isupper() for letter in cased) / len(cased)
    return Finding("shouting", f"{share:.0%}") if share >= policy.SHOUTING_SHARE else None


def padding(facts: Facts) -> Finding | None:
    """Fifty characters, but hardly a thought: the same few words over and over, or hardly a letter."""
    words = facts.text.casefold().split()
    if len(words) >= policy.PADDING_WORDS and len(set(words)) / len(words) < policy.PADDING_DISTINCT_SHARE:
        return Finding("padding", f"{len(set(words))}/{len(words)}")
    visible = [char for char in facts.text if not char.isspace()]
    letters = sum(unicodedata.category(char)[0] in "LM" for char in visible)
    if visible and letters / len(visible) < policy.PADDING_LETTER_SHARE:
        return Finding("padding", f"{letters / len(visible):.0%}")
    return None


def listed_words(facts: Facts) -> Finding | None:
    """A word is on the newsroom's list."""
    return _of_words("listed_words", (hit for hit in facts.hits if hit.acts and not hit.rejects))


def rejecting_words(facts: Facts) -> Finding | None:
    """A word is among those for which the newsroom rejects."""
    return _of_words("rejecting_words", (hit for hit in facts.hits if hit.rejects))


def logged_words(facts: Facts) -> Finding | None:
    """A word of a rule that only logs yet: it holds nothing."""
    return _of_words("logged_words", (hit for hit in facts.hits if not hit.acts))


def _of_words(rule: str, hits: Iterable[WordHit]) -> Finding | None:
    """The entries themselves, separated by commas, which no entry contains."""
    words = ", ".join(hit.words for hit in hits)
    return Finding(rule, words) if words else None


def barred_author(facts: Facts) -> Finding | None:
    """The owner of the confirmed address may not write here."""
    return Finding("barred_author") if facts.given == Standing.BARRED else None


def paused_author(facts: Facts) -> Finding | None:
    """The owner of the confirmed address may not write here for now."""
    return Finding("paused_author") if facts.given == Standing.PAUSED else None


def always_held(facts: Facts) -> Finding | None:
    """A moderator wants a person to read everything that this author writes."""
    return Finding("always_held") if facts.given == Standing.HELD else None


def first_time_author(facts: Facts) -> Finding | None:
    """Nothing by this author has been approved yet, or there is no confirmed address to know the author by."""
    known = facts.address_confirmed and (facts.approved_before >= facts.limits.new_author_comments or facts.given)
    return None if known else Finding("first_time_author")


# What an author may mend before sending, once: manners and links.
MENDABLE = frozenset({"too_many_links", "shouting", "listed_words"})
# Findings that are only recorded.
LOGGED = frozenset({"logged_words"})

RULES: tuple[Rule, ...] = (
    barred_author,
    paused_author,
    always_held,
    trap_filled,
    same_text_again,
    too_many_links,
    shouting,
    padding,
    listed_words,
    rejecting_words,
    logged_words,
    first_time_author,
)


def judge(facts: Facts) -> Verdict:
    """The verdict of the rules. All of them are asked, so that the moderator sees everything that was found."""
    findings = tuple(finding for rule in RULES if (finding := rule(facts)))
    if (reason := _rejected_for(facts)) and not facts.stands:
        return Verdict(Status.REJECTED, findings, reason)
    if not all(finding.rule in LOGGED for finding in findings):
        return Verdict(Status.PENDING, findings)
    if _is_trusted(facts):
        return Verdict(Status.APPROVED, (*findings, _trust(facts)))
    return Verdict(Status.PENDING, (*findings, Finding("every_comment")))


def _rejected_for(facts: Facts) -> Reason | None:
    """The reason of the first rule that rejects."""
    return next((hit.reason for hit in facts.hits if hit.rejects), None)


def risk_of(findings: Sequence[Finding]) -> int:
    """The findings in points: the more, the sooner a person should look."""
    return min(policy.RISK_MOST, sum(policy.RISK.get(finding.rule, policy.RISK_OF_OTHERS) for finding in findings))


def _is_trusted(facts: Facts) -> bool:
    earned = 0 < facts.trust_after <= facts.approved_before
    return facts.address_confirmed and (earned or facts.given == Standing.TRUSTED)


def _trust(facts: Facts) -> Finding:
    if facts.given == Standing.TRUSTED:
        return Finding("trusted_by_moderator")
    return Finding("trusted_author", str(facts.approved_before))
