"""What is held about a reader: the list, the export, the page and the erasure are complete."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import error_reports, limits
from articles.models import Edition, ErrorAnswer, ErrorReport
from articles.states import ErrorOutcome
from comments import (
    addresses,
    erasing,
    exporting,
    moderation,
    notes,
    notifications,
    policy,
    posting,
    protection,
    replay,
    reporting,
    roundups,
    subscribing,
)
from comments.held import OF_NO_READER, PARTS
from comments.models import AddressRequest, AuthorNote, Comment, Commenter, Notice, StandingChange
from comments.reporting import Complaint
from comments.states import Pace, Reason, Standing, Status, Topic
from comments.tokens import link_path, own_path
from tests import factories
from tests.comments.authors import confirmed, give
from tests.comments.reading import read, words

ZOE = "zoe@example.org"
MARK = "zeppelin"
TEXT = f"Nobody but me would ever have written of one {MARK} over the harbour, or of two."


@pytest.fixture
def zoe(edition: Edition) -> Commenter:
    """A reader with a row of every kind that leads back to an address; each of her words contains the mark."""
    top = confirmed(edition, ZOE, name=f"Zoe {MARK}", body=TEXT)
    factories.decided(top, Status.APPROVED)
    answer = factories.approved(edition, parent=top, name="Ben Answer")
    turned = confirmed(edition, ZOE, name=f"Zoe {MARK}", body=f"{TEXT} Two.")
    factories.decided(turned, Status.REJECTED, reason=Reason.OTHER, explanation=f"No {MARK} here, please.")
    ledger = list(turned.decisions.all())
    moderation.object_to(turned, words=f"Yes, a {MARK}.", saw=moderation.seen_of(turned, ledger))
    changed = confirmed(edition, ZOE, name=f"Zoe {MARK}", body=f"{TEXT} Three.")
    factories.decided(changed, Status.RETURNED, explanation=f"Say more of the {MARK}.", passage=f"one {MARK}")
    changed.refresh_from_db()
    posting.edit(changed, body=f"{TEXT} Three and more.", saw=changed.seen, address=factories.address())
    # Somebody typed her address without confirming it.
    factories.pending(edition, email="Zoe@example.org", name="Stranger")
    owner = Commenter.objects.get(email=ZOE)
    moderator = factories.user("moderators", "mona-lind", first_name="Mona", last_name="Lind")
    notes.write(owner, by=moderator, text=f"Writes of each {MARK}.")
    give(owner, Standing.PAUSED, reason=f"Too much {MARK}.")
    subscribing.choose(owner, {Topic.ANSWERS: Pace.DAILY}, {edition.article_id: Pace.NOW})
    roundups.hold(Notice.objects.get(kind=Notice.Kind.ANSWERED))
    complaint = Complaint(Reason.ILLEGAL, f"It is against the law on each {MARK}.", f"Zoe {MARK}", "Zoe@example.org")
    reporting.report(answer, complaint, address=factories.address())
    error = error_reports.send(edition, text="It was on Tuesday.", email="Zoe@example.org", address=factories.address())
    editor = factories.user("editors")
    error_reports.answer(error, by=editor, outcome=ErrorOutcome.NO_ERROR, words="On Monday, say the minutes.")
    notifications.send_due(timezone.now() + timedelta(minutes=1))
    addresses.ask(ZOE, address=factories.address())
    return owner


def link(owner: Commenter) -> str:
    return link_path(AddressRequest.objects.filter(to=owner.email).latest("pk"))


def fields(model: type[Model]) -> set[str]:
    return {column.name for column in model._meta.concrete_fields}


def tables() -> str:
    """Every row of the conversations, and of readers' reports on stories, as text."""
    models = [*apps.get_app_config("comments").get_models(), ErrorReport, ErrorAnswer]
    return str([list(model._default_manager.values()) for model in models]).casefold()


# --- The list -------------------------------------------------------------------------------------------------------


def test_every_model_of_conversations_is_in_the_list_or_has_a_reason_not_to_be() -> None:
    """Whoever adds a model that holds something about readers must say so in `comments.held`."""
    listed = [part.model.__name__ for part in PARTS]
    models = {model.__name__ for model in apps.get_app_config("comments").get_models()} | {"ErrorReport", "ErrorAnswer"}
    assert sorted([*listed, *OF_NO_READER]) == sorted(models)
    assert [name for name, reason in OF_NO_READER.items() if not reason] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_every_field_is_told_or_kept_back_with_a_reason(part: Any) -> None:
    assert set(part.told) & set(part.kept_back) == set()
    assert set(part.told) | set(part.kept_back) == fields(part.model)
    assert [name for name, reason in part.kept_back.items() if not reason] == []


def test_what_leads_to_an_author_or_a_comment_is_told_or_has_a_reason() -> None:
    """A model with a key to one of them holds something about a reader, unless the list says why not."""
    leads = {
        model.__name__
        for model in apps.get_app_config("comments").get_models()
        for column in model._meta.concrete_fields
        if column.related_model in (Comment, Commenter)
    }
    told = {part.model.__name__ for part in PARTS if part.rows}
    # Nothing leads from a recommendation back to an address.
    assert leads - told == {"Catch", "Claim", "ReportCase", "Recommendation"}
    assert {"Catch", "Claim", "ReportCase"} <= set(OF_NO_READER)


def test_no_account_of_staff_and_no_story_holds_an_address_of_a_reader() -> None:
    """Mail addresses are in the list, or are the newsroom's own."""
    with_address = {
        model._meta.label
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.get_internal_type() == "CharField" and type(column).__name__ == "EmailField"
    }
    listed = {part.model._meta.label for part in PARTS}
    newsroom = {"auth.User", "accounts.AccountMail", "articles.Notice", "comments.Alert", "comments.Digest"}
    assert with_address - listed == newsroom


# --- The export -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_file_has_every_row_and_every_field_that_is_told(zoe: Commenter) -> None:
    response = Client().get(f"{link(zoe)}export/")
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="my-address.json"'
    data = json.loads(response.content)
    parts = [part for part in PARTS if part.rows]
    assert list(data) == [part.key for part in parts]
    for part in parts:
        assert part.rows is not None
        assert len(data[part.key]) == part.rows(zoe).count() > 0, part.key
        page = {"page"} if part.model is Comment else set()
        assert [set(row) - page for row in data[part.key]] == [set(part.told)] * len(data[part.key])
    top = Comment.objects.earliest("pk")
    assert data["address"][0]["email"] == ZOE
    assert data["comments"][0]["public_id"] == top.public_id
    assert data["comments"][0]["page"].endswith(own_path(top))
    assert [row["body"] for row in data["texts"]] == [TEXT, f"{TEXT} Two.", f"{TEXT} Three.", f"{TEXT} Three and more."]
    assert [row["explanation"] for row in data["explanations"]] == [
        f"No {MARK} here, please.",
        f"Say more of the {MARK}.",
    ]
    assert data["standing_reasons"] == [{"reason": f"Too much {MARK}."}]
    assert [row["words"] for row in data["objections"]] == [f"Yes, a {MARK}."]
    assert [(row["topic"], row["pace"]) for row in data["wishes"]] == [("answers", "daily"), ("", "now")]
    assert [(row["name"], row["words"]) for row in data["reports"]] == [
        (f"Zoe {MARK}", f"It is against the law on each {MARK}.")
    ]
    assert [(row["text"], row["answer"]) for row in data["errors"]] == [
        ("It was on Tuesday.", "On Monday, say the minutes.")
    ]


@pytest.mark.django_db
def test_neither_file_nor_page_has_what_is_others(zoe: Commenter) -> None:
    """Not the answer to her, nor the stranger's comment, nor who moderates, nor what colleagues told each other."""
    for path in (link(zoe), f"{link(zoe)}export/"):
        text = Client().get(path).content.decode()
        for others in ("Ben Answer", "Stranger", "Mona", "mona-lind", "Writes of each"):
            assert others not in text, (path, others)


@pytest.mark.django_db
def test_the_page_says_what_the_file_says(zoe: Commenter) -> None:
    page = read(Client().get(link(zoe)))
    titles = [words(title) for title in page.all("h2")]
    assert titles == [*(str(part.what) for part in PARTS if part.rows), "What we write to you", "Erase all of it"]
    said = words(page.one("main"))
    for row in (row for rows in exporting.as_data(zoe).values() for row in rows):
        for name in ("email", "body", "explanation", "reason", "name", "words", "text", "answer"):
            if row.get(name) and name in row and row[name] not in Reason.values:
                assert " ".join(str(row[name]).split()) in " ".join(said.split()), row
    hrefs = {anchor.attributes["href"] for anchor in page.all("a")}
    assert {own_path(comment) for comment in zoe.comments.all()} <= hrefs
    assert {f"{link(zoe)}export/", f"{link(zoe)}erasure/"} <= hrefs


@pytest.mark.django_db
def test_page_and_file_cost_the_same_for_one_comment_and_for_ten(edition: Edition) -> None:
    first = confirmed(edition, ZOE)
    addresses.ask(ZOE, address=factories.address())
    assert first.commenter is not None
    for path in (link(first.commenter), f"{link(first.commenter)}export/"):
        with CaptureQueriesContext(connection) as of_one:
            Client().get(path)
        for n in range(3):
            factories.decided(confirmed(edition, ZOE, sent_from=f"203.0.113.{n}"), Status.APPROVED)
        with CaptureQueriesContext(connection) as of_many:
            Client().get(path)
        assert len(of_many) == len(of_one)


@pytest.mark.django_db
def test_of_many_rows_the_page_shows_the_newest_and_says_how_many_more_there_are(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "HELD_ROWS_SHOWN", 2)
    comments = [confirmed(edition, ZOE) for _ in range(5)]
    owner = Commenter.objects.get()
    (section,) = [one for one in exporting.sections(owner) if one.part.key == "comments"]
    assert [row.own_url for row in section.rows] == [own_path(comments[4]), own_path(comments[3])]
    assert section.more == 3
    assert len(exporting.as_data(owner)["comments"]) == 5


# --- The page of what is stored -------------------------------------------------------------------------------------


def test_the_page_of_what_is_stored_has_every_part_with_why_how_long_and_who_sees_it(db: None) -> None:
    page = read(Client().get("/privacy/"))
    for part in PARTS:
        row = page.one("li", id=part.key)
        said = [str(part.what), *[words(said) for said in row.all("dd")]]
        assert said == [words(row.one("h3")), str(part.why), str(part.kept()), str(part.seen_by)]
    assert "/my-address/" in [link.attributes["href"] for link in page.one("main").all("a")]


@pytest.mark.parametrize(
    ("number", "key", "said"),
    [
        ("UNCONFIRMED_ADDRESS_KEPT", "address", "where it is not confirmed, for 3 days."),
        ("IDLE_ADDRESS_KEPT", "address", "nobody has written under it for 3 days;"),
        ("NOTICES_KEPT", "mails", "3 days"),
        ("ADDRESS_LINK_LIFE", "requests", "3 days"),
        ("NETWORK_KEY_LIFE", "networks", "For at most 6 days;"),
        ("NETWORK_KEY_LIFE", "recommendations", "For at most 3 days;"),
        ("NOTICES_KEPT", "daily_mails", "3 days"),
        ("REPORTERS_KEPT", "reports", "for 3 days after the report was answered"),
    ],
)
def test_it_follows_the_policy(db: None, monkeypatch: pytest.MonkeyPatch, number: str, key: str, said: str) -> None:
    monkeypatch.setattr(policy, number, timedelta(days=3))
    assert said in words(read(Client().get("/privacy/")).one("li", id=key))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("ERROR_ADDRESS_DAYS", "Your address for 3 days after our answer"),
        ("ERROR_UNANSWERED_DAYS", "or 3 days where nobody answered"),
    ],
)
def test_it_follows_the_limits_of_stories(db: None, monkeypatch: pytest.MonkeyPatch, number: str, said: str) -> None:
    monkeypatch.setattr(limits, number, 3)
    assert said in words(read(Client().get("/privacy/")).one("li", id="errors"))


def test_it_says_how_long_a_browser_keeps_what_was_typed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "DRAFT_KEPT", timedelta(days=3))
    assert "on your own device, for 3 days at most" in words(read(Client().get("/privacy/")).one("main"))


def test_every_page_leads_to_it(db: None) -> None:
    for path in ("/", "/guidelines/", "/never/"):
        assert "/privacy/" in [link.attributes["href"] for link in read(Client().get(path)).one("footer").all("a")]


# --- The erasure ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_after_an_erasure_no_table_has_a_word_of_hers_and_no_part_a_row(zoe: Commenter) -> None:
    assert [part.key for part in PARTS if part.rows and not part.rows(zoe).exists()] == []
    assert (MARK in tables(), ZOE in tables()) == (True, True)
    parts = {part.key: part.rows for part in PARTS if part.rows}
    erasing.erase_address(zoe)
    assert (MARK in tables(), ZOE in tables()) == (False, False)
    zoe.email = ZOE
    assert [key for key, rows in parts.items() if rows(zoe).exists()] == ["address", "standings", "standing_reasons"]
    assert Commenter.objects.get().email == f"{zoe.pk}@erased.invalid"
    assert [change.reason for change in StandingChange.objects.with_words()] == [""]


@pytest.mark.django_db
def test_where_no_log_names_her_the_row_of_the_address_goes_as_well(edition: Edition) -> None:
    owner = confirmed(edition, ZOE).commenter
    assert owner is not None
    erasing.erase_address(owner)
    assert (Commenter.objects.count(), Notice.objects.count(), AuthorNote.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_after_an_erasure_the_ledger_replays_and_answers_keep_their_place(zoe: Commenter, edition: Edition) -> None:
    erasing.erase_address(zoe)
    assert (replay.discrepancies(), protection.missing()) == ([], [])
    page = Client().get(f"/articles/{edition.article_id}/comments/").content.decode()
    assert ("Ben Answer" in page, "comment-removed" in page, MARK in page) == (True, True, False)


@pytest.mark.django_db
def test_others_keep_theirs_but_for_the_address_that_they_typed(zoe: Commenter, edition: Edition) -> None:
    ann = confirmed(edition, "ann@example.org", name="Ann")
    stranger = Comment.objects.get(name="Stranger")
    erasing.erase_address(zoe)
    for comment in (ann, stranger):
        comment.refresh_from_db()
    assert (ann.email, ann.is_erased) == ("ann@example.org", False)
    assert (stranger.email, stranger.name, stranger.is_erased) == ("", "Stranger", False)
    assert Commenter.objects.filter(email="ann@example.org").exists()


@pytest.mark.django_db
def test_it_goes_in_slices_and_what_a_crash_leaves_is_erased_by_the_next_call(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "ERASED_TOGETHER", 2)
    comments = [confirmed(edition, ZOE) for _ in range(5)]
    owner = Commenter.objects.get()
    moderation.erase([comments[0].pk])
    erasing.erase_address(owner)
    assert [comment.is_erased for comment in Comment.objects.all()] == [True] * 5
    erasing.erase_address(owner)
    assert Commenter.objects.count() == 0


@pytest.mark.django_db
def test_who_had_everything_erased_comes_back_as_a_stranger(zoe: Commenter, edition: Edition) -> None:
    erasing.erase_address(zoe)
    comment = confirmed(edition, ZOE)
    assert comment.commenter is not None
    assert comment.commenter.pk != zoe.pk
    assert comment.status == Status.PENDING
