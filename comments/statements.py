"""What an author is told of a decision: the statement of reasons of Article 17 of the Digital Services Act.

Only the ledger and the words beside it are stored; the rest is derived from them each time. Senders of spam are told
nothing (the article exempts deceptive commercial content): they would only learn to get better at it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Edition
from comments import passages, policy
from comments.models import Comment, Decision, Revision, effective
from comments.states import Actor, Reason, Status
from comments.text import quoted
from newsportal import zoned

_SUBJECTS = {
    Status.APPROVED: gettext_lazy("Your comment on “%(headline)s” is published"),
    Status.REJECTED: gettext_lazy("Your comment on “%(headline)s” was not published"),
    Status.RETURNED: gettext_lazy("A moderator asks you to change your comment on “%(headline)s”"),
}
# Decisions that authors are told of.
TOLD = frozenset(_SUBJECTS)
_NOT_YET = gettext_lazy("Your comment on “%(headline)s” is approved")
_CLOSED = gettext_lazy("Your comment on “%(headline)s” is closed")
_TAKEN_BACK = gettext_lazy("We were wrong about your comment on “%(headline)s”")
_NOW = {
    Status.PENDING: gettext_lazy("It waits for a moderator again."),
    Status.APPROVED: gettext_lazy("It is published."),
    Status.REJECTED: gettext_lazy("It is not published."),
    Status.SPAM: gettext_lazy("It is not published."),
    Status.RETURNED: gettext_lazy("We ask you to change it, as we did before."),
    Status.WITHDRAWN: gettext_lazy("You have withdrawn it since."),
}
_APPROVED_FOR_NOW = gettext_lazy(
    "The story is not public at the moment; your comment will be read below it if it is published again."
)
# Rules that look at the author or at the house, and find nothing in the text.
_NO_DETECTION = frozenset(
    {
        *("logged_words", "first_time_author", "every_comment", "trusted_author", "trusted_by_moderator"),
        *("always_held", "paused_author"),
    }
)


@dataclass(frozen=True)
class Statement:
    """What was done, on which facts and ground, by whom or what, and how to object."""

    # A sentence without its full stop; also the subject of the mail.
    subject: str
    # Further sentences on what was done.
    done: tuple[str, ...]
    # The facts: the text that was decided on, the passage that was marked, and what the moderator wrote.
    text: str
    passage: str = ""
    explanation: str = ""
    # The ground; empty if nothing was taken from the author, or if it closed because there was no response.
    reason: str = ""
    reason_label: str = ""
    clause: str = ""
    rests_on_law: bool = False
    # None if nothing was taken from the author.
    found_automatically: bool | None = None
    decided_automatically: bool = False
    # Readers had reported it; nobody is told who they are.
    was_reported: bool = False
    objections: tuple[str, ...] = ()

    @property
    def ground(self) -> str:
        """The ground of the decision, in a sentence; empty if there is no reason."""
        if not self.clause:
            return ""
        words = (
            _("It rests on the law: %(clause)s") if self.rests_on_law else _("It rests on our guidelines: %(clause)s")
        )
        return words % {"clause": self.clause}

    @property
    def automation(self) -> str:
        """How it was found, and whether machines had a part in it; empty if nothing was taken from the author."""
        if self.found_automatically is None:
            return ""
        reported = _("Readers had reported the comment.") if self.was_reported else ""
        found = (
            _("An automatic rule pointed the comment out.")
            if self.found_automatically
            else _("No automatic means were used to find the comment.")
        )
        decided = _("It was decided automatically.") if self.decided_automatically else _("A person decided.")
        return " ".join(sentence for sentence in (reported, found, decided) if sentence)

    def paragraphs(self) -> list[str]:
        """The whole as plain text, for a mail."""
        said = [
            " ".join([f"{self.subject}.", *self.done]),
            _("The reason: %(reason)s.") % {"reason": self.reason_label} if self.reason_label else "",
            self.ground,
            _("The moderator writes:") + f"\n{self.explanation}" if self.explanation else "",
            _("This is the passage:") + f"\n{quoted(self.passage)}" if self.passage else "",
            self.automation,
            " ".join(self.objections),
            _("You wrote:") + f"\n{quoted(self.text)}",
        ]
        return [paragraph for paragraph in said if paragraph]


def statement(decision: Decision) -> Statement:
    """What the author reads about a decision that was made."""
    comment = decision.comment
    source = _Source(
        to=Status(decision.to_status),
        actor=Actor(decision.actor),
        reason=decision.reason,
        explanation=decision.explanation,
        passage=decision.passage,
        closes_at=comment.closes_at,
        at=decision.at,
        answers_objection=decision.answers_objection,
        was_reported=decision.report_case_id is not None,
    )
    if decision.undoes is not None:
        return _correction(decision, comment)
    return _compose(source, comment, decision.revision)


def current(comment: Comment) -> Statement | None:
    """What the author reads about the comment's present state; None if there is no decision that they are told of."""
    ledger = comment.decisions.select_related("words", "revision").order_by("pk")
    made = [row for row in effective(list(ledger)) if not row.is_featuring]
    if not made or made[-1].to_status != comment.status or comment.status not in TOLD:
        return None
    return statement(made[-1])


def foreseen(comment: Comment, *, to: Status, reason: str, explanation: str, passage: str = "") -> Statement:
    """What the author will read if a moderator decides so now. What is missing or wrong is left out, not refused."""
    revision = comment.revisions.get(number=comment.revision_number)
    source = _Source(
        to=to,
        actor=Actor.MODERATOR,
        reason=reason if to is Status.REJECTED and reason in Reason.values else "",
        explanation=explanation.strip(),
        passage=passages.find(revision.body, passage) if to is Status.RETURNED else "",
        closes_at=timezone.now() + policy.RETURN_WINDOW,
        at=timezone.now(),
        answers_objection=comment.is_objected,
        was_reported=comment.report_case_id is not None,
    )
    return _compose(source, comment, revision)


def headline_of(comment: Comment) -> str:
    """The headline that the author read, on one line, and marked if the story is not plain news."""
    revision = comment.revisions.select_related("edition").first()
    edition = revision.edition if revision else None
    return " ".join((edition.marked_headline if edition else "").split())


def recourse(naming: str) -> tuple[str, ...]:
    """How to object to a decision, in sentences; `naming` is what to quote when writing."""
    return (
        _(
            "If you think that this is wrong, write to %(address)s and give %(naming)s: somebody else will read it"
            " afresh, and it costs nothing."
        )
        % {"address": settings.CONTACT_EMAIL, "naming": naming},
        _("You may also turn to a certified body for settling disputes out of court, or to a court."),
    )


# --- How ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    to: Status
    actor: Actor
    reason: str
    explanation: str
    passage: str
    closes_at: datetime | None
    at: datetime
    answers_objection: bool
    was_reported: bool


def _compose(source: _Source, comment: Comment, revision: Revision) -> Statement:
    is_taken = source.to not in {Status.APPROVED, Status.PENDING}
    reason = Reason(source.reason) if source.reason else None
    subject, done = _done(source, comment)
    return Statement(
        subject=str(subject) % {"headline": headline_of(comment)},
        done=(_answered(source.to), *done) if source.answers_objection else done,
        text=revision.body,
        passage=source.passage,
        explanation=source.explanation,
        reason=source.reason,
        reason_label=str(reason.label) if reason else "",
        clause=str(policy.CLAUSES[reason]) if reason else "",
        rests_on_law=reason in policy.REASONS_OF_LAW,
        found_automatically=_was_found(revision) if is_taken else None,
        decided_automatically=source.actor in {Actor.RULE, Actor.CLOCK},
        objections=_objections(source) if is_taken else (),
        was_reported=source.was_reported and is_taken,
    )


def _done(source: _Source, comment: Comment) -> "tuple[object, tuple[str, ...]]":
    """The subject, and what else there is to say."""
    if source.actor is Actor.CLOCK:
        return _CLOSED, (_closed_words(),)
    if source.to is Status.RETURNED and source.closes_at:
        until = _("You can change it until %(moment)s; after that it closes unpublished.")
        return _SUBJECTS[Status.RETURNED], (until % {"moment": zoned.in_words(source.closes_at)},)
    if source.to is Status.APPROVED and not _is_story_live(comment):
        return _NOT_YET, (str(_APPROVED_FOR_NOW),)
    return _SUBJECTS.get(source.to, _SUBJECTS[Status.REJECTED]), ()


def _closed_words() -> str:
    days = policy.RETURN_WINDOW.days
    words = ngettext(
        "It was closed, for it was not changed within %(n)s day.",
        "It was closed, for it was not changed within %(n)s days.",
        days,
    )
    return words % {"n": apnumber(days)}


def _was_found(revision: Revision) -> bool:
    """Whether a rule saw something in the text itself when it last looked."""
    looked = Decision.objects.filter(comment=revision.comment_id, revision=revision, actor=Actor.RULE)
    findings = looked.order_by("pk").values_list("findings", flat=True).last() or []
    return any(finding["rule"] not in _NO_DETECTION for finding in findings)


def _answered(to: Status) -> str:
    """What became of an objection, told before all else."""
    if to is Status.REJECTED:
        return _("You objected. Somebody else has read your comment again, and decided as before.")
    return _("You objected. Somebody else has read your comment again, and decided otherwise.")


def _objections(source: _Source) -> tuple[str, ...]:
    """The ways to object (Digital Services Act, Article 17(3)(f))."""
    return (
        _objecting(source),
        _("You may also turn to a certified body for settling disputes out of court, or to a court."),
    )


def _objecting(source: _Source) -> str:
    if source.to is Status.RETURNED:
        return _(
            "If you think that this is wrong, leave it as it is: once it is closed, you can object on your comment's"
            " own page."
        )
    if source.answers_objection:
        return _("With us this answer is final.")
    until = source.at + policy.OBJECTION_WINDOW
    if until < timezone.now():
        return _("One could object until %(moment)s.") % {"moment": zoned.in_words(until)}
    return _(
        "If you think that this is wrong, object on your comment's own page until %(moment)s: somebody else will read"
        " it afresh, and it costs nothing."
    ) % {"moment": zoned.in_words(until)}


def _correction(decision: Decision, comment: Comment) -> Statement:
    """The honest message after an undo, and the comment's state when it is sent: much may have happened since."""
    undone = decision.undoes
    assert undone is not None
    headline = headline_of(comment)
    told = _SUBJECTS.get(Status(undone.to_status), _SUBJECTS[Status.REJECTED])
    done = [
        _("We told you: “%(told)s.” That was a mistake, and has been taken back.")
        % {"told": str(told) % {"headline": headline}},
        _now(comment),
    ]
    if comment.closes_at:
        done.append(_("You can change it until %(moment)s.") % {"moment": zoned.in_words(comment.closes_at)})
    return Statement(subject=str(_TAKEN_BACK) % {"headline": headline}, done=tuple(done), text=decision.revision.body)


def _now(comment: Comment) -> str:
    if comment.status == Status.APPROVED and not _is_story_live(comment):
        return str(_APPROVED_FOR_NOW)
    return str(_NOW[Status(comment.status)])


def _is_story_live(comment: Comment) -> bool:
    return Edition.objects.live().filter(article_id=comment.thread_id).exists()
