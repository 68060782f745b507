"""What replaces a comment that has answers but is not shown any more: who removed it, and why.

It contains no word and no name; the ground is the reason's label, as in the guidelines.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from comments.states import Actor, Reason, Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CLOSED = "closed"
_AWAY = "away"


@dataclass(frozen=True)
class Tombstone:
    """Why a comment is not there. `kind` is a key of the sentences below; `ground` a label, or empty."""

    kind: str
    ground: str = ""

    @property
    def words(self) -> str:
        """The line in place of the comment."""
        return str(_IN_PLACE[self.kind, bool(self.ground)]) % {"ground": self.ground}

    @property
    def as_answered(self) -> str:
        """The line above an answer to it."""
        return str(_ANSWERED[self.kind, bool(self.ground)]) % {"ground": self.ground}


def told(status: str, removal: str | None) -> Tombstone:
    """What is said about a comment with this status.

    `removal` is actor and reason of the decision by which it was removed ("moderator.off_topic"), as `CommentRow` has
    them. A comment that is waiting, or with its author, was not removed: the line only says that it is not shown.
    """
    if status == Status.WITHDRAWN:
        return Tombstone(Actor.AUTHOR)
    if status == Status.SPAM:
        return Tombstone(Actor.MODERATOR, str(Status.SPAM.label))
    if status != Status.REJECTED:
        return Tombstone(_AWAY)
    actor, _dot, reason = (removal or f"{Actor.MODERATOR}.").partition(".")
    if actor == Actor.CLOCK:
        return Tombstone(_CLOSED)
    return Tombstone(actor, str(Reason(reason).label) if reason and reason != Reason.OTHER else "")


def of_comment(comment: Comment) -> Tombstone:
    """The same for one comment, with one query."""
    (row,) = Comment.objects.filter(pk=comment.pk).rows()
    return told(row.status, row.removal)


_IN_PLACE: "dict[tuple[str, bool], _StrPromise]" = {
    (Actor.AUTHOR, False): _("This comment was withdrawn by its author."),
    (Actor.MODERATOR, True): _("This comment was removed by a moderator: %(ground)s."),
    (Actor.MODERATOR, False): _("This comment was removed by a moderator, who told its author why."),
    (Actor.RULE, True): _("This comment was removed by a rule of the newsroom: %(ground)s."),
    (Actor.RULE, False): _("This comment was removed by a rule of the newsroom, and its author was told why."),
    (_CLOSED, False): _("This comment was returned to its author, who did not change it in time."),
    (_AWAY, False): _("This comment is not shown at the moment."),
}
_ANSWERED: "dict[tuple[str, bool], _StrPromise]" = {
    (Actor.AUTHOR, False): _("In reply to a comment that its author withdrew"),
    (Actor.MODERATOR, True): _("In reply to a comment that a moderator removed: %(ground)s"),
    (Actor.MODERATOR, False): _("In reply to a comment that a moderator removed"),
    (Actor.RULE, True): _("In reply to a comment that a rule of the newsroom removed: %(ground)s"),
    (Actor.RULE, False): _("In reply to a comment that a rule of the newsroom removed"),
    (_CLOSED, False): _("In reply to a comment that its author did not change in time"),
    (_AWAY, False): _("In reply to a comment that is not shown at the moment"),
}
