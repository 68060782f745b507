"""The rules in force. One query tells whether this process knows them already."""

from dataclasses import dataclass
from functools import lru_cache

from comments import policy
from comments.models import HouseLimits, WordRule
from comments.states import Reason, RuleAction, RuleState
from comments.triage import WordHit
from comments.wording import WordList, parse


@dataclass(frozen=True)
class Current:
    """The limits, and the words with what each of them does."""

    limits: policy.Limits
    words: WordList
    by_number: dict[int, WordHit]

    def hits(self, text: str) -> tuple[WordHit, ...]:
        """The rules whose words are in a text, the oldest rule first."""
        return tuple(self.by_number[number] for number in sorted({place.entry for place in self.words.places(text)}))


def current() -> Current:
    """What is in force. Ask once for each request."""
    house = HouseLimits.objects.first()
    words, by_number = _words(house.token if house else "")
    return Current(house.numbers if house else policy.limits(), words, by_number)


# Only the newest list: another one is read again only if a process is late by a moment.
@lru_cache(maxsize=1)
def _words(token: str) -> tuple[WordList, dict[int, WordHit]]:
    """The list, prepared. Without a token no rule was ever written."""
    rules = list(WordRule.objects.in_force()) if token else []
    return WordList((rule.pk, parse(rule.words)) for rule in rules), {rule.pk: _hit(rule) for rule in rules}


def _hit(rule: WordRule) -> WordHit:
    return WordHit(
        rule=rule.pk,
        words=rule.words,
        acts=rule.state == RuleState.ACTING,
        action=RuleAction(rule.action),
        reason=Reason(rule.reason) if rule.reason else None,
    )
