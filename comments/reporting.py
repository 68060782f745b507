"""Readers report comments: that they break the guidelines, or the law. `comments.moderation` answers them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import moderation, networks, notifications, policy, posting
from comments.models import Comment, Decision, Report
from newsportal.client import Address

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Complaint:
    """A report as its form gave it, cleaned; whatever its reason does not ask for is empty."""

    reason: str
    words: str = ""
    name: str = ""
    email: str = ""
    is_of_abuse: bool = False


@dataclass(frozen=True)
class Taken:
    """The report as stored, and whether it had been there before."""

    report: Report
    is_repeat: bool = False


def report(comment: Comment, complaint: Complaint, *, address: Address) -> Taken:
    """Take a report of a comment that readers see; if it repeats one from the same network, the first one is returned.

    Raises posting.TooFast with the time to wait, and moderation.Gone if readers do not see the comment any more.
    Nothing is written then. A report hides nothing: that is for moderators to decide.
    """
    now = timezone.now()
    return _report(comment, complaint, network=networks.digest_of(address, now), now=now)


@transaction.atomic
def _report(comment: Comment, complaint: Complaint, *, network: str, now: datetime) -> Taken:
    networks.lock(network, now)
    present = moderation.lock([comment.pk]).get(comment.pk)
    if present is None or present.public_revision_id is None:
        raise moderation.Gone
    if same := _same(present, complaint, network):
        return Taken(same, is_repeat=True)
    _check_speed(network, now)
    made = Report(
        revision_id=present.public_revision_id,
        reason=complaint.reason,
        words=complaint.words,
        name=complaint.name,
        email=complaint.email,
        is_of_abuse=complaint.is_of_abuse,
        network=network,
        received_at=now,
    )
    moderation.add_report(present, made)
    notifications.acknowledge(made)
    return Taken(made)


def forget_reporters(now: datetime) -> int:
    """Delete who reported, and in which words, if that was answered long ago; returns how many reports.

    Why and when, and what came of it, is kept: it does not say who.
    """
    return _take_reporters(_answered_long_ago(now))


def are_reporters_overdue(now: datetime) -> bool:
    """Whether a reporter is still known who was to be forgotten by this moment."""
    return _answered_long_ago(now).exists()


@transaction.atomic
def forget_address(email: str) -> int:
    """Delete the name, address and words of reports with this address, and the mails to it; returns how many reports.

    Their senders are not told any more what came of them.
    """
    notifications.forget_reporter(email)
    return _take_reporters(Report.objects.given_under(email))


# --- How ------------------------------------------------------------------------------------------------------------


def _answered_long_ago(now: datetime) -> QuerySet[Report]:
    # The time is worded so that no index matches: with the index of all times the whole ledger would be read.
    answers = Decision.objects.answering_reports().alias(since=Coalesce("at", "at"))
    long_ago = answers.filter(since__lte=now - policy.REPORTERS_KEPT)
    old = Report.objects.filter(case__in=long_ago.order_by().values("report_case"))
    return old.exclude(name="", email="", words="")


def _take_reporters(reports: QuerySet[Report]) -> int:
    return reports.update(name="", email="", words="")


def _same(comment: Comment, complaint: Complaint, network: str) -> Report | None:
    """The same report about the same text from the same network, whether it was answered meanwhile or not."""
    same = Report.objects.filter(
        network=network,
        case__comment=comment,
        revision=comment.public_revision_id,
        reason=complaint.reason,
        words=complaint.words,
        name=complaint.name,
        email=complaint.email,
    )
    return same.first()


def _check_speed(network: str, now: datetime) -> None:
    recent = Report.objects.filter(network=network, received_at__gt=now - _HOUR).order_by("-received_at")
    times = list(recent.values_list("received_at", flat=True)[: policy.REPORTS_HOURLY])
    limits = ((policy.REPORT_BURST, policy.BURST_WINDOW), (policy.REPORTS_HOURLY, _HOUR))
    words = _(
        "Many reports have come from your network just now. Your words are still here: send them again in a while."
    )
    posting.check_times(times, now, limits, words)
