"""What readers who report a comment are told: that it was received, what came of it, and that it is open again.

What came of it is read off the ledger each time (Digital Services Act, Art. 16(4) to (6)). Nothing repeats what the
reporter or the author wrote: anybody may have typed the address that it is mailed to.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Decision, Report
from comments.statements import headline_of, recourse
from comments.states import Actor, Reason, Status
from comments.tokens import report_path
from newsportal.links import absolute
from newsportal.outbox import Words

_RESULTS = {
    Status.REJECTED: gettext_lazy("It was taken down."),
    Status.SPAM: gettext_lazy("It was taken down as advertising."),
    Status.RETURNED: gettext_lazy("It was taken down, and its author was asked to change it."),
    Status.WITHDRAWN: gettext_lazy("Its author has withdrawn it; readers do not see it any more."),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a report: a sentence for a heading, further sentences, and how to object."""

    heading: str
    done: tuple[str, ...]
    objections: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All but the heading."""
        return (*self.done, *self.objections)


def answer_to(report: Report) -> Decision | None:
    """The decision that answers a report; None if nobody has decided yet, or if that was taken back."""
    answers = Decision.objects.filter(report_case=report.case_id, undone_by=None).select_related("comment")
    return answers.order_by("pk").last()


def outcome(report: Report, answer: Decision) -> Outcome:
    """What readers who reported the comment are told about a decision."""
    return Outcome(
        heading=_kept_heading(report) if answer.to_status == Status.APPROVED else _("Your report was followed."),
        done=tuple(sentence for sentence in (_result(report, answer), _reason(answer), _means(answer)) if sentence),
        objections=recourse(_("the reference of your report")),
    )


def mail_of_receipt(report: Report) -> Words:
    """Subject and paragraphs of the acknowledgement."""
    return _("We have received the report %(reference)s") % {"reference": report.reference}, [
        _("Somebody, probably you, reported a comment on “%(headline)s” to us and gave this address.") % _story(report),
        _("A moderator will read the comment and decide. What comes of it is mailed to you, and stands here:")
        + f"\n{absolute(report_path(report))}",
        _("If it was not you, do nothing: the address is not used for anything else."),
    ]


def mail_of_answer(report: Report, answer: Decision) -> Words:
    """Subject and paragraphs of the mail that says what came of it."""
    said = outcome(report, answer)
    subject = _("What came of the report %(reference)s") % {"reference": report.reference}
    about = _("You reported a comment on “%(headline)s”.") % _story(report)
    return subject, [f"{about} {said.heading}", " ".join(said.done), " ".join(said.objections), _page(report)]


def mail_of_reopening(report: Report) -> Words:
    """Subject and paragraphs of the honest message after an undo."""
    return _("The report %(reference)s is looked at again") % {"reference": report.reference}, [
        _("We told you what came of your report of a comment on “%(headline)s”. That decision has been taken back.")
        % _story(report),
        _("A moderator looks at the comment again. We will write to you when it is decided."),
        _page(report),
    ]


# --- How ------------------------------------------------------------------------------------------------------------


def _kept_heading(report: Report) -> str:
    return _("We do not find it against the law.") if report.is_illegal else _("We do not find it against our rules.")


def _result(report: Report, answer: Decision) -> str:
    if answer.to_status != Status.APPROVED:
        return str(_RESULTS[Status(answer.to_status)])
    if answer.revision_id != report.revision_id:
        return _("Its author has changed it since you reported it. A moderator has read the new text, and it stands.")
    return _("A moderator has read it with your report beside it, and it stands.")


def _reason(answer: Decision) -> str:
    return _("The reason: %(reason)s.") % {"reason": Reason(answer.reason).label} if answer.reason else ""


def _means(answer: Decision) -> str:
    """By what means it was decided (Art. 16(6)); nothing about its author."""
    if answer.actor == Actor.AUTHOR:
        return ""
    if answer.actor == Actor.MODERATOR:
        return _("A person decided.")
    return _("It was decided automatically.")


def _page(report: Report) -> str:
    return _("The page of your report:") + f"\n{absolute(report_path(report))}"


def _story(report: Report) -> dict[str, str]:
    return {"headline": headline_of(report.revision.comment)}
