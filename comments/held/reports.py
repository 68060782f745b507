"""What is held about readers who object to a decision, or report a comment or an error."""

from django.utils.translation import gettext_lazy as _

from articles import error_reports
from articles.models import ErrorAnswer, ErrorReport
from comments.held.part import (
    A_COLLEAGUE,
    ABOVE,
    DESK,
    HASH,
    INSIDE,
    TO_YOU_ALONE,
    Part,
    until_erased,
    until_no_address_of_error,
    until_no_reporter,
)
from comments.models import Objection, Report

REPORTS: tuple[Part, ...] = (
    Part(
        key="objections",
        model=Objection,
        what=_("What you objected to decisions on your comments"),
        why=_("So that somebody else decides once more, with your reasons before them."),
        kept=until_erased,
        seen_by=DESK,
        told={"comment": _("Comment"), "words": _("Objection"), "at": _("When")},
        kept_back={"id": INSIDE, "decision": "decisions stand above", "by": A_COLLEAGUE},
        rows=lambda owner: Objection.objects.filter(comment__commenter=owner).select_related("comment"),
    ),
    Part(
        key="reports",
        model=Report,
        what=_("Reports of comments that were sent with your address"),
        why=_("So that each is decided on, and who sent it is told what came of it and can object."),
        kept=until_no_reporter,
        seen_by=DESK,
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
        kept_back={"id": INSIDE, "network": HASH},
        rows=lambda owner: Report.objects.given_under(owner.email).select_related("case__comment", "revision"),
    ),
    Part(
        key="errors",
        model=ErrorReport,
        what=_("Errors in stories that were reported with your address"),
        why=_("So that the story is corrected, and we can tell you what came of it."),
        kept=until_no_address_of_error,
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
        kept_back={"id": INSIDE, "network": "a hash that is kept for an hour", "answered_by": A_COLLEAGUE},
        rows=lambda owner: error_reports.given_under(owner.email).select_related("article", "edition", "corrected_by"),
    ),
    Part(
        key="error_mails",
        model=ErrorAnswer,
        what=_("Mails that tell you what came of an error you reported"),
        why=_("So that none is lost and none is sent twice."),
        kept=lambda: _("As long as your address stands with the error."),
        seen_by=TO_YOU_ALONE,
        told={
            "report": _("Reference"),
            "created_at": _("Written"),
            "due_at": _("Due"),
            "sent_at": _("Sent"),
            "given_up_at": _("Given up"),
            "attempts": _("Attempts"),
        },
        kept_back={"id": INSIDE, "uid": INSIDE, "to": ABOVE, "leased_until": INSIDE, "error": INSIDE},
        rows=lambda owner: ErrorAnswer.objects.filter(
            report__in=error_reports.given_under(owner.email).values("pk")
        ).select_related("report"),
    ),
)
