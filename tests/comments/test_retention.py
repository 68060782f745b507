"""What is deleted on schedule: each thing at its time, not before, and nothing else with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles import error_reports
from articles.models import Edition, ErrorReport
from comments import (
    addresses,
    networks,
    notifications,
    policy,
    posting,
    recommending,
    reporting,
    retention,
    roundups,
    standing,
    subscribing,
)
from comments.models import (
    AddressRequest,
    Comment,
    Commenter,
    Notice,
    Report,
    Roundup,
    StandingChange,
    Subscription,
)
from comments.reporting import Complaint
from comments.states import Pace, Reason, Standing, Status, Topic
from comments.tokens import address_path, own_path
from tests import factories
from tests.comments.authors import author, confirmed, give, saw
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ZOE = "zoe@example.org"


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


def just_before_and_at(clock: Traveller, span: timedelta, there: Callable[[], bool]) -> list[bool]:
    """Whether it is still there after a clean-up one second before its time, and after one at its time."""
    seen = []
    for step in (span - SECOND, SECOND):
        clock.shift(step)
        retention.forget_old(timezone.now())
        seen.append(there())
    return seen


def test_an_address_that_nobody_confirmed_is_forgotten_with_the_mails_to_it(edition: Edition, clock: Traveller) -> None:
    comment = factories.pending(edition, email="Zoe@example.org", name="Zoe")

    def there() -> bool:
        comment.refresh_from_db()
        known = {comment.email != "", Notice.objects.filter(to=ZOE).exists()}
        assert len(known) == 1
        return known.pop()

    assert just_before_and_at(clock, policy.UNCONFIRMED_ADDRESS_KEPT, there) == [True, False]
    assert (comment.name, comment.status) == ("Zoe", Status.PENDING)


def test_the_link_to_confirm_it_says_then_that_it_comes_too_late(edition: Edition, clock: Traveller) -> None:
    comment = factories.pending(edition, email=ZOE)
    path = address_path(comment)
    clock.shift(policy.UNCONFIRMED_ADDRESS_KEPT)
    retention.forget_old(timezone.now())
    for response in (Client().get(path), Client().post(path, {"confirm": "1"})):
        page = read(response)
        assert words(page.one("h1")) == "This link comes too late"
        assert own_path(comment) in [link.attributes["href"] for link in page.all("a")]
    assert Commenter.objects.count() == 0


def test_a_confirmed_address_is_kept_while_somebody_writes_under_it(edition: Edition, clock: Traveller) -> None:
    confirmed(edition, ZOE)
    clock.shift(policy.IDLE_ADDRESS_KEPT - SECOND)
    confirmed(edition, ZOE)
    clock.shift(SECOND)
    retention.forget_old(timezone.now())
    assert Commenter.objects.get().email == ZOE


def test_one_that_nobody_has_written_under_for_long_goes_and_the_comments_stay(
    edition: Edition, clock: Traveller
) -> None:
    comment = confirmed(edition, ZOE, name="Zoe")
    factories.decided(comment, Status.APPROVED)
    assert just_before_and_at(clock, policy.IDLE_ADDRESS_KEPT, Commenter.objects.exists) == [True, False]
    comment.refresh_from_db()
    assert (comment.name, comment.email, comment.commenter, comment.status) == ("Zoe", "", None, Status.APPROVED)
    assert Client().get(own_path(comment)).status_code == 200


def test_one_that_is_barred_is_kept_while_that_holds(edition: Edition, clock: Traveller) -> None:
    barred = author(edition, ZOE)
    give(barred, Standing.BARRED)
    clock.shift(policy.IDLE_ADDRESS_KEPT)
    retention.forget_old(timezone.now())
    assert Commenter.objects.get().email == ZOE
    standing.lift(barred, by=factories.user("moderators"), saw=saw(barred), reason="Long ago.")
    for _ in range(2):
        retention.forget_old(timezone.now())
        assert Commenter.objects.get().email == f"{barred.pk}@erased.invalid"
    assert [change.reason for change in StandingChange.objects.with_words()] == ["", ""]


def test_a_pause_that_has_ended_keeps_no_address(edition: Edition, clock: Traveller) -> None:
    give(author(edition, ZOE), Standing.PAUSED)
    clock.shift(policy.IDLE_ADDRESS_KEPT)
    retention.forget_old(timezone.now())
    assert ZOE not in list(Commenter.objects.values_list("email", flat=True))


def test_what_was_sent_or_given_up_is_forgotten_and_what_is_owed_is_not(edition: Edition, clock: Traveller) -> None:
    comment = confirmed(edition, ZOE)
    factories.decided(comment, Status.APPROVED)
    minute = timedelta(minutes=1)
    clock.shift(minute)
    notifications.send_due()
    assert just_before_and_at(clock, policy.NOTICES_KEPT - minute, Notice.objects.exists) == [True, False]
    other = confirmed(edition, ZOE)
    factories.decided(other, Status.APPROVED)
    clock.shift(policy.NOTICES_KEPT)
    retention.forget_old(timezone.now())
    assert set(Notice.objects.values_list("sent_at", "given_up_at")) == {(None, None)}


def test_a_daily_mail_is_forgotten_so_long_after_it_was_due_with_what_still_waited_in_it(
    edition: Edition, clock: Traveller
) -> None:
    """Even if no mail server took it: nothing else would send what waited for it."""
    factories.decided(confirmed(edition, ZOE), Status.APPROVED)
    due_at = roundups.hold(Notice.objects.get(kind=Notice.Kind.DECIDED))
    clock.shift(due_at - timezone.now() + policy.NOTICES_KEPT)
    retention.forget_old(timezone.now())
    assert Roundup.objects.count() == 1
    Roundup.objects.update(given_up_at=timezone.now())
    clock.shift(-SECOND)
    retention.forget_old(timezone.now())
    assert (Roundup.objects.count(), Notice.objects.filter(kind=Notice.Kind.DECIDED).count()) == (1, 1)
    clock.shift(SECOND)
    retention.forget_old(timezone.now())
    assert (Roundup.objects.count(), Notice.objects.filter(kind=Notice.Kind.DECIDED).count()) == (0, 0)


def test_an_address_that_nobody_writes_under_is_kept_with_what_was_reported_lately(
    edition: Edition, clock: Traveller
) -> None:
    """Reports have their own periods, and somebody is waiting for the result."""
    subscribing.choose(author(edition, ZOE), {Topic.ANSWERS: Pace.DAILY}, {})
    clock.shift(policy.IDLE_ADDRESS_KEPT)
    reporting.report(factories.approved(edition), Complaint(Reason.HATE, email=ZOE), address=factories.address())
    error_reports.send(edition, text="It was on Tuesday.", email=ZOE, address=factories.address())
    retention.forget_old(timezone.now())
    assert (Commenter.objects.count(), Subscription.objects.count()) == (0, 0)
    assert (Report.objects.get().email, ErrorReport.objects.get().email) == (ZOE, ZOE)
    assert Notice.objects.get().kind == Notice.Kind.REPORT_RECEIVED


def test_a_request_for_a_link_is_forgotten_when_its_link_is_over(edition: Edition, clock: Traveller) -> None:
    addresses.ask(ZOE, address=factories.address())
    assert just_before_and_at(clock, timedelta(days=1), AddressRequest.objects.exists) == [True, False]


def test_the_worker_forgets_and_the_doctor_says_what_no_worker_forgot(edition: Edition, clock: Traveller) -> None:
    give(author(edition, ZOE), Standing.PAUSED)
    factories.pending(edition, email="ann@example.org")
    shown = factories.approved(edition)
    recommending.recommend(shown, address=factories.address(), browser="a browser")
    reporting.report(shown, Complaint(Reason.HATE, email=ZOE), address=factories.address())
    posting.withdraw(shown, saw=shown.seen)
    error_reports.send(edition, text="It was on Tuesday.", email=ZOE, address=factories.address())
    roundups.hold(Notice.objects.filter(kind=Notice.Kind.STANDING).get())
    Roundup.objects.update(given_up_at=timezone.now())
    notifications.send_due(timezone.now() + timedelta(minutes=1))
    addresses.ask(ZOE, address=factories.address())
    clock.shift(policy.IDLE_ADDRESS_KEPT + policy.RETENTION_SLACK)
    said = StringIO()
    with pytest.raises(CommandError, match="9 differences"):
        call_command("doctor", stdout=said)
    kept = [line.partition(" has been kept")[0] for line in said.getvalue().splitlines() if "has been kept" in line]
    assert kept == [
        "the secret of a network's hash",
        "an address that nobody confirmed",
        "an address that nobody writes under",
        "a message",
        "a daily mail",
        "a request for a link",
        "who recommended a comment",
        "who reported a comment",
        "who reported an error in a story",
    ]
    call_command("worker", "--once")
    call_command("doctor", stdout=StringIO())
    assert retention.overdue(timezone.now()) == []
    assert networks.are_overdue(timezone.now()) is False


def test_the_doctor_is_content_for_a_day_after_the_time(edition: Edition, clock: Traveller) -> None:
    factories.pending(edition, email=ZOE)
    clock.shift(policy.UNCONFIRMED_ADDRESS_KEPT + policy.RETENTION_SLACK - SECOND)
    assert overdue_of_addresses(timezone.now()) == []
    clock.shift(SECOND)
    assert overdue_of_addresses(timezone.now()) == ["an address that nobody confirmed"]


def overdue_of_addresses(now: datetime) -> list[str]:
    said = [sentence.partition(" has been kept")[0] for sentence in retention.overdue(now)]
    return [what for what in said if "address" in what]


def test_many_are_forgotten_in_slices(edition: Edition, clock: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "FORGOTTEN_TOGETHER", 2)
    for n in range(5):
        posting.confirm_address(factories.pending(edition, email=f"reader{n}@example.org"))
        factories.pending(edition, email=f"other{n}@example.org")
    notifications.send_due()
    clock.shift(policy.IDLE_ADDRESS_KEPT)
    retention.forget_old(timezone.now())
    assert (Commenter.objects.count(), Notice.objects.count()) == (0, 0)
    assert set(Comment.objects.values_list("email", flat=True)) == {""}
