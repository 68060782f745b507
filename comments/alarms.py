"""What the desk must be told in time: pure functions over frozen facts, in the order in which they are told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import policy
from comments.spans import in_words


class Kind(TextChoices):
    """What may be wrong. The codes are public: webhooks receive them."""

    WAITING = "waiting_too_long", gettext_lazy("the oldest comment waits too long")
    ILLEGAL = "reported_as_illegal", gettext_lazy("comments are reported as illegal")
    BUSY = "busy_story", gettext_lazy("a story draws many comments")


@dataclass(frozen=True)
class Flow:
    """How many comments a story drew within `policy.BUSY_WINDOW`."""

    story: int
    headline: str
    comments: int


@dataclass(frozen=True)
class Facts:
    """Everything that the checks look at.

    `usual` is what a story draws in an hour in which it draws any, on the whole site; `illegal` are the cases with
    unanswered reports of illegality, each with the public id of its comment and the number of these reports.
    """

    now: datetime
    promise: timedelta
    oldest: datetime | None = None
    flows: tuple[Flow, ...] = ()
    usual: float = 0.0
    illegal: tuple[tuple[int, str, int], ...] = ()


@dataclass(frozen=True)
class Cause:
    """Something that the desk should know. The same kind and subject are the same cause, whatever the words."""

    kind: Kind
    words: str
    # The number of a story, or of a case of reports; empty if it is about the whole desk.
    subject: str = ""


Check = Callable[[Facts], Iterator[Cause]]


def waiting_too_long(facts: Facts) -> Iterator[Cause]:
    """The oldest comment has waited longer than was promised."""
    if facts.oldest and facts.now - facts.oldest > facts.promise:
        words = _("The oldest comment has waited for %(waited)s; promised are %(promise)s.")
        told = {"waited": in_words(facts.now - facts.oldest), "promise": in_words(facts.promise)}
        yield Cause(Kind.WAITING, words % told)


def reported_as_illegal(facts: Facts) -> Iterator[Cause]:
    """Somebody says that a comment breaks the law: a publisher must look without delay, at each such comment."""
    for case, comment, reports in facts.illegal:
        words = ngettext(
            "Comment %(comment)s: %(n)s report of illegality has not been answered.",
            "Comment %(comment)s: %(n)s reports of illegality have not been answered.",
            reports,
        )
        yield Cause(Kind.ILLEGAL, words % {"comment": comment, "n": reports}, str(case))


def busy_story(facts: Facts) -> Iterator[Cause]:
    """A story draws ten times what stories usually draw in an hour, more than one moderator can read on the side."""
    threshold = max(policy.BUSY_AT_LEAST, policy.BUSY_TIMES * facts.usual)
    for flow in facts.flows:
        if flow.comments >= threshold:
            words = _("“%(headline)s” drew %(n)s comments within an hour; usual are %(usual)s.")
            told = {"headline": flow.headline, "n": flow.comments, "usual": number_format(facts.usual, 1)}
            yield Cause(Kind.BUSY, words % told, str(flow.story))


# What can be wrong, the most pressing first.
ALARMS: tuple[Check, ...] = (reported_as_illegal, waiting_too_long, busy_story)


def causes(facts: Facts) -> list[Cause]:
    """All that is wrong now."""
    return [cause for check in ALARMS for cause in check(facts)]
