"""Bulk acts: one batch, each comment independently, a constant number of queries, and one undo for all of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import moderation, policy, posting
from comments.models import Batch, Comment, Decision, Thread
from comments.moderation import Outcome
from comments.replay import discrepancies
from comments.states import Status
from newsportal.refusal import NotPermitted, Refusal
from tests import factories
from tests.comments.reading import read, words

DESK = "/admin/comments/comment/"


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")


def approve(comments: list[Comment], by: User, **how: object) -> list[Outcome]:
    given = {"saw": {one.pk: one.seen for one in comments}, **how}
    return moderation.decide_all(comments, to=Status.APPROVED, by=by, **given)  # type: ignore[arg-type]


def states() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def known(edition: Edition, number: int, **draft: object) -> list[Comment]:
    made = [factories.pending(edition, email=f"reader{n}@example.org", **draft) for n in range(number)]  # type: ignore[arg-type]
    for comment in made:
        posting.confirm_address(comment)
    return made


def test_answers_and_what_they_answer_are_counted_in_every_thread(edition: Edition, moderator: User) -> None:
    top, other = factories.approved(edition), factories.pending(factories.live())
    answers = [factories.pending(edition, parent=top) for _ in range(3)]
    done = approve([*answers, other], moderator)
    assert [outcome.refusal for outcome in done] == [None] * 4
    top.refresh_from_db()
    counts = Thread.objects.order_by("pk").values_list("public_count", flat=True)
    assert (top.answer_count, list(counts), discrepancies()) == (3, [4, 1], [])
    assert Decision.objects.filter(batch=Batch.objects.get()).count() == 4


def test_each_is_decided_or_refused_by_itself_and_says_so(edition: Edition, moderator: User) -> None:
    one, two, three = (factories.pending(edition) for _ in range(3))
    gone = Comment(pk=987654, name="Gone")
    factories.decided(two, Status.SPAM, by=moderator)
    saw = {one.pk: "pending.1", two.pk: "pending.1", gone.pk: "pending.1"}
    outcomes = {each.comment.pk: each for each in approve([one, two, three, gone], moderator, saw=saw)}
    assert outcomes[one.pk].decision is not None
    said = {pk: each.refusal.words for pk, each in outcomes.items() if each.refusal}
    assert said == {
        two.pk: "Decided already: marked as spam by Mona Lind, 0 seconds ago. Nothing was overwritten.",
        three.pk: "The page did not say what it showed of this comment. Nothing was decided; open the desk again.",
        gone.pk: "This comment is no longer here.",
    }
    assert states() == [Status.APPROVED, Status.SPAM, Status.PENDING]


def test_where_nothing_is_decided_there_is_no_batch(edition: Edition, moderator: User) -> None:
    approve([factories.pending(edition)], moderator, saw={})
    assert Batch.objects.count() == 0


def test_thirty_cost_as_many_queries_as_three_and_one_at_most_twelve(edition: Edition, moderator: User) -> None:
    top = factories.approved(edition)

    def cost(number: int) -> int:
        comments = known(edition, number, parent=top)
        by = User.objects.get(pk=moderator.pk)
        with CaptureQueriesContext(connection) as asked:
            approve(comments, by)
        return len(asked)

    assert cost(3) == cost(30)
    (comment,) = known(edition, 1, parent=top)
    by = User.objects.get(pk=moderator.pk)
    with CaptureQueriesContext(connection) as asked:
        moderation.decide(comment, to=Status.APPROVED, by=by, saw=comment.seen, explanation="Good.")
    # The most that there can be to write: an answer by a known author, with words. Beginning and end of the transaction
    # are not queries.
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 12


def test_too_many_at_once_are_refused(edition: Edition, moderator: User) -> None:
    many = [Comment(pk=pk) for pk in range(policy.BATCH_COMMENTS + 1)]
    with pytest.raises(Refusal, match=r"At most 1000 comments are decided at once\."):
        moderation.decide_all(many, to=Status.SPAM, by=moderator, saw={})


def test_who_lost_the_right_meanwhile_decides_nothing(edition: Edition, moderator: User) -> None:
    comment = factories.pending(edition)
    moderator.groups.clear()
    moderator = User.objects.get(pk=moderator.pk)
    with pytest.raises(NotPermitted):
        approve([comment], moderator)
    assert states() == [Status.PENDING]


def test_who_lost_the_right_in_mid_session_is_told_so_at_the_desk(
    edition: Edition, moderator: User, sign_in: Callable[..., Client]
) -> None:
    comment, desk = factories.pending(edition), sign_in(user=moderator)
    assert desk.get(DESK).status_code == 200
    moderator.groups.clear()
    for data in ({"decide": f"approve:{comment.pk}"}, {"action": "approve", "_selected_action": [comment.pk]}):
        assert desk.post(DESK, data | {f"saw-{comment.pk}": comment.seen}).status_code == 403
    assert desk.post(f"{DESK}{comment.pk}/answer/", {"body": "Thanks."}).status_code == 403
    assert states() == [Status.PENDING]


# --- Undo -----------------------------------------------------------------------------------------------------------


def test_a_batch_is_undone_and_what_was_built_upon_says_why_not(
    clock: Traveller, edition: Edition, moderator: User
) -> None:
    comments = [factories.pending(edition) for _ in range(3)]
    approve(comments, moderator)
    factories.decided(Comment.objects.get(pk=comments[1].pk), Status.SPAM, by=moderator)
    outcomes = moderation.undo_batch(Batch.objects.get(), by=factories.user("moderators"))
    assert [one.refusal.words if one.refusal else "" for one in outcomes] == [
        "",
        "Decided already: marked as spam by Mona Lind, 0 seconds ago. Nothing was overwritten.",
        "",
    ]
    assert (states(), Thread.objects.get().public_count) == ([Status.PENDING, Status.SPAM, Status.PENDING], 0)
    assert discrepancies() == []
    again = moderation.undo_batch(Batch.objects.get(), by=moderator)
    assert again[0].refusal is not None
    assert again[0].refusal.words == "This decision was taken back already."


def test_after_a_day_a_batch_is_no_longer_undone(clock: Traveller, edition: Edition, moderator: User) -> None:
    approve([factories.pending(edition)], moderator)
    clock.shift(policy.BATCH_UNDO_WINDOW + timedelta(seconds=1))
    with pytest.raises(Refusal, match="can be undone for 24 hours"):
        moderation.undo_batch(Batch.objects.get(), by=moderator)
    clock.shift(-1)
    assert moderation.undo_batch(Batch.objects.get(), by=moderator)[0].back is not None


def test_a_batch_is_undone_in_slices_and_what_each_comment_costs_more_is_its_own_row(
    edition: Edition, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = factories.approved(edition)

    def cost(number: int) -> tuple[int, int]:
        comments = known(edition, number, parent=top)
        approve(comments, moderator)
        by = User.objects.get(pk=moderator.pk)
        with CaptureQueriesContext(connection) as asked:
            outcomes = moderation.undo_batch(Batch.objects.latest("pk"), by=by)
        assert [one.back is not None for one in outcomes] == [True] * number
        sql = [query["sql"] for query in asked]
        return len(sql), sum(one.startswith("SAVEPOINT") for one in sql)

    three, ten = cost(3), cost(10)
    assert (ten[0] - three[0], three[1], ten[1]) == (7, 1, 1)
    monkeypatch.setattr(policy, "UNDONE_TOGETHER", 4)
    assert cost(10)[1] == 3
    assert (set(states()), Thread.objects.get().public_count) == ({Status.APPROVED, Status.PENDING}, 1)
    assert discrepancies() == []


def test_of_two_decisions_on_one_comment_that_are_undone_together_the_later_one_is(
    edition: Edition, moderator: User
) -> None:
    comment = factories.pending(edition)
    first = moderation.decide(comment, to=Status.APPROVED, by=moderator, saw=comment.seen)
    second = moderation.decide(comment, to=Status.SPAM, by=moderator, saw=comment.seen)
    one, two = moderation.undo_all([first, second], by=moderator)
    assert one.refusal is not None
    assert one.refusal.words == "Decided already: marked as spam by Mona Lind, 0 seconds ago. Nothing was overwritten."
    assert two.back is not None
    assert (states(), discrepancies()) == ([Status.APPROVED], [])


@pytest.mark.parametrize("batch", ["", "x", "0", "9" * 18, "9" * 40, "\x00"])
def test_a_forged_batch_undoes_nothing(
    edition: Edition, moderator: User, sign_in: Callable[..., Client], batch: str
) -> None:
    approve([factories.pending(edition)], moderator)
    assert sign_in(user=moderator).post(f"{DESK}undo/", {"batch": batch}).status_code == 302
    assert states() == [Status.APPROVED]


# --- Bad input ------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_leaves_the_ledger_in_order(
    clock: Traveller, edition: Edition, moderator: User
) -> None:
    comment = factories.approved(edition)
    clock.shift(-3600)
    decision = moderation.decide(comment, to=Status.SPAM, by=moderator, saw=comment.seen)
    with pytest.raises(Refusal, match="Decided already: marked as spam by Mona Lind, 0 seconds ago"):
        moderation.decide(comment, to=Status.APPROVED, by=moderator, saw="approved.1")
    clock.shift(-3600)
    with pytest.raises(Refusal, match="by Mona Lind, 0 seconds ago"):
        moderation.decide(comment, to=Status.APPROVED, by=moderator, saw="approved.1")
    moderation.undo(decision, by=moderator)
    assert [row.to_status for row in comment.decisions.order_by("pk")] == ["pending", "approved", "spam", "approved"]
    assert discrepancies() == []


def test_a_decision_in_a_story_that_was_withdrawn_meanwhile_stands_and_shows_nothing(
    edition: Edition, moderator: User
) -> None:
    comment = factories.pending(edition)
    story = Article.objects.get(pk=edition.article_id)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    approve([comment], moderator)
    assert (states(), discrepancies()) == ([Status.APPROVED], [])
    assert Client().get(comment.get_absolute_url()).status_code == 404


def test_the_desk_says_that_a_chosen_comment_is_no_longer_here(
    edition: Edition, moderator: User, sign_in: Callable[..., Client]
) -> None:
    factories.pending(edition)
    page = read(sign_in(user=moderator).post(DESK, {"decide": "approve:987654", "saw-987654": "pending.1"}))
    assert [words(one) for one in page.one("ul", class_="messagelist").all("li")] == ["1 comment is no longer here."]
