"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.comment import Comment, Commenter, Revision, Thread
from comments.models.decision import Batch, Decision, DecisionWords
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice
from comments.models.template import ExplanationTemplate

__all__ = [
    "Batch",
    "Comment",
    "Commenter",
    "Decision",
    "DecisionWords",
    "ExplanationTemplate",
    "Network",
    "NetworkKey",
    "Notice",
    "Revision",
    "Thread",
]
