"""Alarms reach a mailbox and a program, or are tried again: a real mail server, a real receiver."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from articles.models import Edition
from comments import alerting, watching
from comments.checks import check_alerts
from comments.models import Alarm, Alert
from comments.states import Status
from newsportal import outbox, webhook
from tests import factories
from tests.comments.conftest import NOON
from tests.mail import MailServer, body_of, subject_of
from tests.receiver import SECRET, Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as running:
        settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET = running.url, SECRET
        yield running


@pytest.fixture
def late(edition: Edition, clock: time_machine.Traveller) -> Any:
    return factories.pending(edition, at=NOON - timedelta(hours=5))


def test_each_of_those_who_are_to_be_told_gets_one_mail(late: Any, server: MailServer, settings: Any) -> None:
    settings.DESK_ALERTS_TO = ["desk@example.org", "night@example.org"]
    watching.watch()
    assert (alerting.send_due(), alerting.send_due()) == (2, 0)
    assert server.recipients == [["desk@example.org"], ["night@example.org"]]
    assert {subject_of(mail) for mail in server.taken} == {"Desk: the oldest comment waits too long"}
    assert body_of(server.taken[0]).replace("\r\n", "\n").split("\n\n") == [
        "The oldest comment has waited for 5 hours; promised are 2 hours.",
        f"The desk:\n{settings.SITE_URL}/admin/comments/comment/",
        f"The figures:\n{settings.SITE_URL}/admin/comments/decision/figures/",
        f"{settings.SITE_NAME}\n",
    ]


def test_a_program_is_posted_the_same_and_can_check_who_speaks(late: Any, receiver: Receiver, settings: Any) -> None:
    watching.watch()
    assert (alerting.send_due(), alerting.send_due()) == (1, 0)
    (taken,) = receiver.taken
    assert json.loads(taken.body) == {
        "event": "alarm",
        "kind": "waiting_too_long",
        "subject": "",
        "words": "The oldest comment has waited for 5 hours; promised are 2 hours.",
        "raised_at": "2026-03-02T12:00:00+00:00",
        "link": f"{settings.SITE_URL}/admin/comments/comment/",
    }
    signature = webhook.signature(SECRET, taken.headers["X-Desk-Timestamp"], taken.body)
    assert taken.headers["X-Desk-Signature"] == f"sha256={signature}"
    assert taken.headers["X-Desk-Delivery"] == str(Alert.objects.get().uid)


def test_a_program_that_fails_is_asked_again_with_the_same_delivery(
    late: Any, receiver: Receiver, clock: time_machine.Traveller
) -> None:
    watching.watch()
    receiver.status = 503
    assert (alerting.send_due(), alerting.send_due()) == (0, 0)
    clock.shift(outbox.RETRY)
    receiver.status = 204
    assert (alerting.send_due(), alerting.send_due()) == (1, 0)
    assert len(receiver.taken) == 2
    assert len({taken.headers["X-Desk-Delivery"] for taken in receiver.taken}) == 1
    # Signed anew, because the receiver refuses old ones.
    assert len({taken.headers["X-Desk-Timestamp"] for taken in receiver.taken}) == 2


def test_a_program_that_is_down_keeps_no_mail_back(late: Any, server: MailServer, settings: Any) -> None:
    settings.DESK_ALERTS_TO = ["desk@example.org"]
    settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET = "http://127.0.0.1:1/", SECRET
    watching.watch()
    assert alerting.send_due() == 1
    assert server.recipients == [["desk@example.org"]]
    assert list(Alert.objects.filter(sent_at=None).values_list("to", "attempts")) == [("", 1)]


def test_what_is_over_before_it_was_told_is_not_told(late: Any, receiver: Receiver) -> None:
    watching.watch()
    factories.decided(late, Status.APPROVED)
    watching.watch()
    assert (alerting.send_due(), receiver.taken) == (0, [])
    assert Alert.objects.get().error == "it was over before it was told"


def test_without_a_webhook_what_waited_for_it_is_let_go(late: Any, receiver: Receiver, settings: Any) -> None:
    watching.watch()
    settings.DESK_WEBHOOK_URL = ""
    assert (alerting.send_due(), receiver.taken) == (0, [])
    assert Alert.objects.get().error == "there is no webhook any more"


def test_a_busy_story_leads_to_its_conversation(edition: Edition, receiver: Receiver, settings: Any) -> None:
    alarm = Alarm.objects.create(kind="busy_story", subject=str(edition.article_id), words="Busy.", raised_at=NOON)
    watching._tell(alarm, NOON)
    assert alerting.send_due() == 1
    told = json.loads(receiver.taken[0].body)
    link = f"{settings.SITE_URL}/admin/comments/thread/{edition.article_id}/change/"
    assert (told["subject"], told["link"]) == (str(edition.article_id), link)


def test_the_worker_looks_and_tells(edition: Edition, receiver: Receiver) -> None:
    with time_machine.travel(NOON, tick=False):
        factories.pending(edition, at=NOON - timedelta(hours=5))
        call_command("worker", once=True)
        call_command("worker", once=True)
    assert [json.loads(taken.body)["kind"] for taken in receiver.taken] == ["waiting_too_long"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, []),
        ({"DESK_WEBHOOK_URL": "https://example.org/hook", "DESK_WEBHOOK_SECRET": SECRET}, []),
        ({"DESK_WEBHOOK_URL": "http://127.0.0.1:9/", "DESK_WEBHOOK_SECRET": SECRET}, []),
        ({"DESK_WEBHOOK_URL": "http://example.org/hook", "DESK_WEBHOOK_SECRET": SECRET}, ["comments.E002"]),
        ({"DESK_WEBHOOK_URL": "https://example.org/hook", "DESK_WEBHOOK_SECRET": "short"}, ["comments.E003"]),
        ({"DESK_WEBHOOK_URL": "nonsense"}, ["comments.E002", "comments.E003"]),
        ({"DESK_ALERTS_TO": ["desk@example.org", "Desk <desk@example.org>"]}, ["comments.E004"]),
        ({"DESK_PROMISE_MINUTES": 0}, ["comments.E005"]),
    ],
)
def test_what_could_not_be_sent_is_found_at_the_start(settings: Any, values: dict[str, Any], found: list[str]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    assert [message.id for message in check_alerts()] == found
