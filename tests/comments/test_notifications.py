"""Mails as rows first, and then over a real mail server on this machine's loopback."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles.models import Edition
from comments import notifications, policy, posting
from comments.models import Comment, NetworkKey, Notice
from comments.posting import Draft
from comments.tokens import address_path, own_path
from newsportal import outbox
from newsportal.in_hand import InHand
from tests import factories
from tests.comments.crowd import at_once
from tests.factories import GOOD_TEXT
from tests.mail import MailServer, body_of, mail_server, subject_of


def owe(edition: Edition, to: str = "ann@example.org", **draft: Any) -> Notice:
    comment = factories.pending(edition, email=to, **draft)
    return Notice.objects.get(comment=comment)


# --- What is owed ---------------------------------------------------------------------------------------------------


def test_a_comment_with_an_address_owes_one_mail_at_once(edition: Edition) -> None:
    notice = owe(edition)
    assert (notice.kind, notice.to, notice.due_at, notice.sent_at) == (
        "confirm_address",
        "ann@example.org",
        notice.comment.posted_at,
        None,
    )


def test_a_comment_without_an_address_owes_nothing(edition: Edition) -> None:
    factories.pending(edition)
    assert Notice.objects.count() == 0


def test_strangers_cannot_flood_an_address_whatever_its_capitals(edition: Edition) -> None:
    spellings = [
        "ann@example.org",
        "Ann@example.org",
        "ANN@EXAMPLE.ORG",
        "ann@Example.org",
        "aNN@example.org",
        "anN@example.org",
    ]
    for number, spelling in enumerate(spellings):
        factories.pending(edition, email=spelling, sent_from=f"203.0.113.{number}")
    assert Comment.objects.count() == policy.MAILS_TO_ONE_ADDRESS + 1
    assert list(Notice.objects.values_list("to", flat=True)) == ["ann@example.org"] * policy.MAILS_TO_ONE_ADDRESS
    assert owe(edition, to="ben@example.org").to == "ben@example.org"


def test_the_limit_of_an_address_is_one_of_a_day(clock: Any, edition: Edition) -> None:
    for _ in range(policy.MAILS_TO_ONE_ADDRESS + 1):
        factories.pending(edition, email="ann@example.org")
    clock.shift(policy.MAILS_WINDOW)
    assert owe(edition).to == "ann@example.org"
    assert Notice.objects.count() == policy.MAILS_TO_ONE_ADDRESS + 1


# --- What is sent ---------------------------------------------------------------------------------------------------


def test_a_mail_is_sent_once_with_the_two_links_of_its_comment(
    server: MailServer, edition: Edition, settings: Any
) -> None:
    notice = owe(edition)
    assert notifications.send_due() == 1
    assert notifications.send_due() == 0
    [message], comment = server.taken, notice.comment
    assert server.recipients == [["ann@example.org"]]
    assert subject_of(message) == f"Confirm your address for your comment on “{edition.headline}”"
    assert (message["From"], message["To"]) == (settings.DEFAULT_FROM_EMAIL, "ann@example.org")
    assert (message["Auto-Submitted"], message["Message-ID"]) == ("auto-generated", f"<{notice.uid}@127.0.0.1>")
    links = [line for line in body_of(message).splitlines() if line.startswith("http")]
    assert links == [settings.SITE_URL + address_path(comment), settings.SITE_URL + own_path(comment)]
    notice.refresh_from_db()
    assert (notice.attempts, notice.leased_until, notice.given_up_at, notice.error) == (1, None, None, "")
    assert notice.sent_at is not None


def test_the_text_of_the_comment_is_not_mailed(server: MailServer, edition: Edition) -> None:
    owe(edition, body="Buy my wonderful watches now, cheap, at my wonderful shop!", name="Shop Man")
    notifications.send_due()
    assert "watches" not in body_of(server.taken[0])
    assert "Shop Man" not in server.taken[0].as_string()


def test_what_is_not_due_yet_waits(server: MailServer, edition: Edition) -> None:
    notice = owe(edition)
    assert notifications.send_due(notice.due_at - timedelta(microseconds=1)) == 0
    assert notifications.send_due(notice.due_at) == 1


def test_one_round_sends_at_most_so_many_oldest_first(server: MailServer, edition: Edition) -> None:
    for name in ("a", "b", "c"):
        owe(edition, to=f"{name}@example.org")
    assert notifications.send_due(most=2) == 2
    assert server.recipients == [["a@example.org"], ["b@example.org"]]


def test_a_mail_that_another_worker_holds_is_left_alone_until_its_lease_ends(
    server: MailServer, edition: Edition
) -> None:
    now = timezone.now() + timedelta(seconds=1)
    owe(edition)
    Notice.objects.update(leased_until=now + outbox.LEASE)
    assert notifications.send_due(now) == 0
    assert notifications.send_due(now + outbox.LEASE) == 0
    assert notifications.send_due(now + outbox.LEASE + timedelta(seconds=1)) == 1


def test_the_second_copy_after_a_worker_died_carries_the_same_message_id(server: MailServer, edition: Edition) -> None:
    now = timezone.now()
    notice = owe(edition)
    assert notifications.send_due(now + timedelta(seconds=1)) == 1
    # The state after a worker sent the mail and died before it noted that.
    Notice.objects.update(sent_at=None, leased_until=now + outbox.LEASE)
    assert notifications.send_due(now + outbox.LEASE * 2) == 1
    assert [message["Message-ID"] for message in server.taken] == [f"<{notice.uid}@127.0.0.1>"] * 2


# --- When it cannot be sent -----------------------------------------------------------------------------------------


def test_a_refused_mail_is_tried_again_a_minute_later(server: MailServer, edition: Edition) -> None:
    notice = owe(edition)
    server.refusing = "451 Try again later"
    before = timezone.now()
    assert notifications.send_due() == 0
    notice.refresh_from_db()
    assert before + outbox.RETRY <= notice.due_at <= timezone.now() + outbox.RETRY
    assert (notice.attempts, notice.leased_until, notice.sent_at, notice.given_up_at) == (1, None, None, None)
    assert "451" in notice.error
    server.refusing = ""
    assert notifications.send_due() == 0
    assert notifications.send_due(notice.due_at) == 1
    notice.refresh_from_db()
    assert (notice.attempts, notice.error, len(server.taken)) == (2, "", 1)


def test_each_refusal_doubles_the_wait_up_to_six_hours(server: MailServer, edition: Edition) -> None:
    notice = owe(edition)
    server.refusing = "451 Try again later"
    waits = []
    for _ in range(outbox.ATTEMPTS):
        before = timezone.now()
        notifications.send_due(before + timedelta(days=30))
        notice.refresh_from_db()
        waits.append(round((notice.due_at - before).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256] + [360] * (outbox.ATTEMPTS - 9)


def test_a_mail_that_nobody_takes_is_given_up_in_the_end(server: MailServer, edition: Edition) -> None:
    notice = owe(edition)
    server.refusing = "550 No such user"
    later = timezone.now() + timedelta(days=30)
    for _ in range(outbox.ATTEMPTS - 1):
        notifications.send_due(later)
    notice.refresh_from_db()
    assert (notice.attempts, notice.given_up_at) == (outbox.ATTEMPTS - 1, None)
    notifications.send_due(later)
    notice.refresh_from_db()
    assert notice.given_up_at is not None
    server.refusing = ""
    assert notifications.send_due(later) == 0
    assert server.taken == []


@pytest.fixture
def nobody(settings: Any) -> Iterator[None]:
    """A mail server that does not exist."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        yield


def test_a_server_that_is_not_there_is_no_attempt_of_any_mail_and_is_asked_once_a_round(
    nobody: None, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    owe(edition)
    owe(edition, to="ben@example.org")
    assert [notifications.send_due() for _ in range(3)] == [0, 0, 0]
    rows = Notice.objects.order_by("pk").values_list("attempts", "leased_until", "given_up_at")
    assert list(rows) == [(0, None, None)] * 2
    assert [notice.error.split("(")[0] for notice in Notice.objects.order_by("pk")] == ["ConnectionRefusedError", ""]
    # Once, and not every second.
    assert len([record for record in caplog.records if "cannot be reached" in record.getMessage()]) == 1


def test_when_it_is_there_again_all_of_them_leave_at_once(edition: Edition, settings: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        owe(edition)
        owe(edition, to="ben@example.org")
        assert notifications.send_due() == 0
    with mail_server(settings) as back:
        assert notifications.send_due() == 2
    assert back.recipients == [["ann@example.org"], ["ben@example.org"]]


def test_who_cannot_be_reached_for_days_is_given_up(nobody: None, clock: Any, edition: Edition) -> None:
    notice = owe(edition)
    for days in (4, 2):
        assert notice.given_up_at is None
        clock.shift(timedelta(days=days))
        notifications.send_due()
        notice.refresh_from_db()
    assert notice.given_up_at is not None


def test_what_was_written_before_a_clock_was_set_back_does_not_wait_for_it(
    clock: Any, server: MailServer, edition: Edition
) -> None:
    clock.shift(timedelta(days=1))
    owe(edition)
    Notice.objects.update(leased_until=timezone.now())
    clock.shift(-timedelta(days=1))
    assert notifications.send_due() == 0
    assert [outbox.bring_forward(timezone.now()) for _ in range(2)] == [1, 0]
    assert notifications.send_due() == 1


def test_what_a_worker_had_in_hand_that_was_killed_is_sent_at_once_by_the_next_one_of_its_machine(
    server: MailServer, edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice, killed = owe(edition), InHand()
    killed.begin(tmp_path)
    with killed.holding(("comments.notice", notice.pk)):
        left = (tmp_path / "0.json").read_bytes()
    Notice.objects.update(leased_until=timezone.now() + outbox.LEASE)
    os.close(killed._file)
    (tmp_path / "0.json").write_bytes(left)
    monkeypatch.setattr(outbox, "in_hand", InHand())
    assert notifications.send_due() == 0
    assert outbox.take_over(tmp_path) == 1
    assert notifications.send_due() == 1
    assert (tmp_path / "0.json").read_text() == "[]"


@pytest.mark.parametrize("label", ["comments.letter", "gone.notice", "nothing", "auth.user", ""])
def test_what_another_version_had_in_hand_stops_no_worker(
    label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0.json").write_text(json.dumps([[label, 7]]))
    monkeypatch.setattr(outbox, "in_hand", InHand())
    assert outbox.take_over(tmp_path) == 0


# --- What somebody might try ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headline",
    [
        "Peace\r\nBcc: all@example.org",
        "Peace\nBcc: all@example.org",
        "Peace\u2028Bcc: all@example.org",
        "P\x0beace \x1c x",
    ],
)
def test_a_headline_cannot_write_headers(server: MailServer, db: None, headline: str) -> None:
    edition = factories.live()
    Edition.objects.filter(pk=edition.pk).update(headline=headline)
    owe(edition)
    assert notifications.send_due() == 1
    [message] = server.taken
    assert server.recipients == [["ann@example.org"]]
    assert message["Bcc"] is None
    assert subject_of(message).startswith("Confirm your address for your comment on “P")


def test_a_name_cannot_write_headers(server: MailServer, edition: Edition) -> None:
    owe(edition, name="Ann\r\nBcc: all@example.org")
    notifications.send_due()
    assert (server.recipients, server.taken[0]["Bcc"]) == ([["ann@example.org"]], None)


def test_a_long_headline_in_any_script_is_cut_in_the_subject(server: MailServer, db: None) -> None:
    headline = "पहाड़ों पर बर्फ़ " * 10
    edition = factories.live(headline=headline.strip()[:120])
    owe(edition)
    assert notifications.send_due() == 1
    shown = " ".join(edition.headline.split())
    assert subject_of(server.taken[0]) == f"Confirm your address for your comment on “{shown[:80]}”"
    assert shown in body_of(server.taken[0])


def test_an_address_with_letters_of_another_script_reaches_its_server(server: MailServer, edition: Edition) -> None:
    owe(edition, to="ann@bücher.example")
    assert notifications.send_due() == 1
    assert server.recipients == [["ann@xn--bcher-kva.example"]]


# --- The worker -----------------------------------------------------------------------------------------------------


def test_the_worker_sends_what_is_due_and_forgets_old_networks(clock: Any, edition: Edition) -> None:
    owe(edition)
    clock.shift(policy.NETWORK_KEY_LIFE)
    call_command("worker", "--once")
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert NetworkKey.objects.count() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_workers_at_once_neither_sends_a_mail_that_the_other_sends(server: MailServer) -> None:
    edition = factories.live()
    for number in range(12):
        draft = Draft("Ann", f"{GOOD_TEXT} {number}", email=f"ann{number}@example.org")
        posting.post(edition, draft, address=factories.address())
    sent = at_once(notifications.send_due, 2)
    assert sum(sent) == 12
    assert sorted(to for [to] in server.recipients) == sorted(f"ann{number}@example.org" for number in range(12))
    assert [notice.attempts for notice in Notice.objects.all()] == [1] * 12


def test_a_message_that_cannot_be_sent_keeps_no_other_back(edition: Edition, server: MailServer) -> None:
    # Django decodes the encoded word into a line feed, and refuses the address when it is handed to the server.
    bad = owe(edition)
    Notice.objects.filter(pk=bad.pk).update(to="=?utf-8?q?=0A?=@example.com")
    good = owe(edition, to="bob@example.org")
    assert notifications.send_due() == 1
    bad.refresh_from_db()
    assert (bad.attempts, bad.sent_at, bad.error.partition("(")[0]) == (1, None, "ValueError")
    assert server.recipients == [[good.to]]
