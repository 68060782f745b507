"""Somebody was quicker: who, what they did and when, and whether it may be overridden."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, Decision
from comments.states import Actor, Status, is_allowed
from newsportal.refusal import Stale


@dataclass(frozen=True)
class Meanwhile:
    """What happened since: who (a name, or the kind of actor) changed the status, to which one, and when.

    `seen` is the state now. `may_override` says whether it may be overridden with a reason: not if the words have not
    been read, and not if the author has withdrawn the comment.
    """

    by: str
    status: Status
    at: datetime
    seen: str
    may_override: bool


class Conflict(Stale):
    """A decision that came second. Nothing was overwritten."""

    def __init__(self, words: str, meanwhile: Meanwhile) -> None:
        super().__init__(words)
        self.meanwhile = meanwhile


def conflict(present: Comment, *, saw: str, to: Status | None = None) -> Conflict:
    """What to raise if a moderator saw something else. `to` is the status they wanted."""
    latest = present.decisions.select_related("by").order_by("pk").last()
    assert latest is not None, "a comment begins with a decision"
    status = Status(present.status)
    was_read = is_same_text(present, saw)
    lacks_reports = _lacks_reports(present, saw)
    may_override = was_read and not lacks_reports and to is not None and is_allowed(Actor.MODERATOR, status, to)
    words = decided_already(latest) if was_read else _edited_meanwhile()
    return Conflict(
        _reported_meanwhile() if lacks_reports and saw.split(".")[:2] == present.seen.split(".") else words,
        Meanwhile(latest.who, status, latest.at, present.seen_at_desk, may_override),
    )


def is_same_text(present: Comment, saw: str) -> bool:
    """Whether the text that was seen is still the newest, whatever was decided about it."""
    before, number, *_case = [*saw.split("."), ""]
    return before in Status.values and number == str(present.revision_number)


def _lacks_reports(present: Comment, saw: str) -> bool:
    """Whether there are unanswered reports that the page did not show."""
    return present.report_case_id is not None and saw.split(".")[2:] != present.seen_at_desk.split(".")[2:]


def author_is_late() -> Stale:
    """For the author, who is not told who decided: that is for the desk."""
    return Stale(_("Your comment has changed since this page was shown to you. Look at it again before you send this."))


def decided_already(latest: Decision) -> str:
    """Who decided what, and how long ago; never a negative time, even if the clock was set back."""
    seconds = max(0, round((timezone.now() - latest.at).total_seconds()))
    minutes = seconds // 60
    ago = ngettext("%(n)s second ago", "%(n)s seconds ago", seconds) % {"n": seconds}
    if minutes:
        ago = ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if latest.actor == Actor.AUTHOR and latest.to_status == Status.WITHDRAWN:
        return _("Its author withdrew this comment %(ago)s. Nothing was decided.") % {"ago": ago}
    return _("Decided already: %(deed)s, %(ago)s. Nothing was overwritten.") % {"deed": latest.deed, "ago": ago}


def _reported_meanwhile() -> str:
    return _("This comment has been reported since it was shown to you. Nothing was decided; read the reports first.")


def _edited_meanwhile() -> str:
    return _("The author has changed this comment since it was shown to you. Nothing was decided.")
