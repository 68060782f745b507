"""What an author reads about the texts of their comment: on its own page, without what was taken back."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, policy, posting
from comments.models import Comment
from comments.states import Status
from comments.tokens import own_path
from tests import factories
from tests.comments.reading import Element, read, words
from tests.factories import GOOD_TEXT


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


def changed(comment: Comment, text: str) -> Comment:
    return posting.edit(comment, body=text, saw=comment.seen, address=factories.address())


def page_of(comment: Comment) -> Element:
    return read(Client().get(own_path(comment)))


def told(comment: Comment) -> list[str]:
    """For each text the line that names it, and what was done with it."""
    return [
        f"{words(one.one('p', class_='history__version'))} | {words(one.one('ul'))}"
        for one in page_of(comment).one("ol", class_="history").all("li")
        if one.all("p", class_="history__version")
    ]


def test_each_text_is_listed_with_what_was_decided_of_it_the_newest_first(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, body=f"{GOOD_TEXT} First.")
    clock.shift(60)
    changed(comment, f"{GOOD_TEXT} Second.")
    clock.shift(60)
    factories.decided(comment, Status.RETURNED, explanation="Who says so?")
    clock.shift(60)
    changed(comment, f"{GOOD_TEXT} Third.")
    factories.decided(comment, Status.REJECTED, reason="hate")
    moderation.object_to(comment, words="No.", saw=moderation.seen_of(comment, list(comment.decisions.all())))
    assert told(comment) == [
        "Text 3, written 2 March 2026, 12:03 UTC | Rejected: hate, 2 March 2026, 12:03 UTC"
        " You objected, 2 March 2026, 12:03 UTC",
        "Text 2, written 2 March 2026, 12:01 UTC | Returned to you, 2 March 2026, 12:02 UTC Who says so?",
        "Text 1, written 2 March 2026, 12:00 UTC | You changed it before anybody had decided on it",
    ]
    texts = [words(one) for one in page_of(comment).one("ol", class_="history").all("blockquote")]
    assert texts == [f"{GOOD_TEXT} Second.", f"{GOOD_TEXT} First."]


def test_what_was_taken_back_is_not_listed_nor_what_only_features(edition: Edition) -> None:
    comment, by = factories.approved(edition), factories.user("moderators")
    moderation.feature(comment, by=by, saw=comment.seen)
    factories.decided(comment, Status.SPAM)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=by)
    comment.refresh_from_db()
    changed(comment, f"{GOOD_TEXT} Better.")
    assert [line.partition(" | ")[2] for line in told(comment)] == [
        "Nobody has decided on it yet",
        "Approved, 2 March 2026, 12:00 UTC",
    ]


def test_one_text_with_one_decision_needs_no_list(edition: Edition) -> None:
    assert page_of(factories.approved(edition)).all("ol", class_="history") == []


def test_what_the_clock_closed_says_so(clock: Traveller, edition: Edition) -> None:
    comment = factories.decided(factories.pending(edition), Status.RETURNED, explanation="Who?")
    clock.shift(policy.RETURN_WINDOW)
    moderation.close_unchanged()
    comment.refresh_from_db()
    (line,) = told(comment)
    assert line.endswith("Closed, for it was not changed, 9 March 2026, 12:00 UTC")


@pytest.mark.parametrize(
    ("keeps", "said"),
    [
        (True, "The words that readers see stay up until a moderator has decided on the new ones."),
        (False, "Nobody can read your comment until a moderator has decided on the new words."),
    ],
)
def test_before_an_edit_its_author_reads_what_becomes_of_the_old_words(
    edition: Edition, monkeypatch: pytest.MonkeyPatch, keeps: bool, said: str
) -> None:
    monkeypatch.setattr("comments.policy.EDIT_KEEPS_PUBLIC_TEXT", keeps)
    page = page_of(factories.approved(edition))
    assert said in words(page.one("section", **{"aria-labelledby": "edit"}))
    assert said not in words(page_of(factories.pending(edition, sent_from="203.0.113.9")))


def test_an_edit_of_an_older_text_is_answered_with_both_and_loses_nothing(clock: Traveller, edition: Edition) -> None:
    comment = changed(factories.pending(edition), f"{GOOD_TEXT} Second.")
    saw = comment.seen
    clock.shift(timedelta(seconds=90))
    changed(comment, f"{GOOD_TEXT} Third.")
    typed = f"{GOOD_TEXT} Written in another window."
    response = Client().post(own_path(comment), {"edit": "1", "saw": saw, "body": typed})
    assert response.status_code == 409
    page = read(response)
    edit = page.one("section", **{"aria-labelledby": "edit"})
    assert words(page.one("section", **{"aria-labelledby": "your-words"}).one("blockquote")) == f"{GOOD_TEXT} Third."
    assert edit.one("textarea").text.strip() == typed
    assert "Above stands your comment as it is now." in words(edit)
    assert edit.one("form").fields()["saw"] == "pending.3"
