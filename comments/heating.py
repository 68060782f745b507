"""A conversation that becomes heated is slowed automatically, for a while: the worker looks once a minute."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import conversations, policy
from comments.models import Decision
from comments.states import Actor, Status


@dataclass(frozen=True)
class Contribution:
    """What is looked at of one comment: status, network (a hash), rules' findings, and how many networks report it."""

    status: Status
    sender: str
    risk: int = 0
    reporters: int = 0

    @property
    def is_heated(self) -> bool:
        """Whether it shows that tempers run high. Supposed advertising says nothing about tempers."""
        if self.status in {Status.SPAM, Status.WITHDRAWN}:
            return False
        is_held = self.risk >= policy.HEATED_RISK
        return self.status is Status.REJECTED or is_held or self.reporters >= policy.HEATED_REPORTERS


@dataclass(frozen=True)
class Heat:
    """What arrived within `policy.HEATED_WINDOW`, and how much of it is heated."""

    comments: int
    heated: int
    # How many networks the heated comments came from.
    senders: int

    @property
    def is_too_much(self) -> bool:
        """Whether to slow the conversation: it is quick, and much of it is heated, not only by one sender."""
        is_quick = self.comments >= policy.HEATED_COMMENTS
        is_quarrel = self.senders >= policy.HEATED_SENDERS
        return is_quick and is_quarrel and self.heated >= policy.HEATED_SHARE * self.comments


def heat_of(contributions: Iterable[Contribution]) -> Heat:
    """How heated a conversation is, by what arrived lately."""
    looked_at = list(contributions)
    heated = [one for one in looked_at if one.is_heated]
    return Heat(len(looked_at), len(heated), len({one.sender for one in heated}))


def slow_heated(now: datetime | None = None) -> list[int]:
    """Slow the heated conversations, and say so; returns which. Any number of workers may do this at once.

    One query if none is quick, and one more for those that are.
    """
    moment = now or timezone.now()
    heats = {thread: heat_of(came) for thread, came in _contributions(_quick(moment), moment).items()}
    until = moment + policy.HEATED_LENGTH
    return [
        thread
        for thread, heat in heats.items()
        if heat.is_too_much and conversations.slow_by_rule(thread, until=until, reason=_reason(heat), now=moment)
    ]


# --- How ------------------------------------------------------------------------------------------------------------


def _reason(heat: Heat) -> str:
    """For readers and for the log; the number of comments and their share identify nobody."""
    words = _(
        "Done by a rule: of the last hour's %(n)s comments, %(heated)s were rejected, reported by several readers or "
        "held for their words. Please read before you answer."
    )
    return words % {"n": heat.comments, "heated": heat.heated}


def _quick(now: datetime) -> list[int]:
    """The conversations that drew many comments by readers within the window."""
    counted = _arrived(now).values("comment__thread").annotate(total=Count("pk")).order_by()
    quick = counted.filter(total__gte=policy.HEATED_COMMENTS)
    return list(quick.values_list("comment__thread", flat=True))


def _contributions(threads: list[int], now: datetime) -> dict[int, list[Contribution]]:
    """What arrived in these conversations within the window, by conversation."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    if not threads:
        return found
    reporters = Count("comment__report_case__reports__network", distinct=True)
    rows = _arrived(now).filter(comment__thread__in=threads).annotate(reporters=reporters).order_by()
    told = ("comment__thread", "comment__status", "revision__network", "comment__risk", "reporters")
    for thread, status, sender, risk, reports in rows.values_list(*told):
        found[thread].append(Contribution(Status(status), sender, risk, reports))
    return found


def _arrived(now: datetime) -> QuerySet[Decision]:
    """The first row of each comment by a reader within the window, by the ledger's index of time."""
    since = now - policy.HEATED_WINDOW
    return Decision.objects.filter(at__gt=since, at__lte=now, from_status="", actor=Actor.RULE)
