"""What is to be done to comments, before it is done: who does what and why, and the state it leaves them in."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Batch, Comment, Decision, Objection
from comments.states import Actor, Status
from newsportal.refusal import Refusal


@dataclass(frozen=True)
class After:
    """What a decision leaves of a comment, apart from its status."""

    public_id: int | None = None
    featured_at: datetime | None = None
    returned_by: int | None = None
    closes_at: datetime | None = None
    # Since when it has been waiting, if a decision is taken back.
    waits_since: datetime | None = None


@dataclass(frozen=True)
class Said:
    """The words that go with a decision; they are kept beside the ledger."""

    explanation: str = ""
    passage: str = ""
    to_colleagues: str = ""


@dataclass(frozen=True)
class Act:
    """Who does what, and why."""

    to: Status
    actor: Actor
    at: datetime = field(default_factory=timezone.now)
    by: User | None = None
    reason: str = ""
    findings: list[dict[str, str]] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    batch: Batch | None = None
    undoes: Decision | None = None
    overrides: Decision | None = None
    # The objection that it raises or answers.
    objection: Objection | None = None


class Gone(Refusal):
    """The comment does not exist any more."""

    def __init__(self) -> None:
        super().__init__(_("This comment is no longer here."))


@dataclass(frozen=True)
class Step:
    """One row of the ledger to be: which text of a locked comment it is about, and what it leaves of the comment."""

    comment: Comment
    revision_id: int
    act: Act
    after: After
    # The first row of its ledger: the comment was created just now and had no status before.
    is_first: bool = False
