"""The only writer of a comment's status: what is allowed, what is refused, what is counted, what is taken back."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, policy, posting
from comments.models import Comment, Decision, DecisionWords, Revision, Thread
from comments.states import Actor, Reason, Status
from comments.text import fingerprint
from comments.triage import Finding, Verdict
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories
from tests.comments.test_states import STEPS
from tests.factories import GOOD_TEXT

AUTHOR = pytest.mark.parametrize("before", list(Status))


def in_state(edition: Edition, status: Status, **draft: Any) -> Comment:
    comment = factories.pending(edition, **draft)
    if status is Status.WITHDRAWN:
        posting.withdraw(comment, saw=comment.seen)
    elif status is not Status.PENDING:
        factories.decided(comment, status)
    return comment


def decide(comment: Comment, to: Status, **how: Any) -> Decision:
    with_words = {"reason": "offensive", "explanation": "Say it politely."}
    return moderation.decide(
        comment, **{"to": to, "by": factories.user("moderators"), "saw": comment.seen, **with_words, **how}
    )


def counts(edition: Edition) -> tuple[int, int]:
    """The numbers of the ledger's rows and of the comments that readers see."""
    thread = Thread.objects.filter(pk=edition.article_id).first()
    return Decision.objects.count(), thread.public_count if thread else 0


def attempt(edition: Edition, before: Status, actor: Actor, to: Status, act: Callable[[Comment], object]) -> None:
    """Either the step is in the table and is taken, or it is refused and nothing has changed."""
    comment = in_state(edition, before)
    was_public = comment.is_public
    ledger, public = counts(edition)
    if f"{before.value}>{to.value}" not in STEPS[actor.value].split():
        with pytest.raises(Refusal, match="cannot become"):
            act(comment)
        comment.refresh_from_db()
        assert (comment.status, comment.is_public, counts(edition)) == (before, was_public, (ledger, public))
        return
    act(comment)
    comment.refresh_from_db()
    shown = to is Status.APPROVED or (to is Status.PENDING and was_public)
    assert (comment.status, comment.is_public) == (to, shown)
    assert counts(edition) == (ledger + 1, int(shown))
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    assert (latest.from_status, latest.to_status, latest.actor) == (before, to, actor)
    assert (latest.public_revision is not None) == shown


# --- The table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "to"), list(product(Status, Status)), ids=str)
def test_a_moderator_takes_the_steps_of_the_table_and_no_other(edition: Edition, before: Status, to: Status) -> None:
    attempt(edition, before, Actor.MODERATOR, to, lambda comment: decide(comment, to))


@AUTHOR
def test_an_author_withdraws_where_the_table_says_so(edition: Edition, before: Status) -> None:
    act = lambda comment: moderation.withdraw(comment, saw=comment.seen)  # noqa: E731
    attempt(edition, before, Actor.AUTHOR, Status.WITHDRAWN, act)


# A rejected comment is objected to, not changed: tests/comments/test_objecting.py.
@pytest.mark.parametrize("before", [status for status in Status if status is not Status.REJECTED])
def test_an_author_writes_a_new_revision_where_the_table_says_so(edition: Edition, before: Status) -> None:
    def act(comment: Comment) -> None:
        text = f"{GOOD_TEXT} Again."
        revision = Revision(body=text, fingerprint=fingerprint(text), edition=edition, created_at=timezone.now())
        moderation.resubmit(comment, revision, saw=comment.seen)

    attempt(edition, before, Actor.AUTHOR, Status.PENDING, act)


@pytest.mark.parametrize(("before", "to"), list(product(Status, [Status.PENDING, Status.APPROVED])), ids=str)
def test_a_rule_judges_only_what_waits(edition: Edition, before: Status, to: Status) -> None:
    verdict = Verdict(to, (Finding("every_comment"),))
    attempt(edition, before, Actor.RULE, to, lambda comment: moderation.judge(comment, verdict, saw=comment.seen))


# --- Who, and with what words ---------------------------------------------------------------------------------------


def test_a_decision_says_who_why_and_when_and_keeps_the_words_beside_it(clock: Traveller, edition: Edition) -> None:
    comment, moderator = factories.pending(edition), factories.user("moderators")
    clock.shift(90)
    decision = decide(comment, Status.REJECTED, by=moderator, reason=" hate ", explanation="  Not here. ")
    kept = Decision.objects.get(pk=decision.pk)
    assert (kept.by, kept.reason, kept.at, kept.explanation) == (moderator, "hate", timezone.now(), "Not here.")
    assert (kept.revision, kept.findings) == (comment.revisions.get(), [])


@pytest.mark.parametrize("to", [Status.APPROVED, Status.SPAM, Status.RETURNED])
def test_only_a_rejection_keeps_a_reason(edition: Edition, to: Status) -> None:
    assert decide(factories.pending(edition), to, reason="hate").reason == ""


@pytest.mark.parametrize("role", ["writers", "editors", ""])
def test_only_moderators_decide(edition: Edition, role: str) -> None:
    comment = factories.pending(edition)
    with pytest.raises(NotPermitted):
        decide(comment, Status.APPROVED, by=factories.user(role))
    with pytest.raises(NotPermitted):
        decide(comment, Status.APPROVED, by=AnonymousUser())
    assert comment.decisions.count() == 1


def test_only_who_holds_the_permission_dates_a_decision_back(clock: Traveller, edition: Edition) -> None:
    comment, at = factories.pending(edition), timezone.now() - timedelta(days=3)
    with pytest.raises(NotPermitted):
        decide(comment, Status.APPROVED, at=at)
    assert decide(comment, Status.APPROVED, by=factories.user("admin"), at=at).at == at


@pytest.mark.parametrize(
    ("to", "reason", "explanation", "words"),
    [
        (Status.REJECTED, "", "", "Choose a reason for the rejection."),
        (Status.REJECTED, "bogus", "So.", "Choose a reason for the rejection."),
        (Status.REJECTED, "other", " ", "The reason “other” needs an explanation for the author."),
        (Status.RETURNED, "", " ", "Say in the explanation what the author should change."),
    ],
)
def test_a_decision_without_the_words_it_needs_is_refused(
    edition: Edition, to: Status, reason: str, explanation: str, words: str
) -> None:
    comment = factories.pending(edition)
    with pytest.raises(Refusal) as refused:
        decide(comment, to, reason=reason, explanation=explanation)
    assert refused.value.words == words
    assert Comment.objects.get().status == Status.PENDING


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.OTHER])
def test_every_other_reason_speaks_for_itself(edition: Edition, reason: Reason) -> None:
    decision = decide(factories.pending(edition), Status.REJECTED, reason=reason.value, explanation="")
    assert (decision.reason, DecisionWords.objects.count()) == (reason, 0)


# --- Compare and set ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "ago"),
    [(0, "0 seconds ago"), (1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"), (120, "2 minutes ago")],
)
def test_who_comes_second_is_told_who_decided_what_and_when(
    clock: Traveller, edition: Edition, later: int, ago: str
) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    mona = factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")
    decide(comment, Status.REJECTED, by=mona)
    clock.shift(later)
    before = counts(edition)
    with pytest.raises(Stale) as refused:
        decide(comment, Status.APPROVED, saw=saw)
    assert refused.value.words == f"Decided already: rejected by Mona Lind, {ago}. Nothing was overwritten."
    assert (Comment.objects.get().status, counts(edition)) == (Status.REJECTED, before)


def test_a_colleague_without_a_full_name_is_named_by_user_name(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    decide(comment, Status.SPAM, by=factories.user("moderators", username="mo"))
    with pytest.raises(Stale, match="Decided already: marked as spam by mo, 0 seconds ago"):
        decide(comment, Status.APPROVED, saw=saw)


def test_a_decision_on_what_its_author_withdrew_says_so(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    posting.withdraw(comment, saw=saw)
    with pytest.raises(Stale, match="Its author withdrew this comment 0 seconds ago"):
        decide(comment, Status.APPROVED, saw=saw)


def test_a_decision_on_a_text_that_was_edited_meanwhile_is_refused(edition: Edition) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    posting.edit(comment, body=f"{GOOD_TEXT} Ha!", saw=saw, address=factories.address())
    with pytest.raises(Stale, match="The author has changed this comment since it was shown to you"):
        decide(comment, Status.APPROVED, saw=saw)
    assert Comment.objects.get().public_revision is None


@pytest.mark.parametrize("saw", ["", "pending", "pending.2", "approved.1", "pending.1 ", "\x00", "."])
def test_a_state_that_nobody_was_shown_is_refused(edition: Edition, saw: str) -> None:
    comment = factories.pending(edition)
    with pytest.raises(Stale):
        decide(comment, Status.APPROVED, saw=saw)
    assert Decision.objects.count() == 1


# --- Counting -------------------------------------------------------------------------------------------------------


def test_the_thread_and_the_top_comment_count_what_readers_see(edition: Edition) -> None:
    top = factories.approved(edition)
    answer = factories.approved(edition, parent=top)
    deeper = factories.approved(edition, parent=answer)
    factories.pending(edition, parent=top)

    def numbers() -> tuple[int, int, int]:
        top.refresh_from_db()
        answer.refresh_from_db()
        return Thread.objects.get().public_count, top.answer_count, answer.answer_count

    assert numbers() == (3, 2, 0)
    decide(answer, Status.SPAM)
    assert numbers() == (2, 1, 0)
    decide(top, Status.REJECTED)
    assert numbers() == (1, 1, 0)
    decide(deeper, Status.RETURNED)
    assert numbers() == (0, 0, 0)
    decide(answer, Status.APPROVED)
    assert numbers() == (1, 1, 0)


def test_a_comment_that_is_edited_and_approved_again_is_counted_once(edition: Edition) -> None:
    comment = factories.approved(edition)
    posting.edit(comment, body=f"{GOOD_TEXT} Ha!", saw=comment.seen, address=factories.address())
    decide(comment, Status.APPROVED)
    assert Thread.objects.get().public_count == 1
    assert comment.public_revision.number == 2


def test_an_edit_that_is_rejected_takes_the_earlier_words_down_too(edition: Edition) -> None:
    comment = factories.approved(edition)
    posting.edit(comment, body=f"{GOOD_TEXT} Ha!", saw=comment.seen, address=factories.address())
    decide(comment, Status.REJECTED)
    assert (comment.public_revision, Thread.objects.get().public_count) == (None, 0)


# --- Undo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED])
def test_undo_brings_back_the_state_before_and_says_who_did_it(edition: Edition, to: Status) -> None:
    comment, moderator = factories.pending(edition), factories.user("moderators")
    decision = decide(comment, to)
    back = moderation.undo(decision, by=moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.public_revision, Thread.objects.get().public_count) == (Status.PENDING, None, 0)
    assert (back.from_status, back.to_status, back.by, back.undoes) == (to, Status.PENDING, moderator, decision)


def test_undo_shows_readers_what_they_saw_before(edition: Edition) -> None:
    top = factories.approved(edition)
    comment = factories.approved(edition, parent=top)
    first = comment.public_revision
    posting.edit(comment, body=f"{GOOD_TEXT} Ha!", saw=comment.seen, address=factories.address())
    moderation.undo(decide(comment, Status.SPAM), by=factories.user("moderators"))
    comment.refresh_from_db()
    top.refresh_from_db()
    assert (comment.status, comment.public_revision, top.answer_count) == (Status.PENDING, first, 1)
    assert Thread.objects.get().public_count == 2


def test_after_an_undo_the_comment_can_be_decided_again(edition: Edition) -> None:
    comment = factories.pending(edition)
    moderation.undo(decide(comment, Status.SPAM), by=factories.user("moderators"))
    comment.refresh_from_db()
    assert decide(comment, Status.APPROVED).to_status == Status.APPROVED


def test_what_was_built_upon_is_not_undone(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition)
    first = decide(comment, Status.APPROVED)
    decide(comment, Status.SPAM, by=factories.user("moderators", username="mo"))
    with pytest.raises(Stale, match="Decided already: marked as spam by mo"):
        moderation.undo(first, by=factories.user("moderators"))
    assert Comment.objects.get().status == Status.SPAM


def test_an_undo_and_what_no_moderator_decided_are_not_undone(edition: Edition) -> None:
    comment, moderator = factories.pending(edition), factories.user("moderators")
    with pytest.raises(Refusal, match="Only a moderator's decision"):
        moderation.undo(comment.decisions.get(), by=moderator)
    back = moderation.undo(decide(comment, Status.SPAM), by=moderator)
    with pytest.raises(Refusal, match="This takes a decision back already"):
        moderation.undo(back, by=moderator)
    assert Comment.objects.get().status == Status.PENDING


@pytest.mark.parametrize("role", ["writers", "editors"])
def test_only_moderators_undo(edition: Edition, role: str) -> None:
    decision = decide(factories.pending(edition), Status.SPAM)
    with pytest.raises(NotPermitted):
        moderation.undo(decision, by=factories.user(role))
    assert Decision.objects.filter(undoes__isnull=False).count() == 0


def test_what_was_done_and_by_whom_reads_as_a_sentence_for_every_actor(clock: Traveller, edition: Edition) -> None:
    mona = factories.user("moderators", first_name="Mona", last_name="Lind")
    comment, other, closed = (factories.pending(edition) for _number in range(3))
    for to in (Status.SPAM, Status.RETURNED, Status.REJECTED, Status.APPROVED):
        factories.decided(comment, to, by=mona)
    for on in (True, False):
        moderation.feature(comment, by=mona, saw=comment.seen, on=on)
    moderation.undo(comment.decisions.latest("pk"), by=mona)
    posting.edit(other, body=f"{factories.GOOD_TEXT} Better.", saw=other.seen, address=factories.address())
    factories.decided(other, Status.SPAM, by=mona)
    moderation.undo(other.decisions.latest("pk"), by=mona)
    other.refresh_from_db()
    posting.withdraw(other, saw=other.seen)
    factories.decided(closed, Status.RETURNED, by=mona)
    clock.shift(policy.RETURN_WINDOW)
    moderation.close_unchanged()

    def deeds(of: Comment) -> list[str]:
        return [row.deed for row in of.decisions.order_by("pk")]

    assert deeds(comment) == [
        "held by a rule",
        "marked as spam by Mona Lind",
        "returned to its author by Mona Lind",
        "rejected by Mona Lind",
        "approved by Mona Lind",
        "featured by Mona Lind",
        "taken from the featured comments by Mona Lind",
        "set back to “approved” by Mona Lind",
    ]
    assert deeds(other) == [
        "held by a rule",
        "changed by its author",
        "held by a rule",
        "marked as spam by Mona Lind",
        "set back to “waiting” by Mona Lind",
        "withdrawn by its author",
    ]
    assert deeds(closed)[-1] == "closed, for its author did not change it"
