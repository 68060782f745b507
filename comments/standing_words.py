"""What authors read about their standing: on their own page, when they are refused, by mail. Nothing is kept from them.

Told only to those who have proved to own the address (by a link mailed to it, or on the page of a comment that they
confirmed to be theirs); what is said about a network is told to anybody who posts from it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from articles.templatetags.story import news_datetime
from comments.models import Comment, NetworkRestraint, StandingChange
from comments.policy import SLOWED_HOURLY
from comments.states import Restraint, Standing
from comments.tokens import own_path
from newsportal.links import absolute


@dataclass(frozen=True)
class Told:
    """A standing as its author reads it."""

    heading: str
    # What it means.
    meaning: str
    # For a standing that a moderator gave; what is earned has none of these.
    since: datetime | None = None
    until: datetime | None = None
    # The moderator's words; empty if they were erased.
    reason: str = ""
    how_to_object: str = ""
    # Whether the author may not write.
    shuts_out: bool = False


def told(change: StandingChange, comment: Comment) -> Told:
    """A standing that a moderator gave, as the author of this comment reads it."""
    heading, meaning = _meaning(Standing(change.to_standing))
    return Told(
        heading=heading,
        meaning=meaning,
        since=change.at,
        until=change.until,
        reason=change.reason,
        how_to_object=how_to_object(comment),
        shuts_out=change.shuts_out,
    )


def told_earned(standing: Standing) -> Told:
    """A standing that decisions earned."""
    return Told(
        *{
            Standing.NEW: (
                _("You are new here."),
                _("Nothing under this address is approved yet, and a person reads what you write before it appears."),
            ),
            Standing.KNOWN: (
                _("You are known here."),
                _("Comments under this address were approved; a person still reads what you write before it appears."),
            ),
            Standing.TRUSTED: (
                _("You are trusted here."),
                _("Many of your comments were approved, so new ones appear at once, unless a rule wants them read."),
            ),
        }[standing]
    )


def refusal(change: StandingChange) -> str:
    """Why a paused or barred author is not let through, in one paragraph."""
    heading, _meaning_of = _meaning(Standing(change.to_standing))
    until = _("Until %(when)s.") % {"when": news_datetime(change.until)} if change.until else ""
    reason = _("The reason: %(reason)s") % {"reason": change.reason} if change.reason else ""
    kept = _("What you wrote is still here, so that you can keep it.")
    return " ".join(part for part in (heading, until, reason, kept) if part)


def of_rejection(bar: StandingChange) -> str:
    """Why a barred author's comment is not published; shown in the ledger and on the author's page."""
    said = _("The owner of this address may not comment here.")
    return f"{said} {bar.reason}".strip()


def refusal_of_network(restraint: NetworkRestraint) -> str:
    """Why a comment from a network is not taken for now."""
    if restraint.to_restraint == Restraint.PAUSED:
        said = _("A moderator has paused comments from your network until %(when)s.")
    else:
        said = _("A moderator has slowed comments from your network to %(most)s an hour until %(when)s.")
    words = {"when": news_datetime(restraint.until), "most": SLOWED_HOURLY}
    others = _("You may share the network with others, whom this is about. Your text is still here: send it later.")
    return f"{said % words} {others}"


def how_to_object(comment: Comment) -> str:
    """Where to turn for authors who think that a moderator is wrong."""
    words = _(
        "If you think that this is wrong, write to %(address)s and name this comment: %(public_id)s. Somebody else than"
        " who decided will read it afresh and answer you, and it costs nothing."
    )
    return words % {"address": settings.CONTACT_EMAIL, "public_id": comment.public_id}


def mail(change: StandingChange, comment: Comment) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail that tells an author their new standing."""
    if change.to_standing:
        heading, meaning = _meaning(Standing(change.to_standing))
    else:
        heading, meaning = _("You may comment again."), _("What a moderator had decided about you no longer counts.")
    paragraphs = [
        heading,
        _("Until %(when)s.") % {"when": news_datetime(change.until)} if change.until else "",
        meaning,
        _("The moderator writes:") + f"\n{change.reason}" if change.reason else "",
        how_to_object(comment) if change.to_standing else "",
        _("Your comment, and how you stand:") + f"\n{absolute(own_path(comment))}",
    ]
    return heading.rstrip("."), [part for part in paragraphs if part]


def _meaning(standing: Standing) -> tuple[str, str]:
    """The standing in a sentence, and what follows from it."""
    return {
        Standing.TRUSTED: (
            _("A moderator trusts you."),
            _("What you write under this address is published at once, unless a rule wants a person to read it."),
        ),
        Standing.HELD: (
            _("A moderator reads everything that you write before it appears."),
            _("Your comments under this address wait for a person, however many were approved before."),
        ),
        Standing.PAUSED: (
            _("You are paused: you may not comment for now."),
            _(
                "What comes under this address meanwhile waits for a moderator, and nothing can be changed"
                " but what a moderator asks you to change."
            ),
        ),
        Standing.BARRED: (
            _("You are barred: you may not comment here."),
            _(
                "What you send under this address is not published, and nothing can be changed"
                " but what a moderator asks you to change."
            ),
        ),
    }[standing]
