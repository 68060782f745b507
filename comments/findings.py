"""What the rules saw, in words, and where in the text they saw it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_lazy as _

from comments.text import links_at
from comments.wording import WordList, parse
from newsportal.refusal import Refusal

# What each rule saw, in words; `detail` is its number or its words.
FINDINGS = {
    "barred_author": _("the author is barred"),
    "paused_author": _("the author is paused"),
    "always_held": _("all by this author is read first"),
    "trap_filled": _("the hidden field was filled"),
    "same_text_again": _("the same text was sent before (%(detail)s)"),
    "too_many_links": _("%(detail)s links"),
    "shouting": _("%(detail)s capitals"),
    "padding": _("padding (%(detail)s)"),
    "listed_words": _("words on the list: %(detail)s"),
    "rejecting_words": _("words that are rejected: %(detail)s"),
    "logged_words": _("found by rules that only log: %(detail)s"),
    "first_time_author": _("no approved comment by this author"),
    "every_comment": _("every comment is read"),
    "trusted_author": _("trusted author, %(detail)s approved"),
    "trusted_by_moderator": _("trusted by a moderator"),
}
Span = tuple[int, int]


def words_of(finding: Mapping[str, str]) -> str:
    """One finding of the ledger, in words; for a rule that no longer exists, its name."""
    words = FINDINGS.get(finding["rule"])
    return str(words) % {"detail": finding["detail"]} if words else finding["rule"]


def in_words() -> list[tuple[str, Any]]:
    """The rules by name, each with what it says about any text."""
    return [(rule, str(words) % {"detail": "…"}) for rule, words in FINDINGS.items()]


def spans(text: str, findings: Iterable[Mapping[str, str]]) -> list[Span]:
    """The places in a text where the rules saw something; in order, and not nested."""
    return apart(
        span
        for finding in findings
        if finding["rule"] in WHERE
        for span in WHERE[finding["rule"]](text, finding["detail"])
    )


def apart(spans: Iterable[Span]) -> list[Span]:
    """The same places in order, with touching ones joined."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        elif end > start:
            kept.append((start, end))
    return kept


# --- How ------------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+")
# A word in capitals; a single letter is an initial or the English "I".
_CAPITALS = re.compile(r"[^\W\d_]{2,}")
# Padding is made of words that recur again and again; "the" twice in a sentence is none.
_AGAIN = 3


def _listed(text: str, detail: str) -> Iterable[Span]:
    """The words of rules, as rules find them; entries that no rule could have any more are skipped."""
    entries = []
    for words in filter(None, detail.split(", ")):
        with suppress(Refusal):
            entries.append(parse(words))
    return ((place.start, place.end) for place in WordList(enumerate(entries)).places(text))


def _shouted(text: str, _detail: str) -> Iterable[Span]:
    return (match.span() for match in _CAPITALS.finditer(text) if match[0].isupper())


def _repeated(text: str, _detail: str) -> Iterable[Span]:
    times = Counter(match[0].casefold() for match in _WORD.finditer(text))
    return (match.span() for match in _WORD.finditer(text) if times[match[0].casefold()] >= _AGAIN)


def _linked(text: str, _detail: str) -> Iterable[Span]:
    return links_at(text)


# Where each rule saw what it saw; rules that look at something other than the text are not here.
WHERE: dict[str, Callable[[str, str], Iterable[Span]]] = {
    "too_many_links": _linked,
    "shouting": _shouted,
    "padding": _repeated,
    "listed_words": _listed,
    "rejecting_words": _listed,
    "logged_words": _listed,
}
