"""What the desk's page is told: what was done, what was refused and who was quicker, and what has changed since."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from comments.models import Comment, Decision
from comments.states import Actor
from newsportal.refusal import NotPermitted, Refusal, Stale

Row = dict[str, Any]

_STATUSES = {"stale": 409, "not_permitted": 403, "refused": 422}


def done(decision: Decision) -> Row:
    """What became of a comment."""
    comment = decision.comment
    return {
        "comment": comment.pk,
        "decision": decision.pk,
        "saw": comment.seen,
        "status": comment.status,
        # An act that changes no status leaves the card in its queue.
        "stays": decision.to_status == decision.from_status,
    }


def refused(pk: int, refusal: Refusal, *, by: User) -> Row:
    """Why nothing was done; where somebody was quicker, who did what and when, and what there is to be seen now."""
    row: Row = {"comment": pk, "words": refusal.words, "kind": _kind(refusal)}
    if isinstance(refusal, Stale):
        comment = Comment.objects.get(pk=pk)
        latest = comment.decisions.select_related("by").order_by("pk").last()
        row |= {"saw": comment.seen, **(_last(latest, by) if latest else {})}
    return row


def changed(shown: dict[int, str], *, by: User) -> list[Row]:
    """Those that are no longer what the page shows, each with the last row of its ledger; two queries at most."""
    rows = Comment.objects.filter(pk__in=list(shown)).only("status", "revision_number")
    present = {row.pk: row.seen for row in rows if row.seen != shown[row.pk]}
    if not present:
        return []
    decisions = Decision.objects.filter(comment__in=present).select_related("by").order_by("pk")
    latest = {decision.comment_id: decision for decision in decisions}
    return [
        {"comment": pk, "saw": seen, "rewritten": _revision(seen) != _revision(shown[pk]), **_last(latest[pk], by)}
        for pk, seen in present.items()
    ]


def status(done_rows: list[Row], refused_rows: list[Row]) -> int:
    """That of the refusal where everything was refused: to one comment there is one answer."""
    return _STATUSES[refused_rows[0]["kind"]] if refused_rows and not done_rows else 200


def _last(decision: Decision, by: User) -> Row:
    """Who decided what and when, for people and for the page."""
    who = decision.by
    return {
        "decision": decision.pk,
        "status": decision.to_status,
        "what": decision.label,
        "who": (who.get_full_name() or who.get_username()) if who else Actor(decision.actor).label,
        "at": timezone.localtime(decision.at).strftime("%H:%M:%S %Z"),
        "mine": decision.by_id == by.pk,
        "undo": decision.undoes_id is not None,
    }


def _kind(refusal: Refusal) -> str:
    if isinstance(refusal, Stale):
        return "stale"
    return "not_permitted" if isinstance(refusal, NotPermitted) else "refused"


def _revision(seen: str) -> str:
    return seen.rpartition(".")[2]
