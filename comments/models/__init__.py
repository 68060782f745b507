"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.comment import Comment, Commenter, Revision, Thread
from comments.models.decision import Decision, DecisionWords
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice
from comments.models.rule import Catch, HouseLimits, RuleChange, WordRule

__all__ = [
    "Catch",
    "Comment",
    "Commenter",
    "Decision",
    "DecisionWords",
    "HouseLimits",
    "Network",
    "NetworkKey",
    "Notice",
    "Revision",
    "RuleChange",
    "Thread",
    "WordRule",
]
