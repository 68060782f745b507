"""Erased comments: nothing about a person is left; the ledger, the place and the counts stay whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from articles.models import Edition
from comments import addresses, erasing, moderation, notifications, posting, protection, replay, reporting, tombstones
from comments.models import (
    AddressRequest,
    Comment,
    Commenter,
    Decision,
    DecisionWords,
    Notice,
    Objection,
    Report,
    Revision,
)
from comments.states import Actor, Reason, Status
from comments.tokens import address_path, erasure_path, link_path, own_path
from newsportal import erasures
from newsportal.erasures import Kind
from newsportal.refusal import Refusal
from tests import factories
from tests.comments.authors import confirmed
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db
WORDS = "Nobody but me would ever have written of zeppelins over the harbour in such a way."
STATES = [status for status in Status if status is not Status.WITHDRAWN]


def written(edition: Edition, status: Status = Status.PENDING, **draft: Any) -> Comment:
    """A comment under a confirmed address, with words that occur nowhere else."""
    comment = confirmed(edition, "zoe@example.org", **{"name": "Zoe Zeppelin", "body": WORDS, **draft})
    if status is Status.WITHDRAWN:
        posting.withdraw(comment, saw=comment.seen)
    elif status is not Status.PENDING:
        explanation = "" if status in {Status.APPROVED, Status.SPAM} else "Zeppelins are too much."
        factories.decided(comment, status, explanation=explanation)
    comment.refresh_from_db()
    return comment


def rows() -> str:
    """Every row of the conversation's tables, as text."""
    kept = [Comment, Revision, Decision, DecisionWords, Objection, Notice]
    return str([list(model._default_manager.values()) for model in kept])


@pytest.mark.parametrize("status", Status)
def test_whatever_became_of_a_comment_nothing_of_its_author_is_left(edition: Edition, status: Status) -> None:
    comment = written(edition, status)
    before = rows()
    assert [mark in before for mark in ("Zoe", "zeppelins", "zoe@")] == [True] * 3
    erasing.erase_comment(comment)
    after = rows()
    assert [mark in after for mark in ("Zoe", "eppelins", "zoe@")] == [False] * 3
    comment.refresh_from_db()
    assert (comment.status, comment.name, comment.email, comment.commenter) == (Status.WITHDRAWN, "", "", None)
    assert list(comment.revisions.values_list("body", "fingerprint", "network")) == [("", "", "")]


@pytest.mark.parametrize("status", Status)
def test_the_ledger_says_all_that_it_said_and_replays(edition: Edition, status: Status) -> None:
    comment = written(edition, status)
    before = list(Decision.objects.order_by("pk").values())
    erasing.erase_comment(comment)
    assert list(Decision.objects.order_by("pk").values())[: len(before)] == before
    last = Decision.objects.order_by("pk").last()
    assert last is not None
    assert (last.to_status, last.actor) == (Status.WITHDRAWN, Actor.AUTHOR)
    assert replay.discrepancies() == []
    assert protection.missing() == []


def test_to_erase_it_again_changes_nothing(edition: Edition) -> None:
    comment = written(edition, Status.APPROVED)
    erasing.erase_comment(comment)
    before = rows()
    erasing.erase_comment(comment)
    assert rows() == before


def test_what_its_author_objected_and_was_told_of_answers_goes_and_the_line_says_that_they_withdrew_it(
    edition: Edition,
) -> None:
    comment = written(edition, Status.REJECTED)
    ledger = list(comment.decisions.all())
    moderation.object_to(comment, words="Zeppelins flew there.", saw=moderation.seen_of(comment, ledger))
    factories.decided(comment, Status.APPROVED, explanation="You are right.")
    factories.approved(edition, parent=comment, name="Ben Answer")
    told = set(Notice.objects.filter(to="zoe@example.org").values_list("kind", flat=True))
    assert told == {"confirm_address", "decided", "answered"}
    erasing.erase_comment(comment)
    assert "eppelins" not in rows()
    assert (Objection.objects.count(), Notice.objects.filter(to="zoe@example.org").count()) == (1, 0)
    assert tombstones.of_comment(comment).words == "This comment was withdrawn by its author."
    assert replay.discrepancies() == []


def test_who_reported_it_is_told_what_came_of_it_and_reads_none_of_its_words(
    edition: Edition, mailoutbox: list[Any]
) -> None:
    comment = written(edition, Status.APPROVED)
    complaint = reporting.Complaint(Reason.HATE, email="olu@example.org")
    reporting.report(comment, complaint, address=factories.address())
    erasing.erase_comment(comment)
    comment.refresh_from_db()
    assert (Report.objects.get().email, comment.report_case) == ("olu@example.org", None)
    notifications.send_due(timezone.now() + timedelta(hours=1))
    assert [mail.to for mail in mailoutbox] == [["olu@example.org"]] * 2
    said = " ".join(mail.body for mail in mailoutbox)
    assert ["Its author has withdrawn it" in said, "eppelin" in said, "zoe@" in said] == [True, False, False]


def test_every_text_that_it_ever_had_is_emptied(edition: Edition) -> None:
    comment = written(edition)
    again = f"{WORDS} And once more."
    posting.edit(comment, body=again, saw=comment.seen, address=factories.address())
    erasing.erase_comment(comment)
    assert list(comment.revisions.values_list("number", "body")) == [(1, ""), (2, "")]


def test_what_the_newsroom_answered_is_not_its_readers_to_erase(edition: Edition) -> None:
    Comment.objects.filter(pk=(comment := factories.approved(edition)).pk).update(is_from_newsroom=True)
    assert moderation.erase([comment.pk]) == []
    comment.refresh_from_db()
    assert (comment.status, comment.is_erased) == (Status.APPROVED, False)


def test_the_database_keeps_an_erased_comment_nobodys(edition: Edition) -> None:
    comment = written(edition)
    erasing.erase_comment(comment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(name="Zoe Zeppelin")


# --- What the desk hears --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED])
def test_no_undo_brings_it_back(edition: Edition, status: Status) -> None:
    comment = written(edition, status)
    decision = comment.decisions.order_by("pk").last()
    assert decision is not None
    erasing.erase_comment(comment)
    by = factories.user("moderators")
    with pytest.raises(moderation.Conflict):
        moderation.undo(decision, by=by)
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    with pytest.raises(Refusal, match="Only a moderator's decision"):
        moderation.undo(latest, by=by)
    comment.refresh_from_db()
    assert (comment.status, comment.is_public) == (Status.WITHDRAWN, False)


def test_who_decides_on_it_at_that_moment_is_told_in_words(edition: Edition) -> None:
    comment = written(edition)
    saw = comment.seen
    erasing.erase_comment(comment)
    with pytest.raises(moderation.Conflict, match=r"Its author withdrew this comment .* Nothing was decided"):
        moderation.decide(comment, to=Status.APPROVED, by=factories.user("moderators"), saw=saw)
    comment.refresh_from_db()
    for status in STATES:
        with pytest.raises(Refusal):
            factories.decided(comment, status)


def test_the_desk_calls_it_erased(edition: Edition, sign_in: Callable[..., Client]) -> None:
    comment = written(edition, Status.REJECTED)
    erasing.erase_comment(comment)
    page = sign_in("moderators").get("/admin/comments/comment/?queue=withdrawn")
    assert words(read(page).one("h3", id=f"name-{comment.pk}")) == "(erased)"


# --- What readers see -----------------------------------------------------------------------------------------------


def test_its_place_stays_where_answers_hang_on_it_and_else_nothing_does(edition: Edition) -> None:
    top = written(edition, Status.APPROVED)
    factories.approved(edition, parent=top, name="Ben Answer")
    alone = factories.approved(edition, name="Cleo Alone")
    erasing.erase_comment(top)
    erasing.erase_comment(alone)
    page = Client().get(f"/articles/{edition.article_id}/comments/").content.decode()
    assert [mark in page for mark in ("Zoe", "zeppelins", "Cleo", alone.public_id)] == [False] * 4
    assert ("Ben Answer" in page, "comment-removed" in page) == (True, True)
    never = Client().get("/comments/000000000000/").content
    assert Client().get(top.get_absolute_url()).content == never
    assert Client().get(f"/comments/{alone.public_id}/answers/").content == never


def test_the_authors_page_leads_to_the_question_which_says_what_will_happen_and_only_the_button_erases(
    edition: Edition,
) -> None:
    comment, reader = factories.approved(edition), Client()
    links = [link.attributes["href"] for link in read(reader.get(own_path(comment))).all("a")]
    assert erasure_path(comment) in links
    for _ in range(2):
        asked = reader.get(erasure_path(comment))
    assert reader.head(erasure_path(comment)).status_code == 200
    comment.refresh_from_db()
    assert comment.is_erased is False
    assert (asked["Cache-Control"], asked["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert words(read(asked).one("h1")) == "Erase your comment?"
    assert read(asked).one("form", id="erasure-form").attributes["method"] == "post"
    done = reader.post(erasure_path(comment), {"erase": "1"})
    assert (done.status_code, done["Location"]) == (303, own_path(comment))
    comment.refresh_from_db()
    assert comment.is_erased is True


def test_another_site_cannot_press_the_button(edition: Edition) -> None:
    comment = factories.pending(edition)
    refused = Client().post(erasure_path(comment), {"erase": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    comment.refresh_from_db()
    assert (refused.status_code, comment.is_erased) == (403, False)


def test_links_that_were_good_say_that_it_is_gone(edition: Edition) -> None:
    comment, reader = factories.pending(edition, email="zoe@example.org"), Client()
    paths = (own_path(comment), address_path(comment), erasure_path(comment))
    erasing.erase_comment(comment)
    for path in paths:
        for response in (reader.get(path), reader.post(path, {"body": WORDS, "edit": "1", "saw": "pending.1"})):
            assert response.status_code == 410
            assert words(read(response).one("h1")) == "What stood here is gone"
            assert response["Cache-Control"] == "private, no-store"


def test_a_mail_that_was_owed_is_not_sent(edition: Edition, mailoutbox: list[Any]) -> None:
    comment = written(edition, Status.APPROVED)
    assert Notice.objects.filter(comment=comment, sent_at=None).exists()
    erasing.erase_comment(comment)
    assert notifications.send_due(timezone.now() + timedelta(hours=1)) == 0
    assert mailoutbox == []


# --- What is noted of it --------------------------------------------------------------------------------------------


def test_it_is_noted_before_it_is_done(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = written(edition)
    other = written(edition, name="Zoe again", body=f"{WORDS} Again.")
    noted: list[bool] = []

    def erase(numbers: Any) -> None:
        record = erasures.read(settings.ERASURES_DIR)
        rows = Comment.objects.filter(pk__in=list(numbers))
        noted.extend(record.erased_at(Kind.COMMENT, row.public_id) is not None for row in rows)
        real(numbers)

    real = moderation.erase
    monkeypatch.setattr(moderation, "erase", erase)
    erasing.erase_comment(comment)
    owner = Commenter.objects.get()
    erasing.erase_address(owner)
    other.refresh_from_db()
    assert (noted, other.is_erased) == ([True, True], True)
    assert erasures.read(settings.ERASURES_DIR).erased_at(Kind.ADDRESS, "zoe@example.org") is not None


@pytest.mark.parametrize("kind", ["comment", "address"])
def test_what_cannot_be_noted_is_not_erased_and_the_page_says_so(
    edition: Edition, settings: Any, tmp_path: Path, kind: str
) -> None:
    comment = written(edition)
    path = erasure_path(comment)
    if kind == "address":
        addresses.ask("zoe@example.org", address=factories.address())
        path = f"{link_path(AddressRequest.objects.get())}erasure/"
    (tmp_path / "file").write_text("where a folder should be")
    settings.ERASURES_DIR = tmp_path / "file"
    response = Client().post(path)
    assert (response.status_code, response["Retry-After"]) == (503, "300")
    assert "cannot be erased just now" in response.content.decode()
    comment.refresh_from_db()
    assert (comment.is_erased, comment.name) == (False, "Zoe Zeppelin")
    settings.ERASURES_DIR = tmp_path / "folder"
    assert Client().post(path).status_code == 303
    comment.refresh_from_db()
    assert comment.is_erased
