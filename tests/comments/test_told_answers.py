"""Mails to an author with a confirmed address: about answers to a comment, and about its being featured."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import moderation, notifications, policy, posting
from comments.mails import how_to_stop
from comments.models import Comment, Notice
from comments.states import Status
from tests import factories

SITE = "http://127.0.0.1:8000"
LINKED = "Read http://evil.example/x and www.evil.example, ann@evil.example: it is all there, believe me please."


@pytest.fixture
def known(clock: Traveller, edition: Edition) -> Comment:
    """A public comment whose author has confirmed the address and has read every mail so far."""
    comment = confirmed(edition, "ann@example.org", body=f"{factories.GOOD_TEXT} Mine.")
    factories.decided(comment, Status.APPROVED)
    return all_sent(clock, comment)


def all_sent(clock: Traveller, comment: Comment) -> Comment:
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    mail.outbox.clear()
    return comment


def confirmed(edition: Edition, email: str, **draft: object) -> Comment:
    comment = factories.pending(edition, email=email, **draft)
    posting.confirm_address(comment)
    return comment


def sent_after(clock: Traveller, wait: timedelta = policy.NOTICE_DELAY) -> list[str]:
    clock.shift(wait)
    notifications.send_due()
    return [message.subject for message in mail.outbox]


def undone(comment: Comment) -> None:
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    comment.refresh_from_db()


def test_an_answer_is_told_when_readers_see_it_with_both_texts_and_no_link_but_our_own(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answer = factories.pending(edition, parent=known, name="Ben www.evil.example", body=LINKED)
    assert sent_after(clock) == []
    factories.decided(answer, Status.APPROVED)
    assert sent_after(clock) == [f"An answer to your comment on “{edition.headline}”"]
    (message,) = mail.outbox
    assert (message.to, message.body) == (
        ["ann@example.org"],
        f"Ben www[.]evil[.]example answers your comment on “{edition.headline}”:\n\n"
        "> Read http[:]//evil[.]example/x and www[.]evil[.]example, ann[@]evil[.]example: it is all there,"
        " believe me please.\n\n"
        f"Read it on the page:\n{SITE}{answer.get_absolute_url()}\n\n"
        f"You wrote:\n> {factories.GOOD_TEXT} Mine.\n\n"
        f"{how_to_stop(known, 'answers')}\n\n"
        "The Meridian\n",
    )


def test_an_answer_is_told_once_however_often_it_is_approved(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answer = factories.approved(edition, parent=known)
    sent_after(clock)
    factories.decided(answer, Status.REJECTED)
    factories.decided(answer, Status.APPROVED)
    posting.edit(answer, body=f"{factories.GOOD_TEXT} Better.", saw=answer.seen, address=factories.address())
    factories.decided(answer, Status.APPROVED)
    assert len(sent_after(clock)) == 1


def test_an_answer_that_is_undone_within_ten_seconds_is_not_told(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answer = factories.approved(edition, parent=known)
    clock.shift(policy.NOTICE_DELAY - timedelta(seconds=1))
    undone(answer)
    assert sent_after(clock) == []
    assert Notice.objects.get(answer=answer).error == "the answer is no longer public"


def test_an_answer_that_was_undone_and_is_approved_later_is_told_then(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answer = factories.approved(edition, parent=known)
    undone(answer)
    assert sent_after(clock, timedelta(hours=1)) == []
    factories.decided(answer, Status.APPROVED)
    assert len(sent_after(clock)) == 1


def test_an_answer_that_is_undone_and_approved_again_waits_its_ten_seconds_anew(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answer = factories.approved(edition, parent=known)
    clock.shift(timedelta(seconds=6))
    undone(answer)
    factories.decided(answer, Status.APPROVED)
    # Ten seconds after the first approval, four after the second.
    assert sent_after(clock, timedelta(seconds=4)) == []
    assert Notice.objects.get(answer=answer).attempts == 0
    assert len(sent_after(clock, timedelta(seconds=6))) == 1


def test_nobody_is_told_of_an_answer_of_their_own_also_where_that_is_known_only_later(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    own = confirmed(edition, "ann@example.org", parent=known)
    later = factories.pending(edition, parent=known, email="ann@example.org")
    for comment in (own, later):
        factories.decided(comment, Status.APPROVED)
    posting.confirm_address(later)
    assert [subject for subject in sent_after(clock) if subject.startswith("An answer")] == []
    assert list(Notice.objects.filter(kind="answered").values_list("answer", "error")) == [
        (later.pk, "one's own answer")
    ]


def test_an_answer_to_an_unconfirmed_address_is_told_to_nobody(clock: Traveller, edition: Edition) -> None:
    top = factories.approved(edition, email="bob@example.org")
    all_sent(clock, top)
    factories.approved(edition, parent=top)
    assert sent_after(clock, timedelta(days=1)) == []


def test_only_who_is_answered_is_told_and_not_who_stands_above(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    ben = confirmed(edition, "ben@example.org", parent=known)
    factories.decided(ben, Status.APPROVED)
    all_sent(clock, ben)
    factories.approved(edition, parent=ben)
    sent_after(clock)
    assert [message.to for message in mail.outbox] == [["ben@example.org"]]


@pytest.mark.parametrize("gone", ["what is answered", "the story"])
def test_an_answer_that_nobody_can_read_is_not_told(
    clock: Traveller, known: Comment, edition: Edition, gone: str
) -> None:
    factories.approved(edition, parent=known)
    if gone == "the story":
        story = Article.objects.get(pk=edition.article_id)
        publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    else:
        posting.withdraw(known, saw=known.seen)
    assert sent_after(clock) == []


def test_an_answer_that_a_rule_lets_through_is_told_as_well(
    clock: Traveller, known: Comment, edition: Edition, settings: object
) -> None:
    settings.COMMENTS_TRUST_AFTER = 1  # type: ignore[attr-defined]
    ben = confirmed(edition, "ben@example.org")
    factories.decided(ben, Status.APPROVED)
    all_sent(clock, ben)
    answer = confirmed(edition, "ben@example.org", parent=known)
    answer.refresh_from_db()
    assert answer.status == Status.APPROVED
    told = [message.subject for message in mail.outbox if message.to == ["ann@example.org"]]
    assert told == []
    sent_after(clock)
    assert [message.to for message in mail.outbox if message.subject.startswith("An answer")] == [["ann@example.org"]]


def test_many_answers_that_are_approved_with_one_press_are_told_one_by_one(
    clock: Traveller, known: Comment, edition: Edition
) -> None:
    answers = [factories.pending(edition, parent=known) for _ in range(3)]
    saw = {answer.pk: answer.seen for answer in answers}
    moderation.decide_all(answers, to=Status.APPROVED, by=factories.user("moderators"), saw=saw)
    assert len(sent_after(clock)) == 3


# --- Featured -------------------------------------------------------------------------------------------------------


def test_being_featured_is_told_once(clock: Traveller, known: Comment, edition: Edition) -> None:
    by = factories.user("moderators")
    moderation.feature(known, by=by, saw=known.seen)
    assert sent_after(clock) == [f"Your comment on “{edition.headline}” is featured"]
    assert mail.outbox[0].body == (
        f"Your comment on “{edition.headline}” is featured. The newsroom shows it to other readers as one that is worth"
        " reading.\n\n"
        f"You wrote:\n> {factories.GOOD_TEXT} Mine.\n\n"
        f"Read it on the page:\n{SITE}{known.get_absolute_url()}\n\n"
        f"{how_to_stop(known, 'featured')}\n\n"
        "The Meridian\n"
    )
    moderation.feature(known, by=by, saw=known.seen, on=False)
    moderation.feature(known, by=by, saw=known.seen)
    assert len(sent_after(clock)) == 1


def test_being_featured_for_less_than_ten_seconds_is_not_told(clock: Traveller, known: Comment) -> None:
    moderation.feature(known, by=factories.user("moderators"), saw=known.seen)
    undone(known)
    assert sent_after(clock) == []
    assert Notice.objects.get(kind="featured").error == "it is no longer featured"


def test_what_is_told_is_no_longer_there_for_who_is_not_let_see_it(clock: Traveller, known: Comment) -> None:
    """The mails' permalinks lead to what readers see, and to nothing else."""
    answer = factories.approved(known.revisions.get().edition, parent=known)  # type: ignore[arg-type]
    sent_after(clock)
    (link,) = [line for line in mail.outbox[0].body.splitlines() if line.startswith(f"{SITE}/comments/")]
    assert Client().get(link.removeprefix(SITE)).status_code == 302
    factories.decided(answer, Status.REJECTED)
    assert Client().get(link.removeprefix(SITE)).status_code == 404
