"""Mails to an author with a confirmed address about a moderator's decision."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import moderation, notifications, policy, posting
from comments.mails import how_to_stop
from comments.models import Comment, Notice
from comments.states import Status
from comments.tokens import own_path
from newsportal import outbox
from tests import factories

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def known(clock: Traveller, edition: Edition) -> Comment:
    """A comment whose author has confirmed the address; the mail that asked for that has been sent."""
    comment = factories.pending(edition, email="Ann@example.org", body=f"{factories.GOOD_TEXT} Mine.")
    posting.confirm_address(comment)
    notifications.send_due()
    mail.outbox.clear()
    return comment


def sent_after(clock: Traveller, wait: timedelta) -> list[str]:
    clock.shift(wait)
    notifications.send_due()
    return [message.subject for message in mail.outbox]


def test_a_rejection_is_told_with_reason_words_text_and_link(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    factories.decided(known, Status.REJECTED, explanation="It speaks of\nanother story.")
    assert sent_after(clock, policy.NOTICE_DELAY) == [f"Your comment on “{edition.headline}” was not published"]
    (message,) = mail.outbox
    assert (message.to, message.body) == (
        ["ann@example.org"],
        f"Your comment on “{edition.headline}” was not published.\n\n"
        "The reason: off topic.\n\n"
        "It rests on our guidelines: Keep to the story and to what others said about it.\n\n"
        "The moderator writes:\nIt speaks of\nanother story.\n\n"
        "No automatic means were used to find the comment. A person decided.\n\n"
        "If you think that this is wrong, object on your comment's own page until 2 September 2026, 12:00 UTC:"
        " somebody else will read it afresh, and it costs nothing."
        " You may also turn to a certified body for settling disputes out of court, or to a court.\n\n"
        f"You wrote:\n> {factories.GOOD_TEXT} Mine.\n\n"
        f"Your comment, and what you can do about it:\n{SITE}{own_path(known)}\n\n"
        f"{how_to_stop(known, 'reasons')}\n\n"
        "The Meridian\n",
    )


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        (Status.APPROVED, "Your comment on “{}” is published"),
        (Status.RETURNED, "A moderator asks you to change your comment on “{}”"),
    ],
)
def test_an_approval_and_a_return_are_told(
    clock: Traveller, known: Comment, edition: Edition, to: Status, subject: str
) -> None:
    factories.decided(known, to)
    assert sent_after(clock, policy.NOTICE_DELAY) == [subject.format(edition.headline)]


def test_nothing_is_told_before_it_can_no_longer_be_undone(clock: Traveller, known: Comment) -> None:
    factories.decided(known, Status.APPROVED)
    assert sent_after(clock, policy.NOTICE_DELAY - timedelta(seconds=1)) == []


def test_a_decision_that_was_undone_is_not_told(clock: Traveller, known: Comment) -> None:
    by = factories.user("moderators")
    decision = moderation.decide(known, to=Status.REJECTED, by=by, saw=known.seen, reason="hate")
    moderation.undo(decision, by=by)
    assert sent_after(clock, policy.NOTICE_DELAY) == []
    assert Notice.objects.get(decision=decision).error == "the decision was undone or overtaken"


def test_spam_is_told_nothing(clock: Traveller, known: Comment) -> None:
    factories.decided(known, Status.SPAM)
    assert sent_after(clock, timedelta(days=1)) == []


def test_an_address_that_nobody_confirmed_is_told_nothing(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, email="bob@example.org")
    notifications.send_due()
    mail.outbox.clear()
    factories.decided(comment, Status.APPROVED)
    assert sent_after(clock, timedelta(days=1)) == []


def test_the_question_is_not_asked_for_a_comment_that_was_withdrawn(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, email="bob@example.org")
    posting.withdraw(comment, saw=comment.seen)
    assert sent_after(clock, timedelta(days=1)) == []


# --- Corrections ----------------------------------------------------------------------------------------------------


def undone(comment: Comment) -> None:
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    comment.refresh_from_db()


def test_what_was_told_and_is_undone_is_corrected(clock: Traveller, known: Comment, edition: Edition) -> None:
    factories.decided(known, Status.REJECTED)
    sent_after(clock, policy.NOTICE_DELAY)
    mail.outbox.clear()
    undone(known)
    assert sent_after(clock, policy.NOTICE_DELAY) == [f"We were wrong about your comment on “{edition.headline}”"]
    assert mail.outbox[0].body == (
        f"We were wrong about your comment on “{edition.headline}”."
        f" We told you: “Your comment on “{edition.headline}” was not published.” That was a mistake, and has been"
        " taken back. It waits for a moderator again.\n\n"
        f"You wrote:\n> {factories.GOOD_TEXT} Mine.\n\n"
        f"Your comment, and what you can do about it:\n{SITE}{own_path(known)}\n\n"
        f"{how_to_stop(known, 'reasons')}\n\n"
        "The Meridian\n"
    )


def test_what_nobody_was_told_is_not_corrected(clock: Traveller, known: Comment) -> None:
    for to in (Status.REJECTED, Status.SPAM):
        factories.decided(known, to)
        undone(known)
        assert sent_after(clock, timedelta(days=1)) == []


def test_a_mail_that_may_have_left_before_its_worker_died_is_corrected(clock: Traveller, known: Comment) -> None:
    factories.decided(known, Status.REJECTED)
    Notice.objects.filter(kind=Notice.Kind.DECIDED).update(attempts=1, leased_until=timezone.now() + outbox.LEASE)
    undone(known)
    (subject,) = sent_after(clock, policy.NOTICE_DELAY)
    assert subject.startswith("We were wrong")


def test_a_correction_that_a_new_decision_overtakes_is_told_by_that_one(clock: Traveller, known: Comment) -> None:
    factories.decided(known, Status.REJECTED)
    sent_after(clock, policy.NOTICE_DELAY)
    mail.outbox.clear()
    undone(known)
    factories.decided(known, Status.APPROVED)
    (subject,) = sent_after(clock, policy.NOTICE_DELAY)
    assert subject.endswith("is published")


def test_a_correction_is_told_where_what_overtook_it_was_taken_back_as_well(clock: Traveller, known: Comment) -> None:
    factories.decided(known, Status.REJECTED)
    sent_after(clock, policy.NOTICE_DELAY)
    mail.outbox.clear()
    undone(known)
    factories.decided(known, Status.APPROVED)
    undone(known)
    (subject,) = sent_after(clock, policy.NOTICE_DELAY)
    assert subject.startswith("We were wrong")


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("nothing", "It waits for a moderator again."),
        ("spam", "It is not published."),
        ("withdrawn", "You have withdrawn it since."),
        ("featured", "It is published."),
        ("story withdrawn", "The story is not public at the moment; your comment will be read below it if it is"),
    ],
)
def test_a_correction_says_how_the_comment_stands_when_it_is_sent(
    clock: Traveller, known: Comment, edition: Edition, since: str, said: str
) -> None:
    if since in {"featured", "story withdrawn"}:
        factories.decided(known, Status.APPROVED)
    factories.decided(known, Status.REJECTED)
    sent_after(clock, policy.NOTICE_DELAY)
    mail.outbox.clear()
    undone(known)
    if since == "spam":
        factories.decided(known, Status.SPAM)
    elif since == "withdrawn":
        posting.withdraw(known, saw=known.seen)
    elif since == "featured":
        moderation.feature(known, by=factories.user("moderators"), saw=known.seen)
    elif since == "story withdrawn":
        story = Article.objects.get(pk=edition.article_id)
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    sent_after(clock, policy.NOTICE_DELAY)
    (message,) = [one for one in mail.outbox if one.subject.startswith("We were wrong")]
    assert f"has been taken back. {said}" in " ".join(message.body.split())


def test_a_mail_is_in_the_language_of_the_paper(clock: Traveller, known: Comment, edition: Edition) -> None:
    factories.decided(known, Status.REJECTED)
    with translation.override("de"):
        assert sent_after(clock, policy.NOTICE_DELAY) == [
            f"Ihr Kommentar zu „{edition.headline}“ wurde nicht veröffentlicht"
        ]
    assert mail.outbox[0].body.split("\n\n")[1:5] == [
        "Der Grund: am Thema vorbei.",
        "Die Entscheidung beruht auf unseren Regeln für Kommentare: Bleiben Sie beim Beitrag und bei dem, was andere"
        " dazu gesagt haben.",
        "Um den Kommentar zu finden, wurden keine automatischen Mittel eingesetzt. Ein Mensch hat entschieden.",
        "Wenn Sie das für falsch halten, erheben Sie bis 2. September 2026, 12:00 Uhr UTC auf der eigenen Seite Ihres"
        " Kommentars Einspruch: Jemand anderes liest ihn neu, und es kostet nichts. Sie können sich auch an eine"
        " zertifizierte Stelle für außergerichtliche Streitbeilegung oder an ein Gericht wenden.",
    ]
