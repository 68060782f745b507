"""The ledger read from the start yields every status and every count; the doctor finds what differs."""

import random
from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, open_cases, posting, protection, reporting
from comments.models import Comment, Decision, Thread
from comments.replay import discrepancies
from comments.reporting import Complaint
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
    # No worker or server runs beside the tests.
    lines = said.getvalue().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("To be looked at: "))


def test_the_doctor_finds_nothing_where_nothing_is_wrong(answered: Comment) -> None:
    agree, *gaps = doctor().splitlines()
    assert agree == "The ledger, the statuses and the counts agree."
    # Nothing is known about this paper yet.
    assert {line.partition(": ")[0] for line in gaps} == {"To be filled in"}


def wrong_status(top: Comment) -> None:
    Comment.objects.filter(pk=top.pk).update(status=Status.PENDING, queued_at=timezone.now())


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
    bare = Comment.objects.create(
        thread=answered.thread, name="Nobody", posted_at=answered.posted_at, queued_at=answered.posted_at
    )
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
def test_whatever_authors_and_moderators_do_the_ledger_yields_it(
    clock: Traveller, edition: Edition, settings: Any, seed: int
) -> None:
    settings.COMMENTS_TRUST_AFTER = 2
    chance = random.Random(seed)
    moderator = factories.user("moderators")
    editions = [edition, factories.live()]
    tried: Counter[str] = Counter()
    refused = 0
    for number in range(150):
        clock.shift(61)
        what = chance.choice(WALK)
        try:
            act(what, chance, editions, moderator, number)
            tried[what] += 1
        except Refusal:
            refused += 1
        assert (what, discrepancies(), open_cases.discrepancies(), held()) == (what, [], [], counted())
    # The walk was not idle: each act was tried, the table refused some, and readers see some of it.
    assert set(tried) == set(WALK)
    assert refused > 5
    assert Comment.objects.public().filter(root__isnull=False).count() > 0


POSTS, DECISIONS = ("post", "post", "answer", "answer"), ("approve", "approve", "reject", "spam", "return")
PROTESTS = ("report", "report", "object")
WALK = (*POSTS, *DECISIONS, *PROTESTS, "edit", "edit", "withdraw", "undo", "undo", "confirm")
BY_AUTHORS: dict[str, Callable[[Comment], Any]] = {
    "withdraw": lambda comment: posting.withdraw(comment, saw=comment.seen),
    "confirm": posting.confirm_address,
}
STATUSES = {
    "approve": Status.APPROVED,
    "reject": Status.REJECTED,
    "spam": Status.SPAM,
    "return": Status.RETURNED,
}


def held() -> tuple[dict[int, int], dict[int, int]]:
    """The stored counts that are not 0: of each conversation and of each comment's answers."""
    threads = Thread.objects.filter(public_count__gt=0).values_list("pk", "public_count")
    tops = Comment.objects.filter(answer_count__gt=0).values_list("pk", "answer_count")
    return dict(threads), dict(tops)


def counted() -> tuple[dict[int, int], dict[int, int]]:
    """The same, counted by the database."""
    public = Comment.objects.public().order_by()
    threads = public.values_list("thread_id").annotate(total=Count("pk"))
    tops = public.filter(root__isnull=False).values_list("root_id").annotate(total=Count("pk"))
    return dict(threads), dict(tops)


def act(what: str, chance: random.Random, editions: list[Edition], moderator: User, number: int) -> None:
    """One verb on a randomly chosen comment; a new comment if there is none."""
    comments = list(Comment.objects.order_by("pk"))
    if what == "post" or not comments:
        email = chance.choice(["", "ann@example.org", "ben@example.org"])
        factories.pending(chance.choice(editions), name=f"Reader {chance.randrange(5)}", email=email)
        return
    comment = chance.choice(comments)
    if what in {"report", "object"}:
        protest(what, chance, comments, number)
    elif what == "answer":
        if parents := [one for one in comments if one.is_public]:
            parent = chance.choice(parents)
            (story,) = [edition for edition in editions if edition.article_id == parent.thread_id]
            factories.pending(story, parent=parent)
    elif what == "edit":
        posting.edit(comment, body=f"{GOOD_TEXT} Thought {number}.", saw=comment.seen, address=factories.address())
    elif what in BY_AUTHORS:
        BY_AUTHORS[what](comment)
    elif what == "undo":
        moderation.undo(comment.decisions.order_by("pk").last(), by=moderator)
    else:
        factories.decided(comment, STATUSES[what], by=moderator)


def protest(what: str, chance: random.Random, comments: list[Comment], number: int) -> None:
    """A reader reports a public comment, or an author objects to a rejected one, if there is any."""
    public = [one for one in comments if one.is_public]
    rejected = [one for one in comments if one.status == Status.REJECTED]
    if what == "report" and public:
        complaint = Complaint(chance.choice(["hate", "illegal"]))
        network = factories.address(f"192.0.2.{chance.randrange(1, 250)}")
        reporting.report(chance.choice(public), complaint, address=network)
    elif what == "object" and rejected:
        comment = chance.choice(rejected)
        saw = moderation.seen_of(comment, list(comment.decisions.order_by("pk")))
        moderation.object_to(comment, words=f"No, {number} times.", saw=saw)


def test_a_gap_in_the_ledger_is_not_healed_by_what_comes_after_it(edition: Edition) -> None:
    comment = factories.pending(edition)
    for to in (Status.APPROVED, Status.SPAM, Status.APPROVED):
        factories.decided(comment, to)
    missing = comment.decisions.order_by("pk")[1].pk
    with protection.lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM comments_decision WHERE id = %s", [missing])
    (found,) = discrepancies()
    assert found.startswith(f"comment {comment.public_id}: ")
