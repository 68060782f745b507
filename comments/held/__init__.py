"""What is held about a reader: each kind of row, why, for how long, who sees it, and what its owner is told of it.

The export, the page of an address and `/privacy/` are made from this list, and a test compares it with every field of
every model: whoever adds a field must say here what becomes of it.
"""

from collections.abc import Mapping

from comments.held.mails import MAILS
from comments.held.part import Part, days
from comments.held.reports import REPORTS
from comments.held.standing import STANDING
from comments.held.traces import TRACES
from comments.held.writing import WRITING

__all__ = ["OF_NO_READER", "PARTS", "Part", "days"]

# In the order in which they are disclosed.
PARTS: tuple[Part, ...] = (*WRITING, *MAILS, *REPORTS, *STANDING, *TRACES)

# Models that hold nothing about readers, each with the reason.
OF_NO_READER: Mapping[str, str] = {
    "Alarm": "what the desk is told of queues and stories",
    "Alert": "who of the newsroom is told so",
    "Batch": "what a moderator pressed",
    "Catch": "which of the newsroom's rules met a comment, for the figures of the rule",
    "Claim": "which moderator has a comment open",
    "Digest": "what the newsroom is told in the morning",
    "ExplanationTemplate": "the newsroom's own words",
    "HouseLimits": "the newsroom's own numbers",
    "ModeratedMonth": "how much was decided in a month, in numbers",
    "ReportCase": "which reports of a comment are answered together; the reports are in the list",
    "NetworkKey": "the random secret of a week; it says nothing of anybody",
    "RuleChange": "what the newsroom did with its rules",
    "ThreadChange": "what the newsroom did with a conversation",
    "Thread": "a story's conversation: whether it is open, and a count",
    "WordRule": "the newsroom's own words",
}
