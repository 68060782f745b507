"""What is held about a reader: each kind of row, why, for how long, who sees it, and what its owner is told of it.

The export, the page of an address and `/privacy/` are made of this list, and a test compares it with every field of
every model: whoever adds one says here what becomes of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import error_reports, limits
from articles.models import ErrorAnswer, ErrorReport
from comments import policy
from comments.models import (
    AddressRequest,
    AuthorNote,
    Comment,
    Commenter,
    Decision,
    DecisionWords,
    Network,
    NetworkKey,
    NetworkRestraint,
    Notice,
    Objection,
    Recommendation,
    Report,
    Revision,
    Roundup,
    StandingChange,
    StandingWords,
    Subscription,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise


@dataclass(frozen=True)
class Part:
    """One kind of row.

    `told` are the fields that an address's owner is told, each with what it is called on the page; `kept_back` the
    others, each with the reason. `rows` finds what is theirs; None where nothing leads from an address to such rows.
    """

    key: str
    model: type[Model]
    what: "Words"
    why: "Words"
    kept: "Callable[[], Words]"
    seen_by: "Words"
    told: "Mapping[str, Words]" = field(default_factory=dict)
    kept_back: Mapping[str, str] = field(default_factory=dict)
    rows: Callable[[Commenter], QuerySet[Any]] | None = None


def days(span: timedelta) -> str:
    """A span in whole days, in words."""
    return ngettext("%(n)s day", "%(n)s days", span.days) % {"n": span.days}


def _until_erased() -> "Words":
    return _("Until you erase it.")


def _while_in_use() -> "Words":
    return _(
        "Until you erase it, or nobody has written under it for %(idle)s; where it is not confirmed, for %(typed)s."
    ) % {"idle": days(policy.IDLE_ADDRESS_KEPT), "typed": days(policy.UNCONFIRMED_ADDRESS_KEPT)}


def _with_address() -> "Words":
    return _("As long as your address.")


def _with_network() -> "Words":
    return _("For at most %(days)s; then the key of the hash is thrown away.") % {
        "days": days(policy.NETWORK_KEY_LIFE * 2)
    }


def _until_sent_long_ago() -> "Words":
    return days(policy.NOTICES_KEPT)


def _until_no_reporter() -> "Words":
    return _(
        "Your name, your address and your words for %(days)s after the report was answered, or until you erase them;"
        " when it came, for which reason, and what came of it, for good."
    ) % {"days": days(policy.REPORTERS_KEPT)}


def _until_no_address_of_error() -> "Words":
    return _(
        "Your address for %(answered)s after our answer, or %(unanswered)s where nobody answered, or until you erase"
        " it; what you found, and our answer, for good."
    ) % {
        "answered": days(timedelta(days=limits.ERROR_ADDRESS_DAYS)),
        "unanswered": days(timedelta(days=limits.ERROR_UNANSWERED_DAYS)),
    }


_INSIDE = "a number of the database, or what only its workings need"
_A_COLLEAGUE = "who of the newsroom it was is theirs; that it was a person is told"
_DESK = _("The newsroom's moderators.")
_TO_YOU_ALONE = _("Nobody; the mail itself goes to you alone.")
_OF_NO_ADDRESS = "nothing leads from an address to a network"
_HASH = "a hash that is told to nobody, and means nothing without its key"
_ABOVE = "the address itself, which stands above"

PARTS: tuple[Part, ...] = (
    Part(
        key="address",
        model=Commenter,
        what=_("Your mail address"),
        why=_("So that we can tell you what was decided about your comments, and know which comments are yours."),
        kept=_while_in_use,
        seen_by=_DESK,
        told={"email": _("Address"), "confirmed_at": _("Confirmed")},
        kept_back={"id": _INSIDE},
        rows=lambda owner: Commenter.objects.filter(pk=owner.pk),
    ),
    Part(
        key="comments",
        model=Comment,
        what=_("Your comments"),
        why=_("So that they can be read and decided on."),
        kept=_until_erased,
        seen_by=_("Everybody, once a comment is approved: its name, text and time. Moderators see all of it."),
        told={
            "public_id": _("Comment"),
            "thread": _("Story"),
            "parent": _("In answer to"),
            "name": _("Name"),
            "email": _("Address as you gave it"),
            "posted_at": _("Written"),
            "status": _("Status"),
            "revision_number": _("Newest text"),
            "public_revision": _("Text that readers see"),
            "featured_at": _("Featured"),
            "closes_at": _("Can be changed until"),
            "recommendations": _("Recommended"),
        },
        kept_back={
            "id": _INSIDE,
            "root": _INSIDE,
            "commenter": _INSIDE,
            "queued_at": _INSIDE,
            "risk": "a place in the desk's queue, reckoned from what the rules found",
            "answer_count": "others' answers are others'",
            "objection": "objections stand below",
            "report_case": "that others report it is told with what is decided of it",
            "report_count": "that others report it is told with what is decided of it",
            "reported_at": "a place among what was reported",
            "returned_by": _A_COLLEAGUE,
            "is_from_newsroom": "never of a reader's",
            "erased_at": "what is erased is nobody's any more",
        },
        rows=lambda owner: Comment.objects.filter(commenter=owner).select_related(
            "thread", "parent", "public_revision"
        ),
    ),
    Part(
        key="texts",
        model=Revision,
        what=_("Every text of your comments"),
        why=_("A moderator sees what you changed, and a decision names the text that it was made on."),
        kept=_until_erased,
        seen_by=_("Everybody sees the one that is approved; moderators see all of them."),
        told={
            "comment": _("Comment"),
            "number": _("Text"),
            "body": _("Words"),
            "edition": _("Edition of the story that you read"),
            "created_at": _("Written"),
        },
        kept_back={
            "id": _INSIDE,
            "fingerprint": "a sum of the words, by which the same text is recognised",
            "network": _HASH,
        },
        rows=lambda owner: Revision.objects.filter(comment__commenter=owner).select_related("comment", "edition"),
    ),
    Part(
        key="decisions",
        model=Decision,
        what=_("What was decided about your comments"),
        why=_("So that each decision can be explained, taken back, and counted."),
        kept=lambda: _("For good. After an erasure it says nothing any more of whose comment it was."),
        seen_by=_DESK,
        told={
            "comment": _("Comment"),
            "revision": _("Text"),
            "from_status": _("From"),
            "to_status": _("To"),
            "actor": _("Decided by"),
            "reason": _("Reason"),
            "public_revision": _("Text that readers saw then"),
            "featured": _("Featured"),
            "at": _("When"),
        },
        kept_back={
            "id": _INSIDE,
            "by": _A_COLLEAGUE,
            "batch": _INSIDE,
            "undoes": _INSIDE,
            "overrides": _A_COLLEAGUE,
            "objection": "objections stand below",
            "report_case": "that others had reported it is told with the decision, and who did is theirs",
            "findings": "which words and limits the rules go by is not told to who might get round them; that a rule"
            " had a part is told with the decision",
        },
        rows=lambda owner: Decision.objects.filter(comment__commenter=owner).select_related(
            "comment", "revision", "public_revision"
        ),
    ),
    Part(
        key="explanations",
        model=DecisionWords,
        what=_("What moderators wrote to you about your comments"),
        why=_("So that you know why."),
        kept=_until_erased,
        seen_by=_DESK,
        told={"decision": _("Comment"), "explanation": _("Explanation"), "passage": _("Passage that is meant")},
        kept_back={"to_colleagues": "what a moderator says to another one of their work"},
        rows=lambda owner: DecisionWords.objects.filter(decision__comment__commenter=owner).select_related(
            "decision__comment"
        ),
    ),
    Part(
        key="mails",
        model=Notice,
        what=_("Mails that we sent to your address, or owe to it"),
        why=_("So that none is lost, none is sent twice, and a mistake is corrected to whoever was told of it."),
        kept=_until_sent_long_ago,
        seen_by=_TO_YOU_ALONE,
        told={
            "kind": _("About"),
            "comment": _("Comment"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={
            "id": _INSIDE,
            "uid": _INSIDE,
            "to": _ABOVE,
            "leased_until": _INSIDE,
            "error": _INSIDE,
            "decision": _INSIDE,
            "standing_change": _INSIDE,
            "report": "reports stand below",
            "answer": "another reader's comment",
            "roundup": "daily mails stand below",
        },
        rows=lambda owner: Notice.objects.filter(to=owner.email).select_related("comment"),
    ),
    Part(
        key="daily_mails",
        model=Roundup,
        what=_("Daily mails to your address"),
        why=_("So that what you want once a day comes once, in one mail."),
        kept=_until_sent_long_ago,
        seen_by=_TO_YOU_ALONE,
        told={
            "day": _("Day"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={"id": _INSIDE, "uid": _INSIDE, "to": _ABOVE, "leased_until": _INSIDE, "error": _INSIDE},
        rows=lambda owner: Roundup.objects.filter(to=owner.email),
    ),
    Part(
        key="wishes",
        model=Subscription,
        what=_("What you want to be told by mail, and when"),
        why=_("So that you get the mails that you want, and no others."),
        kept=_with_address,
        seen_by=_("Nobody."),
        told={"topic": _("About"), "thread": _("Story"), "pace": _("How soon")},
        kept_back={"id": _INSIDE, "commenter": _INSIDE},
        rows=lambda owner: Subscription.objects.filter(commenter=owner).select_related("thread"),
    ),
    Part(
        key="objections",
        model=Objection,
        what=_("What you objected to decisions on your comments"),
        why=_("So that somebody else decides once more, with your reasons before them."),
        kept=_until_erased,
        seen_by=_DESK,
        told={"comment": _("Comment"), "words": _("Objection"), "at": _("When")},
        kept_back={"id": _INSIDE, "decision": "decisions stand above", "by": _A_COLLEAGUE},
        rows=lambda owner: Objection.objects.filter(comment__commenter=owner).select_related("comment"),
    ),
    Part(
        key="reports",
        model=Report,
        what=_("Reports of comments that were sent with your address"),
        why=_("So that each is decided on, and who sent it is told what came of it and can object."),
        kept=_until_no_reporter,
        seen_by=_DESK,
        told={
            "reference": _("Reference"),
            "case": _("Comment"),
            "revision": _("Text"),
            "reason": _("Reason"),
            "words": _("Words"),
            "is_of_abuse": _("Sexual abuse of children"),
            "name": _("Name"),
            "email": _("Address as you gave it"),
            "received_at": _("Received"),
        },
        kept_back={"id": _INSIDE, "network": _HASH},
        rows=lambda owner: Report.objects.given_under(owner.email).select_related("case__comment", "revision"),
    ),
    Part(
        key="errors",
        model=ErrorReport,
        what=_("Errors in stories that were reported with your address"),
        why=_("So that the story is corrected, and we can tell you what came of it."),
        kept=_until_no_address_of_error,
        seen_by=_("Those of the newsroom who work on the story."),
        told={
            "reference": _("Reference"),
            "article": _("Story"),
            "edition": _("Edition of the story that you read"),
            "passage": _("Passage that is meant"),
            "text": _("Words"),
            "email": _("Address as you gave it"),
            "sent_at": _("Sent"),
            "outcome": _("What came of it"),
            "answer": _("Our answer"),
            "corrected_by": _("Corrected by edition"),
            "answered_at": _("Answered"),
        },
        kept_back={"id": _INSIDE, "network": "a hash that is kept for an hour", "answered_by": _A_COLLEAGUE},
        rows=lambda owner: error_reports.given_under(owner.email).select_related("article", "edition", "corrected_by"),
    ),
    Part(
        key="error_mails",
        model=ErrorAnswer,
        what=_("Mails that tell you what came of an error you reported"),
        why=_("So that none is lost and none is sent twice."),
        kept=lambda: _("As long as your address stands with the error."),
        seen_by=_TO_YOU_ALONE,
        told={
            "report": _("Reference"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={"id": _INSIDE, "uid": _INSIDE, "to": _ABOVE, "leased_until": _INSIDE, "error": _INSIDE},
        rows=lambda owner: ErrorAnswer.objects.filter(
            report__in=error_reports.given_under(owner.email).values("pk")
        ).select_related("report"),
    ),
    Part(
        key="standings",
        model=StandingChange,
        what=_("How you stand"),
        why=_("So that a pause or a bar that a moderator gave can be explained, and ends when it should."),
        kept=lambda: _("For good. After an erasure it says nothing any more of whose standing it was."),
        seen_by=_DESK,
        told={
            "from_standing": _("From"),
            "to_standing": _("To"),
            "until": _("Until"),
            "at": _("When"),
        },
        kept_back={"id": _INSIDE, "commenter": _INSIDE, "by": _A_COLLEAGUE},
        rows=lambda owner: StandingChange.objects.filter(commenter=owner),
    ),
    Part(
        key="standing_reasons",
        model=StandingWords,
        what=_("Why you stand so, as you were told"),
        why=_("So that you know why."),
        kept=_with_address,
        seen_by=_DESK,
        told={"reason": _("Reason")},
        kept_back={"change": _INSIDE},
        rows=lambda owner: StandingWords.objects.filter(change__commenter=owner),
    ),
    Part(
        key="notes",
        model=AuthorNote,
        what=_("When moderators noted something about you for their colleagues"),
        why=_("So that the next one at the desk knows what the last one knew."),
        kept=_with_address,
        seen_by=_DESK,
        told={"at": _("Written"), "struck_at": _("Struck out")},
        kept_back={
            "id": _INSIDE,
            "commenter": _INSIDE,
            "by": _A_COLLEAGUE,
            "text": "what a moderator says to another one of their work; it goes with an erasure",
        },
        rows=lambda owner: AuthorNote.objects.filter(commenter=owner),
    ),
    Part(
        key="requests",
        model=AddressRequest,
        what=_("Requests for the link to what we hold about your address"),
        why=_("So that the link opens, and nobody can have you flooded with mails."),
        kept=lambda: days(policy.ADDRESS_LINK_LIFE),
        seen_by=_("Nobody."),
        told={"created_at": _("Asked"), "sent_at": _("Sent")},
        kept_back={
            "id": _INSIDE,
            "uid": _INSIDE,
            "to": _ABOVE,
            "due_at": _INSIDE,
            "leased_until": _INSIDE,
            "attempts": _INSIDE,
            "given_up_at": _INSIDE,
            "error": _INSIDE,
            "network": _HASH,
        },
        rows=lambda owner: AddressRequest.objects.filter(to=owner.email),
    ),
    Part(
        key="networks",
        model=Network,
        what=_("The network that you wrote from, as a keyed hash; never the address itself"),
        why=_("To slow down floods, and to take a text that is sent twice for one."),
        kept=_with_network,
        seen_by=_("Moderators see that comments came from one network, and not from which."),
        kept_back={
            "digest": _OF_NO_ADDRESS,
            "period": _INSIDE,
            "chances": "how often somebody there was asked to think words over",
            "chances_since": "since when that is counted",
        },
    ),
    Part(
        key="recommendations",
        model=Recommendation,
        what=_("That somebody recommends a comment, as a keyed hash of network and browser; never either of them"),
        why=_("To count each browser once, and so that you can take it back."),
        kept=lambda: (
            _("For at most %(days)s; then the number alone is left.") % {"days": days(policy.NETWORK_KEY_LIFE)}
        ),
        seen_by=_("Nobody sees who; everybody sees how many."),
        kept_back=dict.fromkeys(
            ("id", "comment", "browser", "network", "at", "counted", "taken_back"),
            "nothing leads from an address to a browser",
        ),
    ),
    Part(
        key="restraints",
        model=NetworkRestraint,
        what=_("That a network was slowed or paused"),
        why=_("To end a flood without shutting anybody out by name."),
        kept=_with_network,
        seen_by=_DESK,
        kept_back=dict.fromkeys(
            ("id", "network", "from_restraint", "to_restraint", "until", "reason", "by", "at"),
            _OF_NO_ADDRESS,
        ),
    ),
)

# Models without anything of a reader's, each with the reason.
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
    NetworkKey.__name__: "the random secret of a week; it says nothing of anybody",
    "RuleChange": "what the newsroom did with its rules",
    "ThreadChange": "what the newsroom did with a conversation",
    "Thread": "a story's conversation: whether it is open, and a count",
    "WordRule": "the newsroom's own words",
}
