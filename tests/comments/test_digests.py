"""The desk's state reaches those who want it once a day: a real mail server, a real receiver, the paper's clock."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from articles.models import Edition
from comments import digests, moderation, policy
from comments.checks import check_alerts
from comments.models import Comment, Digest
from comments.states import Status
from newsportal import admin_lists
from tests import factories
from tests.comments.conftest import NOON
from tests.mail import MailServer, body_of, subject_of
from tests.receiver import SECRET, Receiver, receiving

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def wanted(settings: Any) -> Any:
    settings.DESK_DIGEST_TO = ["desk@example.org"]
    return settings


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as running:
        settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET = running.url, SECRET
        settings.DESK_DIGEST_TO = ["webhook"]
        yield running


def owed() -> list[tuple[date, str]]:
    return list(Digest.objects.order_by("day", "to").values_list("day", "to"))


def at_once(act: Callable[[], object], at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        act()


def decided(comment: Comment, to: Status, *, at: datetime) -> None:
    at_once(lambda: factories.decided(comment, to), at)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("UTC", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
    ],
)
def test_it_is_owed_once_a_day_from_seven_on_by_the_papers_clock(wanted: Any, zone: str, first: datetime) -> None:
    wanted.TIME_ZONE = zone
    digests.owe(first - timedelta(minutes=1))
    assert owed() == []
    for minutes in range(0, 17 * 60, 30):
        digests.owe(first + timedelta(minutes=minutes))
    assert owed() == [(date(2026, 3, 2), "desk@example.org")]
    digests.owe(first + DAY)
    assert owed() == [(date(2026, 3, 2), "desk@example.org"), (date(2026, 3, 3), "desk@example.org")]


def test_a_clock_that_is_set_back_owes_none_again(wanted: Any) -> None:
    for moment in (NOON, NOON - timedelta(hours=3), NOON, NOON + DAY, NOON):
        digests.owe(moment)
    assert [day for day, _to in owed()] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_two_workers_that_look_at_once_owe_one(wanted: Any) -> None:
    digests.owe(NOON)
    told = Digest.objects.get()
    # What the slower worker writes, which had seen none.
    Digest.objects.bulk_create(
        [Digest(to=told.to, day=told.day, figures={}, created_at=NOON, due_at=NOON)], ignore_conflicts=True
    )
    assert list(Digest.objects.values_list("pk", "figures")) == [(told.pk, told.figures)]


def test_who_is_added_later_in_the_day_gets_the_same_day(wanted: Any) -> None:
    digests.owe(NOON)
    wanted.DESK_DIGEST_TO = ["desk@example.org", "night@example.org"]
    digests.owe(NOON + timedelta(hours=1))
    assert [to for _day, to in owed()] == ["desk@example.org", "night@example.org"]


def test_without_anybody_who_wants_it_nothing_is_asked(
    settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    settings.DESK_DIGEST_TO, settings.DESK_ALERTS_TO = [], ["desk@example.org"]
    with django_assert_num_queries(0):
        digests.owe(NOON)


def test_the_mail_says_what_waits_and_what_became_of_yesterday(
    clock: time_machine.Traveller, edition: Edition, wanted: Any, server: MailServer
) -> None:
    comments = [factories.pending(edition, at=NOON - 2 * DAY) for _number in range(4)]
    # In the first and the last second of the day before; and just outside it on both sides.
    yesterday = datetime(2026, 3, 1, tzinfo=UTC)
    decided(comments[0], Status.APPROVED, at=yesterday - timedelta(seconds=1))
    decided(comments[1], Status.APPROVED, at=yesterday + timedelta(seconds=1))
    decided(comments[2], Status.SPAM, at=yesterday + DAY - timedelta(seconds=1))
    decided(comments[3], Status.SPAM, at=yesterday + DAY + timedelta(seconds=1))
    moderation.undo(comments[2].decisions.latest("pk"), by=factories.user("moderators"))
    digests.owe(NOON)
    assert (digests.send_due(), digests.send_due()) == (1, 0)
    assert server.recipients == [["desk@example.org"]]
    assert subject_of(server.taken[0]) == "Desk on 2 March 2026: 1 waiting"
    assert body_of(server.taken[0]).replace("\r\n", "\n").split("\n\n") == [
        "1 comment waits. The oldest has waited for 2 days, since 28 February 2026, 12:00 UTC; promised are 2 hours.",
        "Yesterday 2 decisions were made, 0 by rules. 1 does not stand any more: taken back, overridden, or decided"
        " otherwise later.",
        f"The desk:\n{wanted.SITE_URL}/admin/comments/comment/",
        f"The figures:\n{wanted.SITE_URL}/admin/comments/decision/figures/",
        f"{wanted.SITE_NAME}\n",
    ]


def test_a_quiet_day_is_told_as_well(clock: time_machine.Traveller, wanted: Any, server: MailServer) -> None:
    digests.owe(NOON)
    digests.send_due()
    assert subject_of(server.taken[0]) == "Desk on 2 March 2026: 0 waiting"
    said = body_of(server.taken[0]).replace("\r\n", "\n").split("\n\n")
    assert said[:2] == ["Nothing waits.", "Yesterday nothing was decided."]


def test_yesterday_is_the_papers_on_a_day_on_which_clocks_change(edition: Edition, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    # 29 March has 23 hours in the paper's zone: it lasts from 23:00 to 22:00 in London.
    begin, end = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    for at in (begin - second, begin + second, end - second, end + second):
        comment = factories.pending(edition, at=begin - DAY)
        decided(comment, Status.APPROVED, at=at)
    assert digests.state(datetime(2026, 3, 30, 6, tzinfo=UTC)).decided == 2


def test_a_program_is_posted_the_figures(
    clock: time_machine.Traveller,
    edition: Edition,
    receiver: Receiver,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_lists, "COUNTED_AT_ONCE", 2)
    for _number in range(3):
        factories.pending(edition, at=NOON - timedelta(hours=1))
    digests.owe(NOON)
    assert (digests.send_due(), digests.send_due()) == (1, 0)
    (taken,) = receiver.taken
    assert json.loads(taken.body) == {
        "event": "digest",
        "day": "2026-03-02",
        "waiting": 2,
        "waiting_is_more": True,
        "oldest": "2026-03-02T11:00:00+00:00",
        "decided": 0,
        "by_rules": 0,
        "overturned": 0,
        "link": f"{settings.SITE_URL}/admin/comments/comment/",
    }
    assert taken.headers["X-Desk-Delivery"] == str(Digest.objects.get().uid)


def test_what_could_not_be_sent_on_its_day_is_not_sent_on_the_next(
    clock: time_machine.Traveller, receiver: Receiver
) -> None:
    receiver.status = 503
    digests.owe(NOON)
    assert digests.send_due() == 0
    clock.shift(timedelta(hours=12))
    receiver.status = 204
    assert (digests.send_due(), len(receiver.taken)) == (0, 1)
    assert Digest.objects.get().error == "its day is over"


def test_the_worker_sends_it_once_and_forgets_it_after_thirty_days(edition: Edition, receiver: Receiver) -> None:
    at_once(lambda: [call_command("worker", once=True) for _number in range(2)], NOON)
    assert [json.loads(taken.body)["event"] for taken in receiver.taken] == ["digest"]
    digests.forget_old(NOON + policy.DESK_MESSAGES_KEPT - timedelta(seconds=1))
    assert owed() == [(date(2026, 3, 2), "")]
    digests.forget_old(NOON + policy.DESK_MESSAGES_KEPT)
    assert owed() == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"DESK_DIGEST_TO": ["desk@example.org"]}, []),
        ({"DESK_DIGEST_TO": ["desk@example.org", "Desk"]}, ["comments.E006"]),
        ({"DESK_DIGEST_TO": ["webhook"]}, ["comments.E007"]),
        (
            {
                "DESK_DIGEST_TO": ["webhook"],
                "DESK_WEBHOOK_URL": "https://example.org/",
                "DESK_WEBHOOK_SECRET": SECRET,
            },
            [],
        ),
    ],
)
def test_what_could_not_be_sent_is_found_at_the_start(settings: Any, values: dict[str, Any], found: list[str]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    assert [message.id for message in check_alerts()] == found
