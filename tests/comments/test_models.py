"""What the database itself refuses, and the ledger to which rows are only ever added."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.models import Edition
from comments.models import Comment, Commenter, Decision, DecisionWords, Network, NetworkKey, Notice, Revision, Thread
from comments.models.comment import new_public_id
from comments.models.log import LedgerError
from comments.states import Status
from tests import factories
from tests.factories import GOOD_TEXT


@pytest.fixture
def comment(edition: Edition) -> Comment:
    return factories.pending(edition)


def refused(act: Callable[[], object], name: str) -> None:
    """The database refuses, by the constraint of this name or by that on these columns."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    assert name in str(error.value)


def change(comment: Comment, **values: Any) -> Callable[[], object]:
    return lambda: Comment.objects.filter(pk=comment.pk).update(**values)


def add_decision(comment: Comment, **values: Any) -> Callable[[], object]:
    row = {
        "comment": comment,
        "revision": comment.revisions.get(),
        "from_status": "pending",
        "to_status": "spam",
        "actor": "rule",
        "at": timezone.now(),
        **values,
    }
    return Decision(**row).save


def test_a_status_that_does_not_exist_cannot_be_kept(comment: Comment) -> None:
    refused(change(comment, status="deleted"), "comment_status_known")


def test_an_approved_comment_shows_a_text(comment: Comment) -> None:
    refused(change(comment, status="approved"), "approved_comment_is_public")


@pytest.mark.parametrize("status", ["rejected", "spam", "returned", "withdrawn"])
def test_what_was_taken_down_shows_none(comment: Comment, status: str) -> None:
    refused(change(comment, status=status, public_revision=comment.revisions.get()), "removed_comment_is_not_public")


def test_an_answer_has_a_root_and_a_top_level_comment_has_none(comment: Comment, edition: Edition) -> None:
    other = factories.pending(edition)
    refused(change(comment, parent=other), "comment_root_with_parent")
    refused(change(comment, root=other), "comment_root_with_parent")


def test_a_comment_does_not_answer_itself(comment: Comment) -> None:
    refused(change(comment, parent=comment, root=comment), "comment_does_not_answer_itself")


def test_two_comments_have_two_public_ids(comment: Comment, edition: Edition) -> None:
    refused(change(factories.pending(edition), public_id=comment.public_id), "public_id")
    assert {len(new_public_id()) for _ in range(50)} == {12}
    assert all(new_public_id().isalnum() for _ in range(50))


def test_two_revisions_of_a_comment_have_two_numbers(comment: Comment) -> None:
    again = Revision(comment=comment, number=1, body=GOOD_TEXT, fingerprint="0", created_at=timezone.now())
    refused(again.save, "number")


def test_one_text_is_shown_by_one_comment(comment: Comment, edition: Edition) -> None:
    other = factories.approved(edition)
    refused(change(comment, public_revision=other.public_revision), "public_revision")


def test_an_address_belongs_to_one_commenter(db: None) -> None:
    Commenter.objects.create(email="ann@example.org", confirmed_at=timezone.now())
    refused(lambda: Commenter.objects.create(email="ann@example.org", confirmed_at=timezone.now()), "email")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"actor": "somebody"}, "decision_actor_known"),
        ({"to_status": "deleted"}, "decision_status_known"),
        ({"actor": "moderator"}, "decision_names_its_moderator"),
    ],
)
def test_the_ledger_takes_no_row_that_says_nothing(comment: Comment, values: dict[str, str], name: str) -> None:
    refused(add_decision(comment, **values), name)


def test_only_a_moderator_is_named(comment: Comment) -> None:
    refused(add_decision(comment, actor="author", by=factories.user("moderators")), "decision_names_its_moderator")


def test_a_moderators_rejection_has_a_reason(comment: Comment) -> None:
    by = factories.user("moderators")
    row = {"actor": "moderator", "by": by, "to_status": "rejected"}
    refused(add_decision(comment, **row), "rejection_has_a_reason")
    add_decision(comment, **row, reason="hate")()
    assert Decision.objects.get(to_status="rejected").reason == "hate"


def test_a_decision_is_undone_once(comment: Comment) -> None:
    by, first = factories.user("moderators"), comment.decisions.get()
    row = {"actor": "moderator", "by": by, "to_status": "pending", "undoes": first}
    add_decision(comment, **row)()
    # On SQLite the guard of the ledger acts before the constraint: a second row could replace the first.
    refused(add_decision(comment, **row), "undoes" if connection.vendor == "postgresql" else "never changed")


# --- The ledger -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.save(),
        lambda row: row.save(update_fields=["reason"]),
        lambda row: row.delete(),
        lambda _: Decision.objects.update(reason="hate"),
        lambda row: Decision.objects.filter(pk=row.pk).update(reason="hate"),
        lambda _: Decision.objects.all().delete(),
        lambda row: row.comment.decisions.all().delete(),
        lambda row: row.comment.decisions.update(reason="hate"),
        lambda row: Decision.objects.bulk_update([row], ["reason"]),
        lambda row: Decision.objects.update_or_create(pk=row.pk, defaults={"reason": "hate"}),
    ],
    ids=[
        "save",
        "save_fields",
        "delete",
        "update",
        "filtered",
        "delete_all",
        "by_comment",
        "by_relation",
        "bulk",
        "or_create",
    ],
)
def test_what_was_decided_is_never_changed_and_never_deleted(
    comment: Comment, act: Callable[[Decision], object]
) -> None:
    row = comment.decisions.get()
    row.reason = "spite"
    with pytest.raises(LedgerError), transaction.atomic():
        act(row)
    assert list(Decision.objects.values_list("pk", "reason")) == [(row.pk, "")]


def test_the_words_of_a_decision_can_be_emptied_and_the_ledger_stays(comment: Comment) -> None:
    factories.decided(comment, Status.RETURNED, explanation="You, Ann Smith, wrote nonsense.")
    DecisionWords.objects.update(explanation="")
    assert [row.explanation for row in Decision.objects.select_related("words").order_by("pk")] == ["", ""]
    assert Decision.objects.count() == 2


def test_nothing_that_the_ledger_speaks_of_can_be_deleted(comment: Comment) -> None:
    moderator = factories.user("moderators")
    factories.decided(comment, Status.APPROVED, by=moderator)
    for row in (comment, comment.revisions.get(), comment.thread, comment.thread.article, moderator):
        with pytest.raises(ProtectedError):
            row.delete()


# --- One row's own words --------------------------------------------------------------------------------------------


def test_rows_say_what_they_are(comment: Comment, edition: Edition) -> None:
    decision = comment.decisions.get()
    assert str(comment) == f"{comment.name}, {comment.public_id}"
    assert str(comment.thread) == str(edition.article_id)
    assert str(comment.revisions.get()).startswith(GOOD_TEXT)
    assert str(decision) == f"{comment.pk}:  → waiting"
    assert str(DecisionWords(decision=decision, explanation="Why.")) == "Why."
    assert str(Commenter(email="a@b.example")) == "a@b.example"
    assert str(Notice(kind="confirm_address", to="a@b.example")) == "confirm an address, a@b.example"
    assert (str(NetworkKey(period=7)), str(Network(digest="ab"))) == ("7", "ab")


def test_a_comment_knows_its_address_its_letter_and_what_a_page_showed_of_it(comment: Comment) -> None:
    assert comment.get_absolute_url() == f"/comments/{comment.public_id}/"
    assert (comment.initial, comment.seen, comment.is_public) == ("R", "pending.1", False)


def test_a_thread_without_a_row_is_open_and_empty(db: None) -> None:
    thread = Thread()
    assert (thread.is_open, thread.public_count) == (True, 0)


def test_no_column_holds_an_ip_address() -> None:
    every = [Comment, Commenter, Decision, DecisionWords, Network, NetworkKey, Notice, Revision, Thread]
    kinds = {type(field) for model in every for field in model._meta.get_fields()}
    assert models.GenericIPAddressField not in kinds
    with pytest.raises(FieldError):
        Comment.objects.filter(ip="203.0.113.7")
