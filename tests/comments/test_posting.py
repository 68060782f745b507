"""What an author does: post, edit, confirm an address, withdraw."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import conversations, policy, posting
from comments.models import Comment, Commenter, Decision, Network, Notice, Revision, Thread
from comments.posting import Closed, Draft, TooFast
from comments.states import Actor, Status
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories
from tests.factories import GOOD_TEXT, address

ROWS: tuple[type[Model], ...] = (Comment, Revision, Decision, Thread, Notice)


def rows() -> list[int]:
    return [model._default_manager.count() for model in ROWS]


def post(edition: Edition, sent_from: str = "203.0.113.7", **draft: Any) -> Comment:
    return posting.post(edition, Draft(**{"name": "Ann", "body": GOOD_TEXT, **draft}), address=address(sent_from))


def edit(comment: Comment, body: str = f"{GOOD_TEXT} Or so.", **how: Any) -> Comment:
    return posting.edit(comment, **{"body": body, "saw": comment.seen, "address": address(), **how})


def rules(comment: Comment) -> list[str]:
    """What the rules found when they last looked."""
    decision = comment.decisions.filter(actor=Actor.RULE).order_by("-pk")[0]
    return [found["rule"] for found in decision.findings]


def flood(edition: Edition, number: int, sent_from: str = "203.0.113.7") -> None:
    """So many different comments from one network, one a second before now."""
    for n in range(number):
        post(edition, sent_from, name=f"Pupil {n}", body=f"{GOOD_TEXT} I am number {n}.")


# --- Posting --------------------------------------------------------------------------------------------------------


def test_a_comment_waits_with_its_text_its_edition_and_the_reason_it_is_held(
    clock: Traveller, edition: Edition
) -> None:
    comment = post(edition)
    assert (comment.name, comment.email, comment.commenter, comment.status) == ("Ann", "", None, Status.PENDING)
    assert (comment.posted_at, comment.parent, comment.root, comment.public_revision) == (
        timezone.now(),
        None,
        None,
        None,
    )
    revision = comment.revisions.get()
    assert (revision.number, revision.body, revision.edition) == (1, GOOD_TEXT, edition)
    decision = comment.decisions.get()
    assert (decision.from_status, decision.to_status, decision.actor, decision.by) == ("", "pending", "rule", None)
    assert decision.findings == [{"rule": "first_time_author", "detail": ""}]
    assert rows() == [1, 1, 1, 1, 0]


def test_a_public_id_is_random_and_twelve_characters_long(edition: Edition) -> None:
    ids = {factories.pending(edition).public_id for _ in range(5)}
    assert len(ids) == 5
    assert {len(public_id) for public_id in ids} == {12}


def test_a_pending_comment_counts_nowhere(edition: Edition) -> None:
    comment = post(edition)
    post(edition, name="Ben", parent=factories.approved(edition))
    assert Thread.objects.get().public_count == 1
    assert list(Comment.objects.filter(answer_count__gt=0)) == []
    assert comment not in Comment.objects.public()


def test_answers_hang_under_the_top_comment_whatever_their_depth(edition: Edition) -> None:
    top = factories.approved(edition)
    answer = factories.approved(edition, parent=top)
    deeper = factories.approved(edition, parent=answer)
    assert (answer.parent, answer.root) == (top, top)
    assert (deeper.parent, deeper.root) == (answer, top)


@pytest.mark.parametrize(("number", "read"), [(None, 2), (1, 1), (2, 2), (3, 2), (99, 2)])
def test_the_edition_that_was_read_is_kept_if_it_was_ever_public(
    clock: Traveller, edition: Edition, number: int | None, read: int
) -> None:
    clock.shift(60)
    present = factories.updated(edition)
    factories.updated(present, at=timezone.now() + timedelta(days=1))
    assert post(present, edition_number=number).revisions.get().edition.number == read


def test_what_the_rules_find_is_written_in_the_ledger(edition: Edition) -> None:
    factories.rule("europe")
    post(edition)
    assert rules(post(edition, name="Ben", trap_filled=True)) == [
        "trap_filled",
        "same_text_again",
        "listed_words",
        "first_time_author",
    ]


def test_a_comment_on_a_story_that_is_gone_is_refused_and_nothing_written(edition: Edition) -> None:
    story = Article.objects.get()
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    edition.refresh_from_db()
    with pytest.raises(Closed):
        post(edition)
    assert rows() == [0, 0, 0, 0, 0]


def test_a_comment_is_taken_whose_edition_ends_while_it_is_sent_because_the_next_one_begins(edition: Edition) -> None:
    factories.updated(edition)
    edition.refresh_from_db()
    assert (edition.is_live, post(edition).status) == (False, Status.PENDING)


def test_a_closed_conversation_takes_nothing(edition: Edition) -> None:
    factories.approved(edition)
    before = rows()
    conversations.close(Thread.objects.get(), by=factories.user("moderators"))
    with pytest.raises(Closed, match="closed"):
        post(edition)
    assert rows() == before


# --- Repeats --------------------------------------------------------------------------------------------------------


def test_a_double_click_is_one_comment(clock: Traveller, edition: Edition) -> None:
    first = post(edition, email="ann@example.org")
    before = rows()
    clock.shift(policy.REPEAT_WINDOW - timedelta(microseconds=1))
    assert post(edition, email="ann@example.org") == first
    assert rows() == before


def test_the_same_a_minute_later_is_a_comment_of_its_own_and_held_as_a_copy(clock: Traveller, edition: Edition) -> None:
    first = post(edition)
    clock.shift(policy.REPEAT_WINDOW)
    second = post(edition)
    assert second != first
    assert rules(second) == ["same_text_again", "first_time_author"]


@pytest.mark.parametrize(
    "other",
    [{"name": "Ben"}, {"email": "ann@example.org"}, {"body": f"{GOOD_TEXT}!"}, {"sent_from": "203.0.113.8"}],
    ids=lambda other: next(iter(other)),
)
def test_whatever_differs_makes_it_a_comment_of_its_own(
    clock: Traveller, edition: Edition, other: dict[str, str]
) -> None:
    assert post(edition) != post(edition, **other)


def test_the_same_words_as_an_answer_or_on_another_story_are_comments_of_their_own(
    clock: Traveller, edition: Edition
) -> None:
    parent = factories.approved(edition)
    first, answer, elsewhere = post(edition), post(edition, parent=parent), post(factories.live())
    assert len({first.pk, answer.pk, elsewhere.pk}) == 3
    assert post(edition, parent=parent) == answer


def test_a_text_that_was_edited_since_is_not_repeated_by_its_new_words(clock: Traveller, edition: Edition) -> None:
    comment = post(edition)
    edit(comment, body=f"{GOOD_TEXT} Or so.")
    assert post(edition, body=f"{GOOD_TEXT} Or so.") != comment
    assert post(edition) == comment


def test_a_repeat_is_recognised_before_any_limit_counts(clock: Traveller, edition: Edition) -> None:
    first = post(edition)
    flood(edition, policy.BURST - 1)
    assert post(edition) == first


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_a_class_of_thirty_comments_within_ten_minutes_and_half_of_it_twice(clock: Traveller, edition: Edition) -> None:
    for n in range(45):
        post(edition, name=f"Pupil {n % 30}", body=f"{GOOD_TEXT} This is thought number {n}.")
        clock.shift(13)
    assert Comment.objects.count() == 45


def test_one_more_than_a_burst_is_told_how_long_to_wait_and_nothing_is_written(
    clock: Traveller, edition: Edition
) -> None:
    post(edition)
    clock.shift(60)
    flood(edition, policy.BURST - 1)
    before = rows()
    with pytest.raises(TooFast) as refused:
        post(edition, name="Late")
    assert refused.value.retry_after == policy.BURST_WINDOW - timedelta(seconds=60)
    assert rows() == before
    clock.shift(refused.value.retry_after)
    assert post(edition, name="Late").name == "Late"


def test_what_was_refused_does_not_count(clock: Traveller, edition: Edition) -> None:
    flood(edition, policy.BURST)
    for _ in range(5):
        with pytest.raises(TooFast):
            post(edition, name="Late")
    clock.shift(policy.BURST_WINDOW)
    flood(edition, policy.HOURLY - policy.BURST)
    assert Comment.objects.count() == policy.HOURLY


def test_the_hour_has_a_limit_beyond_the_burst(clock: Traveller, edition: Edition) -> None:
    flood(edition, policy.BURST)
    clock.shift(policy.BURST_WINDOW * 2)
    flood(edition, policy.HOURLY - policy.BURST)
    clock.shift(policy.BURST_WINDOW)
    with pytest.raises(TooFast) as refused:
        post(edition, name="Late")
    assert refused.value.retry_after == timedelta(minutes=30)
    clock.shift(timedelta(minutes=30))
    assert post(edition, name="Late").name == "Late"


def test_a_limit_is_that_of_one_network_alone_and_an_ipv6_customer_is_one(clock: Traveller, edition: Edition) -> None:
    flood(edition, policy.BURST, sent_from="2001:db8:0:1::1")
    with pytest.raises(TooFast):
        post(edition, "2001:db8:0:1:abcd::9")
    assert post(edition, "2001:db8:0:2::1").status == Status.PENDING
    assert Network.objects.count() == 2


def test_edits_count_as_much_as_comments(clock: Traveller, edition: Edition) -> None:
    comment = post(edition)
    for n in range(policy.BURST - 1):
        edit(comment, body=f"{GOOD_TEXT} Or {n}.")
    with pytest.raises(TooFast):
        edit(comment)
    assert comment.revisions.count() == policy.BURST


# --- Dated back -----------------------------------------------------------------------------------------------------


def test_an_archive_dates_its_comments_back_and_has_no_network(clock: Traveller, edition: Edition) -> None:
    at = timezone.now() - timedelta(days=400)
    comment = posting.post_dated_back(edition, Draft("Ann", GOOD_TEXT), by=factories.archivist(), at=at)
    revision, decision = comment.revisions.get(), comment.decisions.get()
    assert [comment.posted_at, revision.created_at, decision.at] == [at, at, at]
    assert (revision.network, Network.objects.count()) == ("", 0)


def test_nobody_else_dates_comments_back(edition: Edition) -> None:
    for role in ("writers", "editors", "moderators"):
        with pytest.raises(NotPermitted):
            posting.post_dated_back(edition, Draft("Ann", GOOD_TEXT), by=factories.user(role), at=timezone.now())
    assert rows() == [0, 0, 0, 0, 0]


def test_an_answer_is_never_dated_before_what_it_answers(clock: Traveller, edition: Edition) -> None:
    parent = factories.approved(edition)
    with pytest.raises(Refusal):
        factories.pending(edition, parent=parent, at=parent.posted_at)
    later = factories.pending(edition, parent=parent, at=parent.posted_at + timedelta(microseconds=1))
    assert later.root == parent


# --- Editing --------------------------------------------------------------------------------------------------------


def test_an_edit_is_a_new_revision_that_the_rules_look_at(clock: Traveller, edition: Edition) -> None:
    comment = post(edition)
    clock.shift(30)
    edit(comment, body="x" * 60)
    assert (comment.status, comment.revision_number) == (Status.PENDING, 2)
    assert list(comment.revisions.values_list("number", "body")) == [(1, GOOD_TEXT), (2, "x" * 60)]
    newest = comment.revisions.get(number=2)
    assert (newest.created_at, newest.edition) == (timezone.now(), edition)
    steps = [(d.from_status, d.to_status, d.actor, d.revision.number) for d in comment.decisions.order_by("pk")]
    assert steps == [
        ("", "pending", "rule", 1),
        ("pending", "pending", "author", 2),
        ("pending", "pending", "rule", 2),
    ]


def test_an_edit_of_a_public_comment_leaves_the_decided_words_up(edition: Edition) -> None:
    comment = factories.approved(edition)
    decided = comment.public_revision
    edit(comment)
    assert (comment.status, comment.public_revision) == (Status.PENDING, decided)
    assert Thread.objects.get().public_count == 1


def test_an_edit_of_a_returned_comment_puts_it_back_in_the_queue(edition: Edition) -> None:
    comment = factories.decided(post(edition), Status.RETURNED)
    edit(comment)
    assert (comment.status, comment.public_revision) == (Status.PENDING, None)


@pytest.mark.parametrize("state", [Status.REJECTED, Status.SPAM])
def test_what_was_turned_down_cannot_be_edited(edition: Edition, state: Status) -> None:
    comment = factories.decided(post(edition), state)
    with pytest.raises(Closed):
        edit(comment)
    assert comment.revisions.count() == 1


def test_nothing_is_edited_once_the_conversation_is_closed(edition: Edition) -> None:
    comment = post(edition)
    conversations.close(comment.thread, by=factories.user("moderators"))
    with pytest.raises(Closed):
        edit(Comment.objects.get())
    assert Revision.objects.count() == 1


def test_an_edit_of_what_was_decided_meanwhile_is_refused_and_names_nobody(edition: Edition) -> None:
    comment = post(edition)
    saw = comment.seen
    factories.decided(comment, Status.APPROVED, by=factories.user("moderators", username="mona"))
    with pytest.raises(Stale) as refused:
        edit(comment, saw=saw)
    assert "mona" not in refused.value.words
    assert refused.value.words.startswith("Your comment has changed since this page was shown to you.")
    assert comment.revisions.count() == 1


def test_an_edit_by_a_trusted_author_is_up_at_once(edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    known = post(edition, email="ann@example.org")
    posting.confirm_address(known)
    factories.decided(known, Status.APPROVED)
    comment = post(edition, body=f"{GOOD_TEXT} And more.", email="ann@example.org")
    posting.confirm_address(comment)
    edit(comment, body=f"{GOOD_TEXT} And much more.")
    assert (comment.status, comment.public_revision.body) == (Status.APPROVED, f"{GOOD_TEXT} And much more.")


# --- Confirming an address ------------------------------------------------------------------------------------------


def test_an_address_counts_for_nothing_until_it_is_confirmed(edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    known = post(edition, email="ann@example.org")
    posting.confirm_address(known)
    factories.decided(known, Status.APPROVED)
    pretender = post(edition, body=f"{GOOD_TEXT} Believe me.", email="ann@example.org")
    assert (pretender.commenter, pretender.status, rules(pretender)) == (None, Status.PENDING, ["first_time_author"])


def test_confirming_runs_triage_again(clock: Traveller, edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    known = post(edition, email="ann@example.org")
    assert posting.confirm_address(known)
    assert (known.status, rules(known), known.commenter.confirmed_at) == (
        Status.PENDING,
        ["first_time_author"],
        timezone.now(),
    )
    factories.decided(known, Status.APPROVED)
    comment = post(edition, body=f"{GOOD_TEXT} And more.", email="Ann@Example.org")
    assert posting.confirm_address(comment)
    assert (comment.status, rules(comment), comment.commenter) == (Status.APPROVED, ["trusted_author"], known.commenter)
    assert Commenter.objects.get().email == "ann@example.org"


def test_a_second_click_changes_nothing(edition: Edition) -> None:
    comment = post(edition, email="ann@example.org")
    assert posting.confirm_address(comment)
    before = rows()
    assert not posting.confirm_address(comment)
    assert rows() == before


def test_a_comment_without_an_address_has_nothing_to_confirm(edition: Edition) -> None:
    assert not posting.confirm_address(post(edition))
    assert Commenter.objects.count() == 0


def test_confirming_after_the_decision_leaves_the_decision_alone(edition: Edition) -> None:
    comment = factories.decided(post(edition, email="ann@example.org"), Status.REJECTED)
    before = comment.decisions.count()
    assert posting.confirm_address(comment)
    assert (comment.status, comment.decisions.count()) == (Status.REJECTED, before)


# --- Withdrawing ----------------------------------------------------------------------------------------------------


def test_an_author_takes_a_comment_back(edition: Edition) -> None:
    comment = factories.approved(edition)
    posting.withdraw(comment, saw=comment.seen)
    assert (comment.status, comment.public_revision) == (Status.WITHDRAWN, None)
    assert Thread.objects.get().public_count == 0
    with pytest.raises(Refusal):
        posting.withdraw(comment, saw=comment.seen)
