"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.claim import Claim
from comments.models.comment import Comment, Commenter, Revision, Thread
from comments.models.decision import Decision, DecisionWords
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice

__all__ = [
    "Claim",
    "Comment",
    "Commenter",
    "Decision",
    "DecisionWords",
    "Network",
    "NetworkKey",
    "Notice",
    "Revision",
    "Thread",
]
