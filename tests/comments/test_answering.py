"""The newsroom's answer: at once, with a badge, in the paper's name; only the ledger names its author."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from comments import answering, moderation, notifications, policy, posting
from comments.models import Comment
from comments.replay import discrepancies
from comments.states import Actor, Status
from newsportal.refusal import NotPermitted, Refusal
from tests import factories
from tests.comments.reading import read, words

DESK = "/admin/comments/comment/"


def test_readers_see_it_at_once_below_the_comment_with_a_badge(edition: Edition) -> None:
    top, mona = factories.approved(edition), factories.user("moderators", first_name="Mona", last_name="Lind")
    made = answering.answer(top, body=" Corrected. ", by=mona)
    first = made.decisions.get()
    assert (first.from_status, first.to_status, first.actor, first.by) == ("", Status.APPROVED, Actor.MODERATOR, mona)
    page = Client().get(edition.get_absolute_url())
    shown = read(page).one("article", id=f"comment-{made.public_id}")
    assert (words(shown.one("h4")), words(shown.one("p", class_="comment__labels"))) == ("The Meridian", "Newsroom")
    assert words(shown.one("div", class_="comment__text")) == "Corrected."
    assert "Lind" not in page.text
    top.refresh_from_db()
    assert (top.answer_count, top.thread.public_count, discrepancies()) == (1, 2, [])
    assert (
        "<title>The Meridian (newsroom)</title>" in Client().get(f"/articles/{edition.article_id}/comments/feed/").text
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (" \u200b\n", "Write what the newsroom answers."),
        ("x" * 5001, "The answer is too long: 5000 characters at most."),
    ],
)
def test_an_answer_of_nothing_or_of_too_much_is_refused(edition: Edition, body: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        answering.answer(factories.approved(edition), body=body, by=factories.user("moderators"))
    assert Comment.objects.count() == 1


def test_the_same_answer_sent_twice_at_once_is_published_once(clock: Traveller, edition: Edition) -> None:
    top, by = factories.approved(edition), factories.user("moderators")
    first = answering.answer(top, body="Corrected.", by=by)
    assert answering.answer(top, body=" Corrected.\n", by=by) == first
    assert answering.answer(top, body="And thank you.", by=by) != first
    clock.shift(policy.REPEAT_WINDOW)
    assert answering.answer(top, body="Corrected.", by=by) != first


def test_only_moderators_answer_and_only_what_readers_see(edition: Edition) -> None:
    with pytest.raises(NotPermitted):
        answering.answer(factories.approved(edition), body="Thanks.", by=factories.user("editors"))
    with pytest.raises(Refusal, match=r"Only what readers see can be answered\."):
        answering.answer(factories.pending(edition), body="Thanks.", by=factories.user("moderators"))


def test_its_reader_is_told_if_the_address_is_confirmed_and_only_while_it_stands(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(comment)
    factories.decided(comment, Status.APPROVED)
    first, second = (answering.answer(comment, body=f"Thanks {n}.", by=factories.user("moderators")) for n in (1, 2))
    factories.decided(second, Status.REJECTED)
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    (message,) = [one for one in mail.outbox if one.subject.startswith("The newsroom answers")]
    assert message.to == ["ann@example.org"]
    assert "Thanks 1." in message.body
    assert first.get_absolute_url() in message.body


def test_it_is_written_on_the_comments_page_and_a_refusal_keeps_the_words(
    edition: Edition, sign_in: Callable[..., Client]
) -> None:
    comment, desk = factories.approved(edition), sign_in("moderators")
    page = read(desk.get(f"{DESK}{comment.pk}/change/"))
    form = page.one("form", id="answer")
    desk.post(form.attributes["action"], form.fields() | {"body": "Thanks for that."})
    assert Comment.objects.get(is_from_newsroom=True).public_revision.body == "Thanks for that."  # type: ignore[union-attr]
    long = "x" * 5001
    again = read(desk.post(form.attributes["action"], {"body": long}))
    assert "The answer is too long" in words(again.one("ul", class_="messagelist"))
    assert again.one("textarea", id="answer-body").text == long


def test_undo_of_an_answer_says_what_to_do_instead(edition: Edition) -> None:
    made = answering.answer(factories.approved(edition), body="Thanks.", by=factories.user("moderators"))
    with pytest.raises(Refusal, match="is not undone, but rejected with a reason"):
        moderation.undo(made.decisions.get(), by=factories.user("moderators"))
