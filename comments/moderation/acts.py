"""What is to be done to comments, before it is done: who does what and why, and what is left of each then."""

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
    """What a decision leaves of a comment, its status aside."""

    public_id: int | None = None
    featured_at: datetime | None = None
    returned_by: int | None = None
    closes_at: datetime | None = None
    # Since when it waits again, where a decision is taken back.
    waits_since: datetime | None = None


@dataclass(frozen=True)
class Said:
    """The words that go with a decision; they live beside the ledger."""

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
    # What is raised by it, or answered.
    objection: Objection | None = None


class Gone(Refusal):
    """There is no such comment any more."""

    def __init__(self) -> None:
        super().__init__(_("This comment is no longer here."))


@dataclass(frozen=True)
class Step:
    """One row of the ledger to be: on which text of a locked comment, and what is left of the comment then."""

    comment: Comment
    revision_id: int
    act: Act
    after: After
    # The first of its ledger: the comment was made just now, and comes from nothing.
    is_first: bool = False
