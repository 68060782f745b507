"""A comment's risk and its place in the queue, after each step that the ledger knows."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, policy, posting
from comments.models import Comment
from comments.states import Status
from comments.triage import Finding, risk_of
from tests import factories
from tests.factories import GOOD_TEXT

LINKS = "https://a.example/1 https://a.example/2 https://a.example/3"
WORTH = policy.RISK_IS_WORTH


def place(comment: Comment) -> tuple[int, datetime | None]:
    comment.refresh_from_db()
    return comment.risk, comment.queued_at


def test_a_new_comment_waits_from_when_it_came_and_earlier_by_its_risk(clock: Traveller, edition: Edition) -> None:
    now = timezone.now()
    assert place(factories.pending(edition)) == (1, now - WORTH)
    assert place(factories.pending(edition, body=f"{GOOD_TEXT} {LINKS}")) == (4, now - 4 * WORTH)


def test_risk_is_the_sum_of_what_was_found_up_to_the_most() -> None:
    assert risk_of([]) == 0
    assert risk_of([Finding("shouting"), Finding("listed_words")]) == 6
    assert risk_of([Finding("a rule that is new")]) == policy.RISK_OF_OTHERS
    assert risk_of([Finding("listed_words")] * 9) == policy.RISK_MOST


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED])
def test_what_is_decided_has_no_place_and_undo_gives_the_old_one_back(
    clock: Traveller, edition: Edition, status: Status
) -> None:
    comment = factories.pending(edition, body=f"{GOOD_TEXT} {LINKS}")
    before = place(comment)
    clock.shift(timedelta(hours=3))
    factories.decided(comment, status)
    assert place(comment) == (4, None)
    clock.shift(timedelta(hours=3))
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    assert place(comment) == before


def test_what_its_author_has_changed_waits_from_then_on_with_the_risk_of_the_new_text(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition, body=f"{GOOD_TEXT} {LINKS}")
    clock.shift(timedelta(hours=3))
    posting.edit(comment, body=f"{GOOD_TEXT} Without.", saw=comment.seen, address=factories.address())
    assert place(comment) == (1, timezone.now() - WORTH)


def test_undo_gives_back_the_place_of_what_its_author_had_changed_while_it_waited(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition)
    clock.shift(timedelta(hours=3))
    posting.edit(comment, body=f"{GOOD_TEXT} Changed.", saw=comment.seen, address=factories.address())
    before = place(comment)
    clock.shift(timedelta(hours=1))
    factories.decided(comment, Status.SPAM)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    moderation.undo(latest, by=factories.user("moderators"))
    assert place(comment) == before


def test_a_second_look_by_the_rules_changes_the_risk_and_not_since_when_it_waits(
    clock: Traveller, edition: Edition
) -> None:
    came = timezone.now()
    first = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(first)
    factories.decided(first, Status.APPROVED)
    comment = factories.pending(edition, email="ann@example.org")
    clock.shift(timedelta(hours=1))
    posting.confirm_address(comment)
    assert place(comment) == (0, came)
    assert comment.waiting_since == came


def test_a_withdrawn_comment_has_no_place(edition: Edition) -> None:
    comment = factories.pending(edition)
    posting.withdraw(comment, saw=comment.seen)
    assert place(comment)[1] is None


def test_the_database_refuses_a_place_for_what_does_not_wait_and_none_for_what_does(edition: Edition) -> None:
    waiting, approved = factories.pending(edition), factories.approved(edition)
    for comment, place_ in ((waiting, None), (approved, timezone.now())):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(queued_at=place_)
