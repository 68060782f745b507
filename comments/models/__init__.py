"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.address import AddressRequest
from comments.models.alarm import Alarm, Alert
from comments.models.claim import Claim
from comments.models.comment import Comment, Commenter, Revision, Thread
from comments.models.decision import Batch, Decision, DecisionWords, effective
from comments.models.digest import Digest
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice
from comments.models.rule import Catch, HouseLimits, RuleChange, WordRule
from comments.models.standing import AuthorNote, NetworkRestraint, StandingChange, StandingWords
from comments.models.template import ExplanationTemplate

__all__ = [
    "AddressRequest",
    "Alarm",
    "Alert",
    "AuthorNote",
    "Batch",
    "Catch",
    "Claim",
    "Comment",
    "Commenter",
    "Decision",
    "DecisionWords",
    "Digest",
    "ExplanationTemplate",
    "HouseLimits",
    "Network",
    "NetworkKey",
    "NetworkRestraint",
    "Notice",
    "Revision",
    "RuleChange",
    "StandingChange",
    "StandingWords",
    "Thread",
    "WordRule",
    "effective",
]
