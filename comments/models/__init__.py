"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.comment import Comment, Commenter, Revision, Thread
from comments.models.decision import Decision, DecisionWords
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice
from comments.models.standing import AuthorNote, NetworkRestraint, StandingChange, StandingWords

__all__ = [
    "AuthorNote",
    "Comment",
    "Commenter",
    "Decision",
    "DecisionWords",
    "Network",
    "NetworkKey",
    "NetworkRestraint",
    "Notice",
    "Revision",
    "StandingChange",
    "StandingWords",
    "Thread",
]
