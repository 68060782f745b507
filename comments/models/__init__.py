"""Facts about conversations: fields, constraints and predicates of one row."""

from comments.models.address import AddressRequest
from comments.models.alarm import Alarm, Alert
from comments.models.claim import Claim
from comments.models.comment import Comment
from comments.models.commenter import Commenter
from comments.models.decision import Batch, Decision, DecisionWords, effective
from comments.models.digest import Digest
from comments.models.month import ModeratedMonth
from comments.models.network import Network, NetworkKey
from comments.models.notice import Notice
from comments.models.objection import Objection
from comments.models.recommendation import Recommendation
from comments.models.report import Report, ReportCase
from comments.models.revision import Revision
from comments.models.roundup import Roundup
from comments.models.rule import Catch, HouseLimits, RuleChange, WordRule
from comments.models.standing import AuthorNote, NetworkRestraint, StandingChange, StandingWords
from comments.models.subscription import Subscription
from comments.models.template import ExplanationTemplate
from comments.models.thread import Thread
from comments.models.thread_change import ThreadChange

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
    "ModeratedMonth",
    "Network",
    "NetworkKey",
    "NetworkRestraint",
    "Notice",
    "Objection",
    "Recommendation",
    "Report",
    "ReportCase",
    "Revision",
    "Roundup",
    "RuleChange",
    "StandingChange",
    "StandingWords",
    "Subscription",
    "Thread",
    "ThreadChange",
    "WordRule",
    "effective",
]
