"""What replaces a removed comment: who removed it and on what ground, and nothing of its content."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, names, policy, posting
from comments.models import Comment
from comments.states import Reason, Status
from comments.tombstones import told
from comments.triage import Verdict
from newsportal.pages.models import ChangedName
from tests import factories
from tests.comments.reading import Element, read, words

pytestmark = pytest.mark.django_db

Removal = Callable[[Comment], object]


def rejected(comment: Comment, **how: str) -> object:
    return factories.decided(comment, Status.REJECTED, **how)


def undone(comment: Comment) -> object:
    """Rejected as advertising, then approved by a colleague, who takes that back: the first decision stands again."""
    rejected(comment, reason="advertising")
    factories.decided(comment, Status.APPROVED)
    return moderation.undo(comment.decisions.order_by("pk").last(), by=factories.user("moderators"))


def closed(comment: Comment, clock: Traveller) -> None:
    factories.decided(comment, Status.RETURNED)
    clock.shift(policy.RETURN_WINDOW + timedelta(seconds=1))
    moderation.close_unchanged()


def by_rule(comment: Comment) -> None:
    """Returned, changed, and then rejected by a rule of the newsroom."""
    factories.decided(comment, Status.RETURNED)
    posting.edit(comment, body=f"{factories.GOOD_TEXT} Now.", saw=comment.seen, address=factories.address())
    moderation.judge(comment, Verdict(Status.REJECTED, (), Reason.HATE, ""), saw=comment.seen)


REMOVALS: dict[str, tuple[Removal, str, str]] = {
    "its author": (
        lambda comment: posting.withdraw(comment, saw=comment.seen),
        "This comment was withdrawn by its author.",
        "In reply to a comment that its author withdrew",
    ),
    "a moderator, with a reason": (
        lambda comment: rejected(comment, reason="personal_data"),
        "This comment was removed by a moderator: personal data.",
        "In reply to a comment that a moderator removed: personal data",
    ),
    "a moderator, in words of their own": (
        lambda comment: rejected(comment, reason="other", explanation="What I tell you alone."),
        "This comment was removed by a moderator, who told its author why.",
        "In reply to a comment that a moderator removed",
    ),
    "a moderator, as spam": (
        lambda comment: factories.decided(comment, Status.SPAM),
        "This comment was removed by a moderator: spam.",
        "In reply to a comment that a moderator removed: spam",
    ),
    "a decision that stands again": (
        undone,
        "This comment was removed by a moderator: advertising.",
        "In reply to a comment that a moderator removed: advertising",
    ),
    "a rule": (
        by_rule,
        "This comment was removed by a rule of the newsroom: hate.",
        "In reply to a comment that a rule of the newsroom removed: hate",
    ),
    "nobody yet": (
        lambda comment: factories.decided(comment, Status.RETURNED),
        "This comment is not shown at the moment.",
        "In reply to a comment that is not shown at the moment",
    ),
}


def conversation() -> tuple[Edition, Comment, Comment]:
    """A story, a comment under it, and an answer to that, which is answered as well."""
    edition = factories.live()
    top = factories.approved(edition, name="Gone Person")
    answer = factories.approved(edition, name="Left Person", parent=top)
    factories.approved(edition, parent=answer)
    return edition, top, answer


def names_changed_by(act: Callable[[], object]) -> set[str]:
    ChangedName.objects.all().delete()
    act()
    return set(ChangedName.objects.values_list("name", flat=True))


def page_of(edition: Edition) -> Element:
    response = Client().get(f"/articles/{edition.article_id}/comments/")
    assert response.status_code == 200
    return read(response)


@pytest.mark.parametrize("who", REMOVALS)
def test_a_tombstone_says_who_removed_a_comment_and_why(who: str) -> None:
    remove, line, _as_answered = REMOVALS[who]
    edition, top, _answer = conversation()
    remove(top)
    alone = read(Client().get(f"/comments/{top.public_id}/answers/"))
    for page in (page_of(edition), alone):
        assert words(page.one("p", class_="comment-removed")) == line
        assert "Gone Person" not in words(page)
        assert "What I tell you alone." not in words(page)


@pytest.mark.parametrize("who", REMOVALS)
def test_an_answer_to_what_was_removed_says_the_same(who: str) -> None:
    remove, _line, as_answered = REMOVALS[who]
    edition, _top, answer = conversation()
    remove(answer)
    page = page_of(edition)
    assert words(page.one("p", class_="comment__to--removed")) == as_answered
    assert "Left Person" not in words(page)


def test_what_its_author_did_not_change_in_time_says_so(clock: Traveller) -> None:
    edition, top, _answer = conversation()
    closed(top, clock)
    line = "This comment was returned to its author, who did not change it in time."
    assert words(page_of(edition).one("p", class_="comment-removed")) == line


def test_tombstones_cost_no_queries() -> None:
    edition, top, answer = conversation()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page_of(edition)
        return len(asked)

    before = cost()
    rejected(top)
    rejected(answer)
    assert cost() == before


@pytest.mark.parametrize("removed", ["top", "answer"])
def test_the_pages_hear_of_another_ground_where_a_tombstone_tells_it(removed: str) -> None:
    edition, top, answer = conversation()
    comment = {"top": top, "answer": answer}[removed]
    factories.decided(comment, Status.RETURNED)
    assert names_changed_by(lambda: rejected(comment)) >= {names.of_thread(edition.article_id)}
    assert names_changed_by(lambda: factories.decided(comment, Status.SPAM)) >= {names.of_comment(comment.public_id)}


@pytest.mark.parametrize("is_answer", [False, True])
def test_the_pages_hear_nothing_of_what_never_stood_there(is_answer: bool) -> None:
    edition, top, _answer = conversation()
    comment = factories.pending(edition, parent=top if is_answer else None)
    assert names_changed_by(lambda: factories.decided(comment, Status.RETURNED)) == set()
    assert names_changed_by(lambda: rejected(comment)) == set()


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_words(status: Status) -> None:
    assert told(status, None).words.startswith("This comment ")
    assert told(status, None).as_answered.startswith("In reply to a comment that ")
