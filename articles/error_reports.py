"""Errors that readers report in stories: send, answer, and forget who sent them."""

import re
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from articles import notifications, permissions
from articles.limits import (
    ERROR_ADDRESS_DAYS,
    ERROR_ANSWER_LENGTH,
    ERROR_PASSAGE_LENGTH,
    ERROR_REPORTS_AN_HOUR,
    ERROR_TEXT_LENGTH,
    ERROR_UNANSWERED_DAYS,
)
from articles.models import Article, Edition, ErrorAnswer, ErrorReport
from articles.querysets import EditionQuerySet, ErrorReportQuerySet
from articles.states import ErrorOutcome
from newsportal.characters import fit
from newsportal.client import Address, network_of
from newsportal.refusal import NotPermitted, Refusal, Stale

_HOUR = timedelta(hours=1)
_SAID = re.compile(r"[^\W_]")


class TooFast(Refusal):
    """The network has sent as many reports as are accepted in an hour."""

    def __init__(self, words: str, retry_after: timedelta) -> None:
        super().__init__(words)
        self.retry_after = retry_after


def check_words(text: str, passage: str) -> dict[str, str]:
    """What is wrong with the text of a report, by field, in words; empty if it can be sent."""
    wrong: dict[str, str] = {}
    too_long = _("%(n)s of at most %(most)s characters. Shorten it.")
    if not _SAID.search(text):
        wrong["text"] = _("Say what is wrong.")
    elif len(text) > ERROR_TEXT_LENGTH:
        wrong["text"] = too_long % {"n": len(text), "most": ERROR_TEXT_LENGTH}
    if len(passage) > ERROR_PASSAGE_LENGTH:
        wrong["passage"] = too_long % {"n": len(passage), "most": ERROR_PASSAGE_LENGTH}
    return wrong


@transaction.atomic
def send(
    edition: Edition, *, text: str, passage: str = "", email: str = "", saw: int | None = None, address: Address
) -> ErrorReport:
    """Take a report on a live edition; `saw` is the number of the edition that was read, if that is known.

    The same words from the same network within the hour are one report, which is returned. Raises Refusal if
    `check_words` finds fault, and TooFast with the time to wait; then nothing is written.
    """
    text, passage = fit(text).strip(), fit(passage).strip()
    if wrong := check_words(text, passage):
        raise Refusal(" ".join(wrong.values()))
    # Two simultaneous posts on one story wait for each other here, so that neither a repeat nor the last of an hour
    # counts twice. On several stories at once a sender gets as many more as the server answers at a time.
    Article.objects.select_for_update().get(pk=edition.article_id)
    now = timezone.now()
    network = _network(address)
    lately = list(ErrorReport.objects.sent_from(network, now - _HOUR))
    same = (edition.article_id, text, passage, email)
    for report in lately:
        if (report.article_id, report.text, report.passage, report.email) == same:
            return report
    if len(lately) >= ERROR_REPORTS_AN_HOUR:
        words = _(
            "Many reports came from your network within the hour. Send it again later; what you wrote is kept below."
        )
        raise TooFast(words, lately[-ERROR_REPORTS_AN_HOUR].sent_at + _HOUR - now)
    return ErrorReport.objects.create(
        article_id=edition.article_id,
        edition=_read(edition, saw, now),
        text=text,
        passage=passage,
        email=email,
        network=network,
        sent_at=now,
    )


@transaction.atomic
def answer(
    report: ErrorReport, *, by: User, outcome: ErrorOutcome, words: str, corrected_by: Edition | None = None
) -> None:
    """Say what came of a report, and owe the reader a mail if they gave an address.

    `corrected_by` is one of `corrections_for(report)`, and is required if the outcome is CORRECTED. Raises
    NotPermitted, Refusal for no words, too many or another edition, and Stale if somebody was quicker.
    """
    if not permissions.can_answer_errors(by, report.article):
        raise NotPermitted(_("You may not answer reports on this story."))
    words = fit(words).strip()
    if not _SAID.search(words):
        raise Refusal(_("Tell the reader in words what you found."))
    if len(words) > ERROR_ANSWER_LENGTH:
        too_long = _("%(n)s of at most %(most)s characters. Shorten your answer.")
        raise Refusal(too_long % {"n": len(words), "most": ERROR_ANSWER_LENGTH})
    if outcome is not ErrorOutcome.CORRECTED:
        corrected_by = None
    elif corrected_by is None or not corrections_for(report).filter(pk=corrected_by.pk).exists():
        raise Refusal(_("Say which edition corrected it. Publish the correction first."))
    now = timezone.now()
    answered = {
        "outcome": outcome,
        "answer": words,
        "corrected_by": corrected_by,
        "answered_by": by,
        "answered_at": now,
    }
    if not ErrorReport.objects.filter(pk=report.pk, answered_at=None).update(**answered):
        raise Stale(_("Somebody has answered this report already."))
    report.refresh_from_db()
    notifications.tell_reader(report)


def corrections_for(report: ErrorReport) -> EditionQuerySet:
    """The editions that may have corrected it, newest first: those that readers saw after the one reported."""
    later = report.article.editions.begun().filter(visible_from__gte=report.edition.visible_from)
    return later.exclude(pk=report.edition_id).order_by("-visible_from", "-pk")


@transaction.atomic
def forget(now: datetime) -> int:
    """Delete what tells who sent reports once it is no longer needed: networks after an hour, mail addresses after
    ERROR_ADDRESS_DAYS or ERROR_UNANSWERED_DAYS. Returns how many addresses were deleted.
    """
    ErrorReport.objects.filter(sent_at__lte=now - _HOUR).exclude(network="").update(network="")
    return _take_addresses(_with_old_address(now))


def is_overdue(now: datetime) -> bool:
    """Whether any mail address is still there that should have been deleted by this moment."""
    return _with_old_address(now).exists()


def given_under(email: str) -> ErrorReportQuerySet:
    """The reports sent with this mail address, in upper or lower case; anybody may have typed it."""
    return ErrorReport.objects.given_under(email)


@transaction.atomic
def forget_address(email: str) -> int:
    """Delete a mail address from the reports sent with it, and the mails to it; returns how many reports.

    What they say about a story stays, as if they had been sent without an address.
    """
    return _take_addresses(given_under(email))


def _with_old_address(now: datetime) -> ErrorReportQuerySet:
    answered = Q(answered_at__lte=now - timedelta(days=ERROR_ADDRESS_DAYS))
    given_up = Q(answered_at=None, sent_at__lte=now - timedelta(days=ERROR_UNANSWERED_DAYS))
    return ErrorReport.objects.filter(answered | given_up).exclude(email="")


def _take_addresses(reports: ErrorReportQuerySet) -> int:
    ErrorAnswer.objects.filter(report__in=reports.values("pk")).delete()
    return reports.update(email="")


def _network(address: Address) -> str:
    """A keyed hash of the sender's network. It is kept for an hour, so the site's own key is enough."""
    return salted_hmac("articles.error-report", network_of(address), algorithm="sha256").hexdigest()


def _read(edition: Edition, saw: int | None, now: datetime) -> Edition:
    """The edition of the story with this number, if readers ever saw one; the live one for any other number."""
    if saw in {None, edition.number}:
        return edition
    begun = Edition.objects.filter(article_id=edition.article_id, number=saw).begun(now)
    return begun.first() or edition
