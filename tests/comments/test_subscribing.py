"""What readers chose to be told, when, and how they end it: over a real mail server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import erasing, moderation, notifications, policy, posting, retention, roundups, standing, subscribing
from comments.models import Comment, Commenter, Notice, Roundup, Subscription
from comments.states import Pace, Standing, Status, Topic
from comments.tokens import address_path, subscriptions_path, unsubscribe_path
from newsportal import outbox
from tests import factories
from tests.comments.crowd import at_once
from tests.comments.reading import read, words
from tests.mail import MailServer, body_of, subject_of

SITE = "http://127.0.0.1:8000"
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def known(clock: Traveller, edition: Edition, server: MailServer) -> Comment:
    """A public comment by Ann, who has confirmed her address and read every mail so far."""
    comment = by_ann(edition)
    factories.decided(comment, Status.APPROVED)
    sent(clock, server)
    return comment


def by_ann(edition: Edition, **draft: object) -> Comment:
    comment = factories.pending(edition, email="ann@example.org", **draft)
    posting.confirm_address(comment)
    return comment


def sent(clock: Traveller, server: MailServer, wait: timedelta = policy.NOTICE_DELAY) -> list[Message]:
    """What is sent after that time."""
    clock.shift(wait)
    server.taken.clear()
    while notifications.send_due() + roundups.send_due():
        pass
    return list(server.taken)


def subjects(messages: list[Message]) -> list[str]:
    return [subject_of(message).split(" on “")[0].split(" “")[0] for message in messages]


def ann() -> Commenter:
    return Commenter.objects.get(email="ann@example.org")


def choose(**paces: Pace) -> None:
    subscribing.choose(ann(), {Topic(topic): pace for topic, pace in paces.items()}, {})


def path_of(message: Message) -> str:
    """The address that a mail program posts to."""
    header = str(message["List-Unsubscribe"]).strip()
    assert (header[0], header[-1]) == ("<", ">")
    return header[1:-1].removeprefix(SITE)


def press(path: str) -> str:
    """The heading of the response to a mail program's request: a POST from elsewhere, with no cookie (RFC 8058)."""
    posted = {"List-Unsubscribe": "One-Click"}
    response = Client().post(path, posted, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"})
    assert (response.status_code, response.cookies) == (200, {})
    assert read(response).one(autofocus="").has("class_", "state")
    return words(read(response).one("h1"))


# --- One click ------------------------------------------------------------------------------------------------------


def test_every_mail_but_the_confirmation_has_the_headers_of_one_click(
    clock: Traveller, edition: Edition, server: MailServer
) -> None:
    comment = by_ann(edition)
    (confirmation,) = sent(clock, server)
    assert (confirmation["List-Unsubscribe"], confirmation["List-Unsubscribe-Post"]) == (None, None)
    factories.decided(comment, Status.APPROVED)
    factories.approved(edition, parent=comment)
    moderation.feature(comment, by=factories.user("moderators"), saw=comment.seen)
    lead = factories.user("lead moderators")
    standing.give(ann(), to=Standing.BARRED, by=lead, saw="0", reason="For a good reason.")
    told = sent(clock, server)
    assert sorted(path_of(message) for message in told) == sorted(
        unsubscribe_path(comment, topic) for topic in ("published", "answers", "featured", "reasons")
    )
    assert {message["List-Unsubscribe-Post"] for message in told} == {"List-Unsubscribe=One-Click"}


def test_one_click_ends_that_kind_of_mail_at_once_and_no_other(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    factories.approved(edition, parent=known)
    (answer,) = sent(clock, server)
    waiting = factories.approved(edition, parent=known)
    assert press(path_of(answer)) == "You get no more of these mails"
    factories.decided(by_ann(edition), Status.APPROVED)
    assert subjects(sent(clock, server)) == ["Confirm your address for your comment", "Your comment"]
    assert Notice.objects.get(answer=waiting).error == "not wanted"
    assert press(path_of(answer)) == "These mails had ended before"


def test_opening_the_link_changes_nothing(known: Comment) -> None:
    path = unsubscribe_path(known, "answers")
    for method in ("get", "head", "get"):
        response = getattr(Client(), method)(path)
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert words(read(Client().get(path)).one("h1")) == "No more of these mails?"
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("place", [0, 5, 13, -1])
def test_a_token_with_one_bit_changed_is_no_address(known: Comment, place: int) -> None:
    for path in (unsubscribe_path(known, "answers"), subscriptions_path(known)):
        start = path.index("/", 1) + 1
        token, rest = path[start:].split("/", 1)
        at = place % len(token)
        forged = token[:at] + chr(ord(token[at]) ^ 1) + token[at + 1 :]
        for method in ("get", "post"):
            assert getattr(Client(), method)(f"{path[:start]}{forged}/{rest}").status_code == 404
    assert Subscription.objects.count() == 0


def test_what_a_program_posts_may_be_of_any_form(known: Comment) -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        path = unsubscribe_path(known, "answers")
        response = Client().post(path, b"List-Unsubscribe=One-Click", content_type=content_type)
        assert response.status_code == 200
    assert list(Subscription.objects.values_list("topic", "pace")) == [("answers", "off")]


def test_the_mail_has_links_for_its_kind_its_story_everything_and_the_choice(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    factories.approved(edition, parent=known)
    (message,) = sent(clock, server)
    assert body_of(message).replace("\r", "").split("\n\n")[-2].splitlines() == [
        "You confirmed this address under a comment, so we write to it.",
        "No more mails like this one:",
        SITE + unsubscribe_path(known, "answers"),
        "No more mails about your comments on this story:",
        SITE + unsubscribe_path(known, "conversation"),
        "No more mails about your comments at all:",
        SITE + unsubscribe_path(known, "everything"),
        "Choose what we write to you, and when:",
        SITE + subscriptions_path(known),
    ]


def test_a_story_that_is_ended_is_told_nothing_of_and_others_are(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    other = factories.decided(by_ann(factories.live()), Status.APPROVED)
    sent(clock, server)
    press(unsubscribe_path(known, "conversation"))
    factories.approved(edition, parent=known)
    theirs = factories.approved(other.revisions.get().edition, parent=other)  # type: ignore[arg-type]
    sent(clock, server)
    assert list(Notice.objects.filter(kind="answered", sent_at__isnull=False).values_list("answer", flat=True)) == [
        theirs.pk
    ]


def test_whose_mails_come_for_one_story_alone_ends_those_with_one_click(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    subscribing.choose(ann(), dict.fromkeys(Topic, Pace.OFF), {known.thread_id: Pace.NOW})
    factories.approved(edition, parent=known)
    (message,) = sent(clock, server)
    assert press(path_of(message)) == "You get no more of these mails"
    factories.approved(edition, parent=known)
    assert sent(clock, server) == []


def test_everything_is_everything_how_one_stands_with_it_and_the_question_is_still_asked(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    subscribing.choose(ann(), {}, {known.thread_id: Pace.NOW})
    assert press(unsubscribe_path(known, "everything")) == "You get no more of these mails"
    assert press(unsubscribe_path(known, "everything")) == "These mails had ended before"
    factories.approved(edition, parent=known)
    standing.give(ann(), to=Standing.BARRED, by=factories.user("lead moderators"), saw="0", reason="For a good reason.")
    factories.decided(known, Status.REJECTED)
    assert sent(clock, server) == []
    by_ann(edition)
    assert subjects(sent(clock, server)) == ["Confirm your address for your comment"]


def test_a_correction_reaches_who_wants_no_approvals(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer
) -> None:
    choose(published=Pace.OFF)
    comment = by_ann(edition)
    factories.decided(comment, Status.REJECTED)
    sent(clock, server)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    comment.refresh_from_db()
    factories.decided(comment, Status.APPROVED)
    assert subjects(sent(clock, server)) == ["We were wrong about your comment"]


# --- Once a day -----------------------------------------------------------------------------------------------------


@pytest.fixture
def daily(known: Comment) -> Iterator[Comment]:
    """Also by Ann, who wants one mail a day; it is noon, and the roundup is due at six."""
    choose(**{topic.value: Pace.DAILY for topic in Topic})
    return known


def until_evening(clock: Traveller, server: MailServer, days: int = 0) -> list[Message]:
    now = datetime.now(UTC)
    evening = now.replace(hour=policy.ROUNDUP_HOUR, minute=0, second=0, microsecond=0)
    return sent(clock, server, evening + timedelta(days=days) - now)


def test_a_day_is_one_mail_in_the_evening_with_everything_in_it(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    factories.decided(by_ann(edition), Status.REJECTED, explanation="It speaks of another story.")
    factories.approved(edition, parent=daily, body=f"{factories.GOOD_TEXT} From Ben, www.evil.example.")
    moderation.feature(daily, by=factories.user("moderators"), saw=daily.seen)
    confirmation = sent(clock, server)
    assert subjects(confirmation) == ["Confirm your address for your comment"]
    assert sent(clock, server, timedelta(hours=4)) == []
    (message,) = until_evening(clock, server)
    body = body_of(message).replace("\r", "")
    assert (subject_of(message), message["To"]) == ("Your comments: 3 messages", "ann@example.org")
    assert body.count("* * *") == 3
    for said in (
        "The moderator writes:\nIt speaks of another story.",
        "From Ben, www[.]evil[.]example",
        "is featured.",
    ):
        assert said in body
    assert path_of(message) == unsubscribe_path(Notice.objects.filter(roundup__isnull=False)[0].comment, "daily")
    assert until_evening(clock, server, days=1) == []


def test_nothing_is_sent_where_everything_was_undone_meanwhile(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    comment = factories.decided(by_ann(edition), Status.REJECTED)
    sent(clock, server)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    assert sent(clock, server, timedelta(minutes=1)) == []
    assert until_evening(clock, server) == []
    assert Roundup.objects.get().error == "nothing is left to tell"


def test_what_a_roundup_told_is_corrected_by_the_next(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    comment = factories.decided(by_ann(edition), Status.REJECTED)
    sent(clock, server)
    until_evening(clock, server)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    assert sent(clock, server) == []
    (message,) = until_evening(clock, server, days=1)
    assert "We were wrong about your comment" in body_of(message)


def test_a_roundup_that_the_mail_server_refuses_is_sent_later_once(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    factories.approved(edition, parent=daily)
    sent(clock, server)
    server.refusing = "451 Try again later"
    assert until_evening(clock, server) == []
    server.refusing = ""
    assert len(sent(clock, server, outbox.RETRY)) == 1
    assert sent(clock, server, timedelta(days=2)) == []
    notice = Notice.objects.get(kind="answered")
    assert (notice.sent_at is not None, notice.attempts) == (True, 1)


def test_what_comes_in_the_last_minute_is_told_tomorrow(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    until_evening(clock, server)
    clock.shift(-(policy.ROUNDUP_CLOSED + policy.NOTICE_DELAY))
    factories.approved(edition, parent=daily)
    sent(clock, server)
    assert until_evening(clock, server) == []
    assert len(until_evening(clock, server, days=1)) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_make_one_roundup_of_a_day_and_send_it_once(server: MailServer) -> None:
    edition = factories.live()
    comments = [by_ann(edition, sent_from=f"203.0.113.{number}") for number in range(8)]
    choose(reasons=Pace.DAILY)
    for comment in comments:
        factories.decided(comment, Status.REJECTED)
    due = timezone.now() + policy.NOTICE_DELAY
    at_once(lambda: notifications.send_due(due), 2)
    roundup = Roundup.objects.get()
    assert roundup.notices.count() == 8
    server.taken.clear()
    assert sorted(at_once(lambda: roundups.send_due(roundup.due_at), 2)) == [0, 1]
    assert [subject_of(message) for message in server.taken] == ["Your comments: 8 messages"]
    assert [notice.attempts for notice in roundup.notices.all()] == [1] * 8


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)])
def test_the_hour_is_that_of_the_papers_clock_also_when_clocks_change(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer, settings: object, day: datetime
) -> None:
    settings.TIME_ZONE = "Europe/Brussels"  # type: ignore[attr-defined]
    clock.move_to(day)
    factories.approved(edition, parent=daily)
    sent(clock, server)
    due = Roundup.objects.get().due_at.astimezone(BRUSSELS)
    assert (due.date(), due.hour, due.minute) == (day.date() + timedelta(days=1), policy.ROUNDUP_HOUR, 0)


def test_one_click_on_a_roundup_ends_all_that_comes_daily(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer
) -> None:
    choose(featured=Pace.NOW)
    factories.approved(edition, parent=daily)
    sent(clock, server)
    (message,) = until_evening(clock, server)
    assert press(path_of(message)) == "You get no more of these mails"
    assert press(path_of(message)) == "These mails had ended before"
    factories.approved(edition, parent=daily)
    moderation.feature(daily, by=factories.user("moderators"), saw=daily.seen)
    assert subjects(sent(clock, server)) == ["Your comment"]
    assert until_evening(clock, server, days=1) == []


def test_a_crowd_of_answers_fills_no_mailbox(
    clock: Traveller, known: Comment, edition: Edition, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "ANSWER_MAILS", 2)
    monkeypatch.setattr(policy, "ROUNDUP_QUOTES", 2)
    for number in range(6):
        factories.approved(edition, parent=known, sent_from=f"203.0.113.{number}")
    assert len(sent(clock, server)) == 2
    (message,) = until_evening(clock, server)
    assert subject_of(message) == "Your comments: 4 messages"
    assert "There are 2 messages more" in body_of(message)
    assert Notice.objects.filter(kind="answered", sent_at__isnull=True).count() == 0


def test_what_is_too_much_for_one_roundup_comes_with_the_next(
    clock: Traveller, daily: Comment, edition: Edition, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "ROUNDUP_MESSAGES", 2)
    for number in range(3):
        factories.approved(edition, parent=daily, sent_from=f"203.0.113.{number}")
    sent(clock, server)
    assert [subject_of(message) for message in until_evening(clock, server)] == ["Your comments: 2 messages"]
    assert [subject_of(message) for message in until_evening(clock, server, days=1)] == ["Your comments: 1 message"]


def _erased(comment: Comment) -> None:
    erasing.erase_address(ann())


def _idle(comment: Comment) -> None:
    retention.forget_old(timezone.now() + policy.IDLE_ADDRESS_KEPT)


@pytest.mark.parametrize("forget", [_erased, _idle])
def test_an_old_link_says_in_words_that_the_mails_have_ended_where_the_address_is_gone(
    known: Comment, forget: Callable[[Comment], None]
) -> None:
    stop = [unsubscribe_path(known, scope) for scope in ("answers", "conversation", "daily", "everything")]
    choose_path = subscriptions_path(known)
    forget(known)
    for path in stop:
        for response in (Client().get(path), Client().post(path, {"List-Unsubscribe": "One-Click"})):
            assert response.status_code == 200
            assert words(read(response).one("h1")) == "These mails had ended before"
    for response in (Client().get(choose_path), Client().post(choose_path, {"everything": "1"})):
        assert (response.status_code, words(read(response).one("h1"))) == (410, "What stood here is gone")
    assert Subscription.objects.count() == 0


# --- Choosing -------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_holds_and_saves_what_is_chosen(known: Comment, edition: Edition) -> None:
    path = subscriptions_path(known)
    page = read(Client().get(path))
    form = page.one("form", id="subscriptions-form")
    own = f"thread-{known.thread_id}"
    assert form.fields() == {"published": "now", "reasons": "now", "answers": "now", "featured": "now", own: ""}
    assert f"Your comments on “{edition.headline}”" in words(form)
    chosen = {"published": "off", "reasons": "daily", "answers": "daily", "featured": "now", own: "now"}
    response = Client().post(form.attributes["action"], chosen | {"choose": "Save"})
    assert (response.status_code, response["Location"]) == (303, f"{path}?saved")
    saved = read(Client().get(f"{path}?saved"))
    assert saved.one("form", id="subscriptions-form").fields() == chosen
    assert "What you chose is saved" in saved.text
    assert subscribing.wishes(ann()).of(Topic.PUBLISHED, known.thread_id) is Pace.NOW
    assert subscribing.wishes(ann()).of(Topic.PUBLISHED, None) is Pace.OFF
    Client().post(path, chosen | {own: "", "choose": "Save"})
    assert subscribing.wishes(ann()).of(Topic.PUBLISHED, known.thread_id) is Pace.OFF


def test_no_mails_at_all_is_one_button(known: Comment) -> None:
    assert Client().post(subscriptions_path(known), {"everything": "No mails at all"}).status_code == 303
    assert set(subscribing.wishes(ann()).topics.values()) == {Pace.OFF}


def test_what_is_not_well_formed_or_comes_from_elsewhere_changes_nothing(known: Comment) -> None:
    path = subscriptions_path(known)
    good = {"published": "off", "reasons": "off", "answers": "off", "featured": "off"}
    wrong = [good | {"answers": "sometimes"}, {}, good | {f"thread-{known.thread_id}": "'; drop"}]
    assert [Client().post(path, data).status_code for data in wrong] == [422, 422, 422]
    elsewhere = Client().post(path, good, headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, Subscription.objects.count()) == (403, 0)


def test_a_conversation_that_one_is_not_in_cannot_be_chosen(known: Comment) -> None:
    other = factories.approved(factories.live())
    good = {"published": "off", "reasons": "off", "answers": "off", "featured": "off"}
    Client().post(subscriptions_path(known), good | {f"thread-{other.thread_id}": "now"})
    assert list(Subscription.objects.filter(thread__isnull=False)) == []


def test_the_page_of_an_address_offers_it_once_that_is_confirmed(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    path = address_path(comment)
    assert "subscriptions-form" not in Client().get(path).text
    assert Client().get(subscriptions_path(comment)).status_code == 404
    assert Client().get(unsubscribe_path(comment, "everything")).status_code == 404
    form = read(Client().post(path, {"confirm": "yes"})).one("form", id="subscriptions-form")
    assert form.attributes["action"] == subscriptions_path(comment)


def test_the_database_knows_one_wish_for_each_thing(known: Comment) -> None:
    choose(answers=Pace.OFF)
    subscribing.choose(ann(), {}, {known.thread_id: Pace.OFF})
    subscribing.stop(ann(), subscribing.EVERYTHING, known.thread_id)
    rows = [
        {"topic": "answers"},
        {"thread": known.thread},
        {"topic": ""},
        {"topic": "answers", "thread": known.thread},
        {"topic": "gossip"},
    ]
    choose(answers=Pace.OFF)
    subscribing.choose(ann(), {}, {known.thread_id: Pace.OFF})
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscription.objects.create(commenter=ann(), pace="now", **row)
