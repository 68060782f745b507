"""What an author reads about the texts of their comment, and about what was decided on each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, Decision, effective
from comments.states import Actor, Reason, Status
from comments.text import to_html


@dataclass(frozen=True)
class Event:
    """One thing that was done with a text: what, when, and the moderator's words."""

    what: str
    at: datetime
    words: str = ""


@dataclass(frozen=True)
class Version:
    """One text of a comment, when it was written, and what was done with it, in this order."""

    number: int
    html: SafeString
    written_at: datetime
    is_newest: bool
    events: list[Event]


_DONE = {
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Rejected"),
    Status.SPAM: gettext_lazy("Not published"),
    Status.RETURNED: gettext_lazy("Returned to you"),
    Status.WITHDRAWN: gettext_lazy("Withdrawn by you"),
}


def history(comment: Comment, ledger: Sequence[Decision]) -> list[Version]:
    """The texts with what was decided on each, newest first; empty if there is one text and one decision.

    `ledger` is the comment's whole ledger, in order, with its words. Decisions that were taken back are left out: the
    author was told that they do not count.
    """
    events: dict[int, list[Event]] = defaultdict(list)
    for row in effective(ledger):
        if event := _event(row):
            events[row.revision_id].append(event)
    versions = [
        Version(
            revision.number,
            to_html(revision.body),
            revision.created_at,
            revision.number == comment.revision_number,
            events[revision.pk],
        )
        for revision in comment.revisions.order_by("-number")
    ]
    is_told_already = len(versions) == 1 and len(versions[0].events) <= 1
    return [] if is_told_already else versions


# --- How ------------------------------------------------------------------------------------------------------------


def _event(row: Decision) -> Event | None:
    if row.is_featuring:
        return None
    if row.is_objecting:
        return Event(_("You objected"), row.at)
    status = Status(row.to_status)
    if status is Status.PENDING:
        return None
    if row.actor == Actor.CLOCK:
        return Event(_("Closed, for it was not changed"), row.at)
    what = str(_DONE[status])
    if row.reason:
        what = _("%(done)s: %(reason)s") % {"done": what, "reason": Reason(row.reason).label}
    # Nothing else is told about spam.
    return Event(what, row.at, "" if status is Status.SPAM else row.explanation)
