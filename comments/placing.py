"""A comment's place in the queue: its risk, and since when it counts as waiting; and its place in the queue of reports.

Nothing is written here; `comments.moderation` writes it with the status.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from comments import policy
from comments.models import Comment, Decision
from comments.states import Actor, Status
from comments.triage import Finding, risk_of


def of_new(findings: Sequence[Finding], *, at: datetime) -> dict[str, Any]:
    """Fields for creating a comment that waits from `at` on."""
    risk = risk_of(findings)
    return {"risk": risk, "queued_at": _queued_at(at, risk)}


def after(comment: Comment, decision: Decision, *, since: datetime | None) -> tuple[int, datetime | None]:
    """Risk and place of a comment after a decision, asked before its status is written.

    A second look by the rules changes the risk, but not since when it has been waiting; an undo restores the old place
    (`since`); and what its author has changed waits from then on.
    """
    risk = _risk(comment, decision)
    if decision.to_status != Status.PENDING:
        return risk, None
    if not decision.undoes_id:
        since = None if decision.actor == Actor.AUTHOR else comment.waiting_since
    return risk, _queued_at(since or decision.at, risk)


def of_case(opened_at: datetime, *, senders: int, is_illegal: bool) -> datetime:
    """The place of a reported comment: by the time of its first report and by how many networks report it."""
    others = min(max(senders - 1, 0), policy.RISK_MOST)
    return opened_at - others * policy.RISK_IS_WORTH - (policy.ILLEGAL_IS_WORTH if is_illegal else timedelta(0))


def waited_since(ledger: Sequence[Decision]) -> datetime | None:
    """When the wait began that was ended by the decision being undone."""
    # A second look by the rules begins no wait; an edit does.
    begun = [
        row.at
        for row in ledger
        if row.to_status == Status.PENDING
        and not row.undoes_id
        and not (row.from_status == Status.PENDING and row.actor == Actor.RULE)
    ]
    return begun[-1] if begun else None


# --- How ------------------------------------------------------------------------------------------------------------


def _queued_at(since: datetime, risk: int) -> datetime:
    return since - risk * policy.RISK_IS_WORTH


def _risk(comment: Comment, decision: Decision) -> int:
    """What the rules say about the newest text; zero for one that they have not seen."""
    if decision.actor == Actor.RULE:
        return risk_of([Finding(**found) for found in decision.findings])
    # An objection is about the text that they saw.
    return 0 if decision.actor == Actor.AUTHOR and not decision.objection_id else comment.risk
