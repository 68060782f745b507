"""Many at once, on a real database with a connection each: nothing is created twice and nothing overwritten."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Edition
from comments import erasing, moderation, posting, standing
from comments.models import (
    Comment,
    Commenter,
    Decision,
    Network,
    NetworkKey,
    Notice,
    Objection,
    Revision,
    StandingChange,
    Thread,
)
from comments.posting import Draft, Paused, TooFast
from comments.replay import discrepancies
from comments.states import Actor, Restraint, Standing, Status
from newsportal.refusal import Refusal, Stale
from tests import factories
from tests.comments.crowd import at_once, each_at_once
from tests.factories import GOOD_TEXT

# A migration creates the roles; what one of these tests empties, the next one fills again.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FORM = {"name": "Ann", "email": "ann@example.org", "body": GOOD_TEXT}


def send(edition: Edition, sent_from: str) -> tuple[int, str]:
    """The status of the response and where it leads."""
    address = f"/articles/{edition.article_id}/comments/new/"
    response = Client(REMOTE_ADDR=sent_from).post(
        address, urlencode(FORM), content_type="application/x-www-form-urlencoded"
    )
    return response.status_code, response.headers.get("Location", "")


def test_twenty_equal_posts_at_once_are_one_comment_and_twenty_answers_that_lead_to_it() -> None:
    edition = factories.live()
    answers = at_once(lambda: send(edition, "203.0.113.7"), 20)
    assert {status for status, _ in answers} == {303}
    [path] = {path for _, path in answers}
    assert Client().get(path).status_code == 200
    assert [model.objects.count() for model in (Comment, Revision, Decision, Thread, Notice)] == [1, 1, 1, 1, 1]
    assert (Network.objects.count(), NetworkKey.objects.count()) == (1, 1)


@pytest.mark.parametrize("words", [["Read it again."] * 6, [f"Read it again, for reason {n}." for n in range(6)]])
def test_of_objections_at_once_there_is_one_and_the_ledger_is_whole(words: list[str]) -> None:
    comment = factories.decided(factories.pending(factories.live()), Status.REJECTED)
    saw = moderation.seen_of(comment, list(comment.decisions.all()))

    def press(text: str) -> str:
        try:
            mine = Comment.objects.get(pk=comment.pk)
            return moderation.object_to(mine, words=text, saw=saw).words
        except Refusal as refusal:
            return refusal.words

    said = each_at_once([lambda text=text: press(text) for text in words])  # type: ignore[misc]
    assert (Objection.objects.count(), comment.decisions.count()) == (1, 3)
    kept = Objection.objects.get().words
    refused = "You have objected to this decision already. Somebody else will answer you."
    assert sorted(said) == sorted([kept if text == kept else refused for text in words])
    assert discrepancies() == []


def test_the_same_words_from_another_network_are_a_comment_of_their_own_with_a_page_of_its_own() -> None:
    edition = factories.live()
    answers = each_at_once([lambda n=n: send(edition, f"203.0.113.{n}") for n in range(4)])  # type: ignore[misc]
    assert {status for status, _ in answers} == {303}
    assert len({path for _, path in answers}) == 4
    assert (Comment.objects.count(), Thread.objects.count()) == (4, 1)


@pytest.mark.long
def test_two_hundred_answers_to_one_comment_are_all_there_and_counted_when_they_are_approved() -> None:
    edition = factories.live()
    parent = factories.approved(edition)

    def answer(number: int) -> int:
        fields = {"name": f"Ann {number}", "body": f"{GOOD_TEXT} {number}", "parent": parent.public_id}
        address = f"/articles/{edition.article_id}/comments/new/"
        sent_from = f"198.51.{number // 250}.{number % 250}"
        response = Client(REMOTE_ADDR=sent_from).post(
            address, urlencode(fields), content_type="application/x-www-form-urlencoded"
        )
        return response.status_code

    statuses = []
    for first in range(0, 200, 20):
        acts = [lambda n=n: answer(n) for n in range(first, first + 20)]  # type: ignore[misc]
        statuses += each_at_once(acts)
    assert statuses == [303] * 200
    answers = list(Comment.objects.filter(root=parent, parent=parent))
    assert sorted(answer.name for answer in answers) == sorted(f"Ann {number}" for number in range(200))

    by = factories.user("moderators")
    each_at_once(
        [
            lambda half=half: [moderation.decide(one, to=Status.APPROVED, by=by, saw=one.seen) for one in half]  # type: ignore[misc]
            for half in (answers[::2], answers[1::2])
        ]
    )
    parent.refresh_from_db()
    assert (parent.answer_count, Thread.objects.get().public_count) == (200, 201)
    assert discrepancies() == []


def test_a_script_with_many_connections_gets_no_further_than_one_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comments.policy.BURST", 5)
    edition = factories.live()

    def post(number: int) -> bool:
        try:
            posting.post(edition, Draft("Bot", f"{GOOD_TEXT} {number}"), address=factories.address())
        except TooFast:
            return False
        return True

    taken = each_at_once([lambda n=n: post(n) for n in range(12)])  # type: ignore[misc]
    assert (sum(taken), Comment.objects.count()) == (5, 5)


def test_twenty_moderators_at_once_make_one_decision_and_nineteen_are_told_whose() -> None:
    comment = factories.pending(factories.live())
    moderators = [factories.user("moderators") for _ in range(20)]
    saw = comment.seen

    def decide(by: User) -> str:
        to = Status.APPROVED if by.pk % 2 else Status.SPAM
        try:
            moderation.decide(Comment.objects.get(), to=to, by=by, saw=saw)
        except Stale as refusal:
            return refusal.words
        return ""

    answers = each_at_once([lambda by=by: decide(by) for by in moderators])  # type: ignore[misc]
    decision = Decision.objects.get(actor=Actor.MODERATOR)
    assert answers.count("") == 1
    assert moderators[answers.index("")] == decision.by
    assert {words.split(",")[0] for words in answers if words} == {f"Decided already: {decision.deed}"}
    comment.refresh_from_db()
    assert comment.status == decision.to_status
    assert discrepancies() == []


def test_of_an_edit_and_a_decision_at_once_only_the_first_counts() -> None:
    edition = factories.live()
    for _ in range(5):
        comment = factories.pending(edition)
        saw, moderator = comment.seen, factories.user("moderators")

        def edit(comment: Comment = comment, saw: str = saw) -> bool:
            try:
                posting.edit(
                    Comment.objects.get(pk=comment.pk), body=f"{GOOD_TEXT} Ha!", saw=saw, address=factories.address()
                )
            except Refusal:
                return False
            return True

        def decide(comment: Comment = comment, saw: str = saw, by: User = moderator) -> bool:
            try:
                moderation.decide(Comment.objects.get(pk=comment.pk), to=Status.APPROVED, by=by, saw=saw)
            except Refusal:
                return False
            return True

        edited, decided = each_at_once([edit, decide])
        assert edited != decided
        comment.refresh_from_db()
        assert (comment.status, comment.revision_number) == (("pending", 2) if edited else ("approved", 1))
    assert discrepancies() == []


def test_answers_approved_at_once_are_all_counted() -> None:
    edition = factories.live()
    top = factories.approved(edition)
    answers = [factories.pending(edition, parent=top) for _ in range(8)]
    moderator = factories.user("moderators")
    each_at_once([lambda one=one: factories.decided(one, Status.APPROVED, by=moderator) for one in answers])  # type: ignore[misc]
    top.refresh_from_db()
    assert (top.answer_count, Thread.objects.get().public_count) == (8, 9)


def test_an_address_confirmed_by_twenty_clicks_at_once_is_confirmed_once() -> None:
    comment = factories.pending(factories.live(), email="ann@example.org")
    confirmed = at_once(lambda: posting.confirm_address(Comment.objects.get()), 8)
    assert sum(confirmed) == 1
    assert comment.decisions.count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_root_and_its_answer_decided_at_once_wait_for_each_other_and_never_in_a_circle() -> None:
    edition = factories.live()
    root = factories.approved(edition)
    answers = [factories.pending(edition, parent=root) for _ in range(6)]
    by = factories.user("moderators")

    def decide(comment: Comment, to: Status) -> Callable[[], str]:
        return lambda: moderation.decide(comment, to=to, by=by, saw=comment.seen).to_status

    acts = [decide(answer, Status.APPROVED) for answer in answers] + [decide(root, Status.SPAM)]
    assert sorted(each_at_once(acts)) == ["approved"] * 6 + ["spam"]
    assert discrepancies() == []


def test_of_twenty_moderators_at_once_one_gives_a_standing_and_the_others_are_told_whose() -> None:
    comment = factories.pending(factories.live(), email="ann@example.org")
    posting.confirm_address(comment)
    moderators = [factories.user("moderators") for _ in range(20)]

    def give(by: User) -> str:
        to = Standing.BARRED if by.pk % 2 else Standing.TRUSTED
        try:
            standing.give(Commenter.objects.get(), to=to, by=by, saw="0", reason="Because.")
        except Stale as refusal:
            return refusal.words
        return ""

    answers = each_at_once([lambda by=by: give(by) for by in moderators])  # type: ignore[misc]
    change = StandingChange.objects.get()
    assert answers.count("") == 1
    assert moderators[answers.index("")] == change.by
    assert {words.split(",")[1] for words in answers if words} == {f" by {change.by}"}


def test_nothing_is_taken_from_a_network_once_it_is_paused_however_many_post() -> None:
    edition = factories.live()
    network = Network.objects.get(digest=factories.pending(edition).revisions.get().network)
    by = factories.user("moderators")

    def pause() -> datetime | None:
        return standing.restrain(network, to=Restraint.PAUSED, by=by, saw="0", reason="A flood.").at

    def post(number: int) -> datetime | None:
        try:
            posting.post(edition, Draft("Bot", f"{GOOD_TEXT} {number}"), address=factories.address())
        except Paused:
            return None
        return timezone.now()

    each_at_once([pause, *(lambda n=n: post(n) for n in range(8))])  # type: ignore[misc]
    taken = Comment.objects.count()
    assert {post(number) for number in range(20, 24)} == {None}
    assert Comment.objects.count() == taken


# --- Erasing --------------------------------------------------------------------------------------------------------


def test_everything_that_is_erased_by_eight_clicks_at_once_is_erased_once() -> None:
    edition = factories.live()
    for number in range(3):
        comment = factories.approved(edition, email="ann@example.org", sent_from=f"203.0.113.{number}")
        posting.confirm_address(comment)
    owner = Commenter.objects.get()
    at_once(lambda: erasing.erase_address(owner), 8)
    rows = Decision.objects.filter(actor=Actor.AUTHOR).values_list("comment", "to_status").order_by("comment")
    assert list(rows) == [(pk, Status.WITHDRAWN) for pk in Comment.objects.order_by("pk").values_list("pk", flat=True)]
    assert (Commenter.objects.count(), discrepancies()) == (0, [])


def test_a_comment_that_is_confirmed_while_everything_is_erased_is_erased_or_its_owner_is_known_anew() -> None:
    edition = factories.live()
    posting.confirm_address(factories.pending(edition, email="ann@example.org"))
    owner = Commenter.objects.get()
    late = [factories.pending(edition, email="ann@example.org", sent_from=f"203.0.113.{n}") for n in range(4)]

    def confirm(comment: Comment) -> None:
        posting.confirm_address(comment)

    each_at_once([lambda: erasing.erase_address(owner), *(lambda one=one: confirm(one) for one in late)])  # type: ignore[misc]
    assert not Comment.objects.filter(commenter=owner).exists()
    for comment in Comment.objects.select_related("commenter"):
        assert comment.is_erased or comment.email == "" or (comment.commenter and comment.commenter.pk != owner.pk)
    assert discrepancies() == []


def test_a_decision_and_an_erasure_at_once_both_end_in_words_and_the_comment_is_erased() -> None:
    edition = factories.live()
    moderators = [factories.user("moderators") for _ in range(3)]
    for number in range(3):
        comment = factories.pending(edition, sent_from=f"203.0.113.{number}")
        saw = comment.seen

        def decide(by: User, comment: Comment = comment, saw: str = saw) -> None:
            try:
                moderation.decide(comment, to=Status.APPROVED, by=by, saw=saw)
            except Refusal:
                return

        acts = [lambda by=by: decide(by) for by in moderators]  # type: ignore[misc]
        each_at_once([lambda pk=comment.pk: moderation.erase([pk]), *acts])  # type: ignore[misc]
        comment.refresh_from_db()
        assert (comment.status, comment.is_erased, comment.is_public) == (Status.WITHDRAWN, True, False)
    assert discrepancies() == []
