"""Responses to the desk's page: what was done, what was refused and who was quicker, and what has changed since."""

from typing import Any

from django.contrib.auth.models import User

from comments.models import Comment, Decision
from comments.moderation import Conflict
from newsportal import zoned
from newsportal.refusal import NotPermitted, Refusal, Stale

Row = dict[str, Any]

_STATUSES = {"stale": 409, "not_permitted": 403, "refused": 422}


def done(decision: Decision) -> Row:
    """The result for a comment."""
    comment = decision.comment
    return {
        "comment": comment.pk,
        "decision": decision.pk,
        "saw": comment.seen_at_desk,
        "status": comment.status,
        # An act that changes no status leaves the card in its queue.
        "stays": decision.is_featuring,
        # Reports were answered, and readers see it as before.
        "kept": decision.is_keeping,
    }


def refused(pk: int, refusal: Refusal, *, by: User) -> Row:
    """Why nothing was done.

    If somebody was quicker: who did what and when, the present state, and whether it may be overridden; not for
    featuring, which has no override.
    """
    row: Row = {"comment": pk, "words": refusal.words, "kind": _kind(refusal)}
    comment = Comment.objects.filter(pk=pk).first() if isinstance(refusal, Stale) else None
    if comment:
        latest = comment.decisions.select_related("by").order_by("pk").last()
        row |= {"saw": comment.seen_at_desk, **(_last(latest, by) if latest else {})}
        row["may_override"] = isinstance(refusal, Conflict) and refusal.meanwhile.may_override
    return row


def changed(shown: dict[int, str], *, by: User) -> list[Row]:
    """Those that differ from the page, each with the last row of its ledger, or `gone`; two queries at most."""
    columns = ("status", "revision_number", "report_case", "report_count")
    rows = Comment.objects.filter(pk__in=list(shown)).only(*columns)
    present = {row.pk: _present(row, shown[row.pk]) for row in rows}
    gone: list[Row] = [{"comment": pk, "saw": "", "gone": True} for pk in shown if pk not in present]
    others = {pk: seen for pk, seen in present.items() if seen != shown[pk]}
    if not others:
        return gone
    decisions = Decision.objects.filter(comment__in=others).select_related("by").order_by("pk")
    latest = {decision.comment_id: decision for decision in decisions}
    return gone + [
        {"comment": pk, "saw": seen, "rewritten": _revision(seen) != _revision(shown[pk]), **_last(latest[pk], by)}
        for pk, seen in others.items()
        if pk in latest
    ]


def status(done_rows: list[Row], refused_rows: list[Row]) -> int:
    """The refusal's status if everything was refused: a request about one comment gets one answer."""
    return _STATUSES[refused_rows[0]["kind"]] if refused_rows and not done_rows else 200


def _present(comment: Comment, shown: str) -> str:
    """Its present state; or the state that was shown, if only a report has arrived since.

    That does not mislead the moderator: the decision itself will say so.
    """
    status, number, *case = [*shown.split("."), ""]
    joins = comment.report_case_id is not None and case[0] in {"", str(comment.report_case_id)}
    return shown if joins and f"{status}.{number}" == comment.seen else comment.seen_at_desk


def _last(decision: Decision, by: User) -> Row:
    """Who last decided what and when, for people and for the page."""
    return {
        "decision": decision.pk,
        "status": decision.to_status,
        "deed": decision.deed,
        "who": decision.who,
        "at": zoned.clock(decision.at),
        "mine": decision.by_id == by.pk,
        "undo": decision.undoes_id is not None,
    }


def _kind(refusal: Refusal) -> str:
    if isinstance(refusal, Stale):
        return "stale"
    return "not_permitted" if isinstance(refusal, NotPermitted) else "refused"


def _revision(seen: str) -> str:
    return [*seen.split("."), ""][1]
