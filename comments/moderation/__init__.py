"""The only writer of a comment's status, whoever acts: a moderator, a rule, the author or the clock.

Each verb compares what its actor saw (`seen`, "status.revision") with what is there now, and writes the status, the row
of the ledger and the counts in one transaction. A refusal changes nothing.
"""

from comments.moderation.acts import Gone
from comments.moderation.closing import close_unchanged
from comments.moderation.conflicts import Conflict, Meanwhile
from comments.moderation.deciding import Outcome, Override, decide, decide_all
from comments.moderation.erasing import erase
from comments.moderation.featuring import feature
from comments.moderation.locking import lock
from comments.moderation.objecting import object_to, open_to_objection, seen_of
from comments.moderation.reported import add_report
from comments.moderation.stepping import answer, first, judge, resubmit, withdraw
from comments.moderation.undoing import Undone, undo, undo_all, undo_batch

__all__ = [
    "Conflict",
    "Gone",
    "Meanwhile",
    "Outcome",
    "Override",
    "Undone",
    "add_report",
    "answer",
    "close_unchanged",
    "decide",
    "decide_all",
    "erase",
    "feature",
    "first",
    "judge",
    "lock",
    "object_to",
    "open_to_objection",
    "resubmit",
    "seen_of",
    "undo",
    "undo_all",
    "undo_batch",
    "withdraw",
]
