"""What a rehearsal counts: comments decided within thirty days, by their newest words, and what moderators approved."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import policy, posting
from comments.models import Comment
from comments.rules.rehearsal import Rehearsal, rehearse
from comments.states import Status
from comments.wording import parse
from tests import factories
from tests.factories import GOOD_TEXT


def rehearsed(*lines: str) -> Rehearsal:
    return rehearse({n: parse(line) for n, line in enumerate(lines)}, now=timezone.now())


def body(words: str) -> str:
    return f"{GOOD_TEXT} And so I say: {words}"


def test_what_would_have_been_caught_and_what_of_it_was_approved(edition: Edition) -> None:
    for status in (Status.APPROVED, Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED):
        factories.decided(factories.pending(edition, body=body(f"Casino {status.value}")), status)
    factories.approved(edition, body=body("pills"))
    factories.approved(edition)
    factories.pending(edition, body=body("casino, but nobody has decided"))
    done = rehearsed("casino", "pills", "nothing")
    assert (done.looked_at, done.caught_in_all, done.approved_in_all) == (7, 6, 3)
    assert [done.figures(n) for n in range(3)] == [
        {"looked_at": 7, "caught": 5, "approved": 2},
        {"looked_at": 7, "caught": 1, "approved": 1},
        {"looked_at": 7, "caught": 0, "approved": 0},
    ]


def test_the_newest_words_of_a_comment_count(edition: Edition) -> None:
    comment = factories.approved(edition, body=body("casino"))
    posting.edit(comment, body=body("nothing"), saw=comment.seen, address=factories.address())
    factories.decided(Comment.objects.get(), Status.APPROVED)
    assert (rehearsed("casino").caught_in_all, rehearsed("nothing").caught_in_all) == (0, 1)


def test_what_no_moderator_approved_is_caught_and_not_counted_as_theirs(edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    posting.confirm_address(factories.approved(edition, email="ann@example.org"))
    trusted = factories.pending(edition, email="ann@example.org", body=body("casino"))
    posting.confirm_address(trusted)
    assert trusted.status == Status.APPROVED
    done = rehearsed("casino")
    assert (done.caught_in_all, done.approved_in_all) == (1, 0)


def test_what_is_older_than_a_month_is_no_part_of_it(clock: Traveller, edition: Edition) -> None:
    factories.approved(edition, body=body("casino"))
    clock.shift(policy.REHEARSED - timedelta(seconds=1))
    assert rehearsed("casino").looked_at == 1
    clock.shift(1)
    assert rehearsed("casino").looked_at == 0


def test_the_newest_ten_are_shown_with_their_words_marked(edition: Edition, monkeypatch: Any) -> None:
    monkeypatch.setattr("comments.rules.rehearsal._CHUNK", 2)
    now = timezone.now()
    for n in range(12):
        factories.pending(edition, name=f"Reader {n}", body=body(f"the casino {n}"), at=now - timedelta(hours=n))
    for n, comment in enumerate(Comment.objects.order_by("-posted_at")):
        factories.decided(comment, Status.SPAM if n % 2 else Status.APPROVED)
    done = rehearsed("*asino")
    assert done.caught_in_all == 12
    assert [example.name for example in done.examples] == [f"Reader {n}" for n in range(10)]
    first = done.examples[0]
    assert "".join(text for text, _found in first.pieces) == body("the casino 0")
    assert [text for text, found in first.pieces if found] == ["casino"]
    done = rehearsed("and so", "so i")
    assert [text for text, found in done.examples[0].pieces if found] == ["And so"]


def test_of_a_long_text_the_part_around_the_words_is_shown(edition: Edition) -> None:
    factories.approved(edition, body=f"{'Before. ' * 60}casino {'After. ' * 60}")
    (example,) = rehearsed("casino").examples
    text = "".join(text for text, _found in example.pieces)
    assert (text[0], text[-1], "casino" in text, len(text) < 400) == ("…", "…", True, True)


def test_of_a_busy_month_the_newest_are_read(edition: Edition, monkeypatch: Any) -> None:
    monkeypatch.setattr("comments.policy.REHEARSED_COMMENTS", 3)
    monkeypatch.setattr("comments.rules.rehearsal._CHUNK", 2)
    for _n in range(5):
        factories.approved(edition)
    assert rehearsed("casino").looked_at == 3
