"""The ledger read from the start yields every status and every count; the doctor finds what does not."""

import random
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, posting
from comments.models import Comment, Decision, Thread
from comments.replay import discrepancies
from comments.states import Status
from newsportal.refusal import Refusal
from tests import factories
from tests.factories import GOOD_TEXT


@pytest.fixture
def answered(edition: Edition) -> Comment:
    """An approved comment with one approved answer."""
    top = factories.approved(edition)
    factories.approved(edition, parent=top)
    return top


def doctor() -> str:
    said = StringIO()
    call_command("doctor", stdout=said)
    return said.getvalue()


def test_the_doctor_finds_nothing_where_nothing_is_wrong(answered: Comment) -> None:
    assert doctor() == "The ledger, the statuses and the counts agree.\n"


def wrong_status(top: Comment) -> None:
    Comment.objects.filter(pk=top.pk).update(status=Status.PENDING)


def wrong_text(top: Comment) -> None:
    Comment.objects.filter(pk=top.pk).update(status=Status.SPAM, public_revision=None)
    Thread.objects.update(public_count=1)


def wrong_answers(top: Comment) -> None:
    Comment.objects.filter(pk=top.pk).update(answer_count=5)


def wrong_thread(top: Comment) -> None:
    Thread.objects.update(public_count=0)


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (wrong_status, "comment {id}: is ('pending', {shown}), the ledger says (Status.APPROVED, {shown})"),
        (wrong_text, "comment {id}: is ('spam', None), the ledger says (Status.APPROVED, {shown})"),
        (wrong_answers, "comment {id}: counts 5 answers, has 1"),
        (wrong_thread, "thread {thread}: counts 0 comments, has 2"),
    ],
)
def test_the_doctor_names_what_differs_and_fails(
    answered: Comment, plant: Callable[[Comment], None], sentence: str
) -> None:
    plant(answered)
    found = discrepancies()
    assert len(found) == 1
    expected = sentence.format(id=answered.public_id, shown=answered.public_revision_id, thread=answered.thread_id)
    assert found[0].replace("<Status.APPROVED: 'approved'>", "Status.APPROVED") == expected
    with pytest.raises(CommandError, match="1 differences"):
        doctor()


def test_a_comment_without_a_ledger_is_found(edition: Edition, answered: Comment) -> None:
    bare = Comment.objects.create(thread=answered.thread, name="Nobody", posted_at=answered.posted_at)
    assert discrepancies() == [f"comment {bare.public_id}: is ('pending', None), the ledger says None"]


def test_a_gap_in_the_ledger_is_found(answered: Comment) -> None:
    Decision(
        comment=answered,
        revision=answered.public_revision,
        from_status="spam",
        to_status="approved",
        public_revision=answered.public_revision,
        actor="rule",
        at=answered.posted_at,
    ).save()
    found = discrepancies()
    assert len(found) == 1
    assert answered.public_id in found[0]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_authors_and_moderators_do_the_ledger_yields_it(clock: Traveller, edition: Edition, seed: int) -> None:
    chance = random.Random(seed)
    moderator = factories.user("moderators")
    taken = refused = 0
    for number in range(120):
        clock.shift(61)
        try:
            act(chance, edition, moderator, number)
            taken += 1
        except Refusal:
            refused += 1
    assert discrepancies() == []
    # The walk went somewhere: some of everything was tried, and the table refused some of it.
    assert taken > 60
    assert refused > 5
    assert Thread.objects.get().public_count == Comment.objects.public().count() > 0


def act(chance: random.Random, edition: Edition, moderator: object, number: int) -> None:
    comments = list(Comment.objects.order_by("pk"))
    what = chance.choice(["post", "post", "answer", "edit", "withdraw", "decide", "decide", "decide", "decide", "undo"])
    if what == "post" or not comments:
        factories.pending(edition, name=f"Reader {chance.randrange(5)}")
        return
    comment = chance.choice(comments)
    if what == "answer":
        parents = [one for one in comments if one.is_public]
        if parents:
            factories.pending(edition, parent=chance.choice(parents))
    elif what == "edit":
        posting.edit(comment, body=f"{GOOD_TEXT} Thought {number}.", saw=comment.seen, address=factories.address())
    elif what == "withdraw":
        posting.withdraw(comment, saw=comment.seen)
    elif what == "undo":
        moderation.undo(comment.decisions.order_by("pk").last(), by=moderator)
    else:
        to = chance.choice([Status.APPROVED, Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED])
        factories.decided(comment, to, by=moderator)


def test_a_gap_in_the_ledger_is_not_healed_by_what_comes_after_it(edition: Edition) -> None:
    comment = factories.pending(edition)
    for to in (Status.APPROVED, Status.SPAM, Status.APPROVED):
        factories.decided(comment, to)
    with connection.cursor() as cursor:
        missing = comment.decisions.order_by("pk")[1].pk
        cursor.execute("DELETE FROM comments_decision WHERE id = %s", [missing])
    (found,) = discrepancies()
    assert found.startswith(f"comment {comment.public_id}: ")
