"""The demo edition: a small newspaper, made through the verbs that people use."""

from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test import Client

from articles.models import Article, ArticleLog, Edition, ErrorAnswer, ErrorReport, Person, Picture
from articles.search import index
from articles.states import Act, House, Kind, Status
from comments.models import AddressRequest, Comment, Notice, ReportCase
from newsportal.demo import accounts
from tests.conftest import SHARED

pytestmark = pytest.mark.django_db

SEED = "/articles/{}/nato-south-korea/"


@pytest.fixture(scope="module", autouse=True)
def _demo(rows_of_the_module: None) -> None:
    """The demo edition, once for all tests of this file."""
    call_command("demo", stdout=StringIO())


def seed_page() -> Any:
    edition = Edition.objects.live().get(slug="nato-south-korea")
    return Client().get(edition.get_absolute_url())


class Words(HTMLParser):
    """The words of a page as a reader sees them, with those of its head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in {"script", "style"}
        if tag == "meta":
            self.parts.append(dict(attrs).get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.parts.append(data)


def words_of(html: str) -> str:
    words = Words()
    words.feed(html)
    return " ".join(" ".join(words.parts).split())


def spelled(line: str) -> list[str]:
    """A line of the seed as the page shows it: bullets are a list, and the quotation has its speaker below."""
    line = line.strip().removeprefix("•").strip()
    if line == "- ANI":
        return ["— ANI"]
    if line.startswith('"') and line.endswith('- Mark Rutte"'):
        return [line.strip('"').removesuffix("- Mark Rutte").strip(), "Mark Rutte"]
    if line == "Minimum 50 characters 0/50":
        return ["Minimum 50 characters", "0/50"]
    return [line] if line else []


def words_of_working_copies() -> list[tuple[Any, ...]]:
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, * FROM {index.WORKING_COPIES.table} ORDER BY {key}")
        return cursor.fetchall()


def everything() -> dict[str, list[Any]]:
    models = [model for label in ("articles", "comments", "auth") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


# --- The command ----------------------------------------------------------------------------------------------------


def test_a_second_time_changes_nothing() -> None:
    before = everything()
    said = StringIO()
    call_command("demo", stdout=said)
    assert everything() == before
    assert said.getvalue().startswith(
        "There are stories already; nothing was changed.\nSign in at http://127.0.0.1:8000/admin/"
    )


def test_the_ledger_agrees_with_what_was_made() -> None:
    said = StringIO()
    call_command("doctor", stdout=said)
    lines = [line for line in said.getvalue().splitlines() if not line.startswith("To be looked at: ")]
    assert lines == ["The ledger, the statuses and the counts agree."]


def test_a_count_that_was_tampered_with_is_found() -> None:
    one = Comment.objects.filter(status="pending")[:1].get()
    Comment.objects.filter(pk=one.pk).update(status="spam", queued_at=None)
    said = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("doctor", stdout=said)
    assert "the ledger says" in said.getvalue()


def test_the_newsroom_finds_its_stories_by_their_key_points_and_quotes() -> None:
    kept = words_of_working_copies()
    index.rebuild()
    assert kept == words_of_working_copies()


def test_where_others_reach_the_server_there_is_no_demo(settings: Any) -> None:
    before = everything()
    settings.IS_DEMO, settings.SITE_URL = False, "https://news.example.org"
    with pytest.raises(CommandError, match=r"https://news\.example\.org"):
        call_command("demo", stdout=StringIO())
    assert everything() == before


# --- Who may sign in ------------------------------------------------------------------------------------------------


def test_the_accounts_are_those_that_the_readme_names_with_one_password() -> None:
    groups = {user.username: [group.name for group in user.groups.all()] for user in User.objects.all()}
    assert groups == {
        "admin": [],
        "editor": ["editors"],
        "writer": ["writers"],
        "moderator": ["moderators"],
        "moderator2": ["moderators"],
    }
    assert {user.username for user in User.objects.filter(is_superuser=True)} == {"admin"}
    for username in groups:
        assert Client().login(username=username, password=accounts.password())


def test_the_password_is_kept_for_its_owners_eyes(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    settings.VAR_DIR = tmp_path
    made = accounts.password()
    assert (accounts.password(), len(made)) == (made, 12)
    assert (tmp_path / "demo_password").stat().st_mode & 0o777 == 0o600


def test_a_password_that_was_given_is_taken_also_later(monkeypatch: Any, tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("DEMO_PASSWORD", "given-by-the-operator")
    accounts.make_accounts()
    assert Client().login(username="editor", password="given-by-the-operator")
    assert [path.name for path in tmp_path.iterdir()] == ["demo_accounts"]
    assert "given" not in (tmp_path / "demo_accounts").read_text()


def test_accounts_have_another_password_as_soon_as_another_one_is_given(
    monkeypatch: Any, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    for given in ("the-first", "the-second", "the-second"):
        monkeypatch.setenv("DEMO_PASSWORD", given)
        accounts.make_accounts()
        assert Client().login(username="moderator2", password=given)
    User.objects.filter(username="editor").update(password="changed by hand")
    accounts.make_accounts()
    assert Client().login(username="editor", password="the-second")


def test_a_note_from_another_database_is_not_believed(monkeypatch: Any, tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("DEMO_PASSWORD", "the-first")
    accounts.make_accounts()
    User.objects.update(password=make_password("another"))
    accounts.make_accounts()
    assert Client().login(username="admin", password="the-first")


# --- What it holds --------------------------------------------------------------------------------------------------


def test_the_seeds_page_has_every_line_of_the_seed() -> None:
    seed = SHARED / "seed_story.txt"
    if not seed.exists():
        pytest.skip(f"{seed} is not here")
    lines = [part for line in seed.read_text(encoding="utf-8").splitlines() for part in spelled(line)]
    page = words_of(seed_page().text)
    assert [line for line in lines if " ".join(line.split()) not in page] == []
    names = ["Rohit P", "Aman W", "Sarah B", "Vikram M", "Karthik V"]
    places = [page.rindex(name) for name in names]
    assert places == sorted(places)


def test_the_seeds_comments_were_approved_by_the_demos_moderator() -> None:
    edition = Edition.objects.live().get(slug="nato-south-korea")
    comments = Comment.objects.filter(thread__article_id=edition.article_id)
    decided = {decision.by.username for comment in comments for decision in comment.decisions.filter(by__isnull=False)}
    assert (comments.count(), comments.public().count(), decided) == (5, 5, {"moderator"})


def test_there_are_stories_in_every_state_over_five_sections() -> None:
    live = Edition.objects.live()
    assert len(live) >= 12
    assert {edition.section.slug for edition in live} == {"world", "politics", "business", "science", "culture"}
    assert Edition.objects.scheduled().count() == 1
    statuses = [status for status in Article.objects.values_list("status", flat=True) if status != Status.READY]
    assert sorted(statuses) == [Status.DRAFT, Status.IN_REVIEW]
    corrected = live.get(kind=Kind.CORRECTION)
    assert corrected.article.editions.count() == 2
    assert corrected.note != ""


def test_every_story_is_the_work_of_the_verbs() -> None:
    assert {log.article_id for log in ArticleLog.objects.filter(act=Act.CREATED)} == set(
        Article.objects.values_list("pk", flat=True)
    )
    shown = ArticleLog.objects.filter(act__in=[Act.PUBLISHED, Act.SCHEDULED])
    assert sorted(shown.values_list("article", "edition_number")) == sorted(
        Edition.objects.values_list("article", "number")
    )


def test_every_picture_is_described_and_can_be_fetched() -> None:
    pictures = list(Picture.objects.all())
    assert all(picture.alt and picture.credit for picture in pictures)
    assert len(pictures) == Article.objects.count() + Person.objects.count()
    for edition in Edition.objects.live().select_related("picture"):
        assert edition.picture is not None
        response = Client().get(edition.picture.file.w320)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert b"".join(response.streaming_content)[8:12] == b"WEBP"


def test_comments_wait_at_the_desk_and_readers_see_none_of_them() -> None:
    waiting = Comment.objects.filter(status="pending")
    assert waiting.count() >= 8
    page = {
        comment.thread.article_id: Client().get(f"/articles/{comment.thread.article_id}/", follow=True).text
        for comment in waiting
    }
    for comment in waiting:
        assert f'id="comment-{comment.public_id}"' not in page[comment.thread.article_id]


def test_readers_have_reported_objected_and_found_errors_and_nobody_is_written_to() -> None:
    cases = ReportCase.objects.annotate(total=Count("reports")).order_by("pk")
    is_open = set(Comment.objects.filter(report_case__isnull=False).values_list("report_case", flat=True))
    assert [(case.total, case.pk in is_open) for case in cases] == [(1, True), (3, True), (1, False)]
    objected = Comment.objects.get(objection__isnull=False)
    assert (objected.is_objected, objected.objection.by.username) == (True, "moderator")
    assert sorted(ErrorReport.objects.values_list("outcome", flat=True)) == ["", "no_error"]
    assert [model.objects.count() for model in (Notice, AddressRequest, ErrorAnswer)] == [0, 0, 0]


def test_every_public_page_of_it_answers() -> None:
    client = Client()
    addresses = ["/", "/feed/", "/feed/atom/", "/sitemap.xml", "/robots.txt"]
    addresses += [f"/{slug}/" for slug in House.values]
    for edition in Edition.objects.live():
        addresses += [edition.get_absolute_url(), edition.section.get_absolute_url()]
        addresses += [row.get_absolute_url() for row in (*edition.tag_list, *edition.people_in_order)]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
