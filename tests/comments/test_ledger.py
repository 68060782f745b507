"""The ledger as one list, narrowed, and as CSV: by equality, and with nasty content."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Edition
from comments import ledger, moderation, policy, reporting
from comments.models import Comment, Decision
from comments.reporting import Complaint
from comments.states import Reason, Status
from newsportal.admin_lists import COUNTED_AT_ONCE
from tests import factories, large
from tests.comments.conftest import NOON
from tests.comments.reading import read, words
from tests.pages.plans import planned
from tests.pages.test_plans import avoid

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/decision/"
CSV = "/admin/comments/decision/csv/"
FIGURES = "/admin/comments/decision/figures/"


@pytest.fixture
def ann(db: None) -> User:
    return factories.user("moderators", username="ann", first_name="Ann", last_name="Lee")


@pytest.fixture
def desk(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def listed(desk: Client, **query: Any) -> list[int]:
    """The numbers of the rows, as the list has them."""
    response = desk.get(LIST, query)
    assert response.status_code == 200, (query, response)
    return [entry.decision.pk for entry in response.context_data["entries"]]


def exported(desk: Client, **query: Any) -> list[dict[str, str]]:
    response = desk.get(CSV, query)
    assert response.status_code == 200, (query, response)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def numbers(rows: Any) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True))


# --- The list -------------------------------------------------------------------------------------------------------


def test_a_row_says_when_what_who_and_why(
    clock: time_machine.Traveller, edition: Edition, ann: User, desk: Client
) -> None:
    comment = factories.pending(edition, name="Mona", body=factories.GOOD_TEXT)
    factories.decided(comment, Status.REJECTED, by=ann, reason="hate", explanation="Read the guidelines.")
    rejection = comment.decisions.order_by("pk").last()
    back = moderation.undo(rejection, by=ann)
    page = read(desk.get(LIST))
    rows = [words(row) for row in page.all("tr") if row.attributes.get("id", "").startswith("decision-")]
    begins = (
        f"Mona, {comment.public_id}Security in Europe and in Asia hang together, I believe now, and this text is"
        " surely long …"
    )
    assert [row.replace(" ", "") for row in rows] == [
        said.replace(" ", "")
        for said in (
            f"2 March 2026, 12:00 UTC Ann Lee № {back.pk}{begins}{edition.headline} rejected → waiting"
            f" takes back № {rejection.pk}",
            f"2 March 2026, 12:00 UTC Ann Lee № {rejection.pk}{begins}{edition.headline} waiting → rejected hate"
            f"Read the guidelines. taken back by № {back.pk}",
            f"2 March 2026, 12:00 UTC rule № {comment.decisions.first().pk}{begins}{edition.headline} waiting"
            " no approved comment by this author",
        )
    ]
    links = [link.attributes["href"] for link in page.all("a")]
    assert f"/admin/comments/comment/{comment.pk}/change/" in links


def test_a_row_leads_to_its_comment_and_changes_nothing(edition: Edition, desk: Client) -> None:
    comment = factories.approved(edition)
    first = comment.decisions.first()
    answer = desk.get(f"{LIST}{first.pk}/change/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/comments/comment/{comment.pk}/change/")
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{first.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Decision.objects.count() == 2


@pytest.fixture
def various(clock: time_machine.Traveller, ann: User) -> dict[str, Comment]:
    """Decisions of every kind, on three days."""
    before = NOON - timedelta(days=10)
    world, sport = factories.live(at=before), factories.live(at=before, section=factories.section("Sport"))
    ben = factories.user("moderators", username="ben")
    clock.shift(-timedelta(days=9))
    made = {"old": factories.decided(factories.pending(world, name="Old"), Status.SPAM, by=ben)}
    clock.shift(timedelta(days=8))
    made["hate"] = factories.decided(factories.pending(sport, name="Zoë"), Status.REJECTED, by=ann, reason="hate")
    clock.shift(timedelta(days=1))
    made["undone"] = factories.decided(factories.pending(sport, name="Mona"), Status.APPROVED, by=ben)
    moderation.undo(made["undone"].decisions.order_by("pk").last(), by=ann)
    together = [factories.pending(world) for _number in range(2)]
    moderation.decide_all(together, to=Status.SPAM, by=ann, saw={one.pk: one.seen for one in together})
    made["together"] = together[0]
    return made


def test_the_list_and_its_export_are_narrowed_alike(various: dict[str, Comment], ann: User, desk: Client) -> None:
    made = various
    # The filter, and the rows that it should find.
    narrowed: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "everything": ({}, {}),
        "mine": ({"who": "me"}, {"by": ann}),
        "mine of today": ({"who": "me", "days": "today"}, {"by": ann, "at__gte": NOON}),
        "somebody's": ({"who": ann.pk}, {"by": ann}),
        "moderators'": ({"who": "moderator"}, {"actor": "moderator"}),
        "rules'": ({"who": "rule"}, {"actor": "rule"}),
        "authors'": ({"who": "author"}, {"actor": "author"}),
        "the clock's": ({"who": "clock"}, {"actor": "clock"}),
        "with a reason": ({"reason": "hate"}, {"reason": "hate"}),
        "with an outcome": ({"outcome": "spam"}, {"to_status": "spam"}),
        "of a section": (
            {"section": made["hate"].thread.article.section_id},
            {"comment__in": [made["hate"], made["undone"]]},
        ),
        "taken back": ({"undone": "yes"}, {"undone_by__isnull": False}),
        "taking back": ({"undone": "undo"}, {"undoes__isnull": False}),
        "of a batch": (
            {"batch": made["together"].decisions.last().batch_id},
            {"batch__isnull": False},
        ),
        "of seven days": ({"days": "7"}, {"at__gte": NOON - timedelta(days=7)}),
        "of thirty days": ({"days": "30"}, {}),
        "from a day on": ({"since": "2026-03-01"}, {"at__gte": NOON - timedelta(days=1)}),
        "until a day": ({"until": "2026-03-01"}, {"at__lt": NOON - timedelta(hours=12)}),
        "of a day": (
            {"since": "2026-03-01", "until": "2026-03-01"},
            {"comment": made["hate"]},
        ),
        "of a comment": ({"q": made["hate"].public_id}, {"comment": made["hate"]}),
        "of a name": ({"q": "zo"}, {"comment": made["hate"]}),
        "of a name on a day": ({"q": "o", "until": "2026-02-28"}, {"comment": made["old"]}),
    }
    expected = {asked: numbers(Decision.objects.filter(**rows)) for asked, (_query, rows) in narrowed.items()}
    assert {asked: listed(desk, **query) for asked, (query, _rows) in narrowed.items()} == expected
    found = {asked: exported(desk, **query) for asked, (query, _rows) in narrowed.items()}
    assert {asked: [int(row["decision"]) for row in rows] for asked, rows in found.items()} == expected
    # No test is empty, except where there is nothing to find.
    assert [asked for asked, rows in expected.items() if not rows] == ["authors'", "the clock's"]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_day_is_one_of_the_papers(ann: User, desk: Client, settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    edition = factories.live(at=NOON - timedelta(days=2))
    with time_machine.travel(NOON, tick=False) as clock:
        kept = {}
        for hours in range(-12, 36, 6):
            clock.move_to(NOON + timedelta(hours=hours))
            comment = factories.decided(factories.pending(edition), Status.APPROVED, by=ann)
            day = datetime.now(ZoneInfo(zone)).date().isoformat()
            kept.setdefault(day, []).append(comment.decisions.order_by("pk").last().pk)
        expected = sorted(kept["2026-03-02"], reverse=True)
        assert listed(desk, since="2026-03-02", until="2026-03-02", who="me") == expected


@pytest.mark.parametrize(
    "query",
    [
        {"who": "0' OR 1=1"},
        {"who": "9" * 40},
        {"who": "9" * 18},
        {"section": "\x00"},
        {"reason": "hate\x00"},
        {"outcome": "PENDING"},
        {"undone": "perhaps"},
        {"batch": "-1"},
        {"q": "nobody is called so"},
    ],
)
def test_what_is_no_choice_of_ours_finds_nothing(edition: Edition, desk: Client, query: dict[str, str]) -> None:
    factories.approved(edition)
    assert (listed(desk, **query), exported(desk, **query)) == ([], [])


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "\x00", "2026-03-02T10:00"])
def test_a_day_that_is_none_is_told_and_narrows_nothing(edition: Edition, desk: Client, typed: str) -> None:
    factories.approved(edition)
    for name in ("since", "until"):
        page = desk.get(LIST, {name: typed})
        assert len(page.context_data["entries"]) == 2
        assert "is no day: the ledger is not narrowed to it." in page.text


@pytest.mark.parametrize("query", ["comment__email=a", "to_status__exact=%00", "by__password__startswith=a"])
def test_an_address_that_asks_for_other_columns_is_refused(desk: Client, query: str) -> None:
    assert [desk.get(f"{at}?{query}").status_code for at in (LIST, CSV)] == [400, 400]


@pytest.mark.parametrize("query", ["p=99999999999999999999", "p=-1", "q=%00", "o=1.2.3", "e=1"])
def test_an_odd_address_is_answered(edition: Edition, desk: Client, query: str) -> None:
    factories.approved(edition)
    for at in (LIST, CSV):
        assert desk.get(f"{at}?{query}").status_code in {200, 302}


# --- CSV ------------------------------------------------------------------------------------------------------------


def test_the_export_says_what_the_ledger_says(
    clock: time_machine.Traveller, edition: Edition, ann: User, desk: Client
) -> None:
    comment = factories.pending(edition, name="Mona", email="mona@example.org")
    nasty = '=HYPERLINK("https://example.org/?"&A1)\r\n"quoted", 日本語, \u202eback'
    factories.decided(comment, Status.REJECTED, by=ann, reason="other", explanation=nasty)
    held, rejected = comment.decisions.order_by("pk")
    common = [comment.public_id, str(edition.article_id), edition.headline, "1"]
    at = "2026-03-02T12:00:00+00:00"
    decision = ["pending", "rejected", "0", "moderator", "ann", "other", f"'{rejected.explanation}", "", "", ""]
    arrival = ["", "pending", "0", "rule", "", "", "", "", "", "first_time_author"]
    assert exported(desk) == [
        dict(zip(ledger._COLUMNS, [str(rejected.pk), at, *common, *decision, "", "", "", "", "", ""], strict=True)),
        dict(zip(ledger._COLUMNS, [str(held.pk), at, *common, *arrival, "", "", "", "", "", ""], strict=True)),
    ]
    assert rejected.explanation.startswith("=HYPERLINK")
    everything = b"".join(desk.get(CSV).streaming_content).decode()
    for kept_back in ("Mona", "mona@example.org", factories.GOOD_TEXT[:20]):
        assert kept_back not in everything


def test_the_export_says_which_case_of_reports_a_decision_answers(edition: Edition, ann: User, desk: Client) -> None:
    comment = factories.approved(edition)
    reporting.report(comment, Complaint(Reason.HATE), address=factories.address())
    comment.refresh_from_db()
    case = comment.report_case_id
    factories.decided(comment, Status.APPROVED, by=ann)
    assert [row["report_case"] for row in exported(desk)] == [str(case), "", ""]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(begin: str) -> None:
    assert ledger._guarded([f"{begin}1+1", f"x{begin}", 17, None]) == [f"'{begin}1+1", f"x{begin}", 17, None]


@pytest.mark.parametrize("between", [";", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝"])
def test_no_part_of_a_cell_is_one_where_something_else_parts_cells(begin: str, between: str) -> None:
    """A formula in the middle of a text must not run where the program separates cells by semicolons."""
    assert ledger._guarded([f"a{between}{begin}1+1{between}b"]) == [f"a{between}'{begin}1+1{between}b"]


def test_what_is_written_into_the_ledger_reckons_nowhere(edition: Edition, ann: User, desk: Client) -> None:
    comment = factories.pending(edition)
    evil = ["=1+1", "+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", '"=1"', "a;=1+1", "a\n=1+1", ";=1"]
    for number, formula in enumerate(evil):
        to = Status.RETURNED if number % 2 else Status.REJECTED
        factories.decided(comment, to, by=ann, reason="other", explanation=formula)
    file = b"".join(desk.get(CSV).streaming_content).decode("utf-8-sig")
    for delimiter in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(file, newline=""), delimiter=delimiter) for cell in row]
        assert [cell for cell in cells if re.match(r"[=+\-@＝＋－＠\t\r\n]", cell)] == []


def test_the_export_is_a_file_that_nobody_keeps(desk: Client) -> None:
    response = desk.get(CSV)
    assert b"".join(response.streaming_content).startswith("\ufeffdecision,at,comment,".encode())
    assert set(response.headers["Cache-Control"].split(", ")) >= {"private", "no-store"}
    assert {name: response.headers[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="decisions.csv"',
    }


def test_the_export_is_read_piece_by_piece(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        factories.pending(edition)
    monkeypatch.setattr(ledger, "_AT_A_TIME", 2)
    with CaptureQueriesContext(connection) as asked:
        pieces = ledger.as_csv(Decision.objects.order_by("-pk"))
        next(pieces)
        first = len(asked)
        next(pieces)
        second = len(asked)
        rest = [piece.count("\r\n") for piece in pieces]
    assert (first, second, rest, len(asked)) == (0, 4, [2], 9)


# --- Who may, and what it costs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("-pk",), ("-at", "-pk")])
def test_the_export_goes_on_behind_the_last_row_also_where_many_are_of_one_moment(
    clock: time_machine.Traveller, db: None, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    monkeypatch.setattr(ledger, "_AT_A_TIME", 2)
    edition = factories.live(at=NOON - timedelta(hours=1))
    for seconds in (0, 0, 0, 1, 0, -3, 0):
        clock.shift(seconds)
        factories.pending(edition)
    rows = Decision.objects.order_by(*order)
    avoid("seqscan", "hashjoin", "mergejoin", "sort")
    with planned() as plan:
        numbers = [line.split(",")[0] for piece in list(ledger.as_csv(rows))[1:] for line in piece.splitlines()]
    assert numbers == [str(pk) for pk in rows.values_list("pk", flat=True)]
    assert ("decision_by_time" in plan.indexes) == ("-at" in order)


@pytest.mark.parametrize("role", ["", "writers", "editors"])
@pytest.mark.parametrize("url", [LIST, CSV, FIGURES, f"{LIST}1/change/", f"{LIST}1/history/"])
def test_nobody_else_reads_the_ledger(sign_in: Callable[..., Client], role: str, url: str) -> None:
    assert Client().get(url).headers["Location"].startswith("/admin/login/")
    response = sign_in(role).get(url)
    assert response.status_code == 403 or response.headers["Location"] == "/admin/"


def test_a_moderator_who_lost_the_right_reads_nothing_more(ann: User, desk: Client) -> None:
    assert desk.get(LIST).status_code == 200
    ann.groups.clear()
    assert [desk.get(url).status_code for url in (LIST, CSV, FIGURES)] == [403, 403, 403]


def test_nothing_is_posted_to_the_export_or_the_figures(desk: Client) -> None:
    assert [desk.post(url).status_code for url in (CSV, FIGURES)] == [405, 405]


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(edition: Edition, ann: User, desk: Client) -> None:
    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            listed(desk, **query)
        return len(asked)

    factories.decided(factories.pending(edition), Status.APPROVED, by=ann)
    desk.get(LIST)
    few = [queries(), queries(who="me", days="today")]
    for _number in range(3):
        factories.decided(factories.pending(factories.live()), Status.REJECTED, by=factories.user("moderators"))
    assert [queries(), queries(who="me", days="today")] == few


def test_a_long_ledger_is_counted_to_a_thousand(desk: Client) -> None:
    large.waiting(COUNTED_AT_ONCE + 200)
    page = desk.get(LIST)
    assert "1,000+ decisions" in words(read(page))
    assert len(page.context_data["entries"]) == 100


def test_the_newest_are_read_without_the_rest(desk: Client) -> None:
    large.waiting(1_000)
    avoid("seqscan", "hashjoin", "mergejoin", "sort")
    rows = ledger.with_context(Decision.objects.all())
    with planned() as plan:
        page = list(rows.order_by("-pk")[:100])
    # Read in the order of the numbers, backwards, only as far as the list is long.
    assert (plan.read_whole - {"comments_decision", "comments_decision_pkey"}, plan.is_sorted) == (set(), False)
    with planned() as plan:
        ledger.entries(page)
    assert plan.read_whole == set()
    with planned() as plan:
        list(rows.filter(at__gte=NOON, at__lt=NOON + timedelta(days=1)).order_by("-at", "-pk")[:100])
    assert (plan.indexes, plan.read_whole, plan.is_sorted) == ({"decision_by_time"}, set(), False)


def test_what_no_index_knows_is_looked_for_in_the_newest_of_all_or_of_the_days_that_are_chosen(
    clock: time_machine.Traveller, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "LEDGER_SEARCHED", 2)
    edition = factories.live(at=NOON - timedelta(days=3))
    clock.shift(-timedelta(days=2))
    day = f"{NOON - timedelta(days=2):%Y-%m-%d}"
    for name in ("Mona 1", "Mona 2", "Mona 3"):
        factories.pending(edition, name=name)
        clock.shift(1)
    first, second, third = Decision.objects.order_by("pk").values_list("pk", flat=True)
    clock.shift(timedelta(days=2))
    last = factories.pending(edition, name="Mona 4").decisions.get().pk
    section = str(edition.article.section_id)
    asked = ({"q": "mona"}, {"outcome": "pending"}, {"who": "rule"}, {"section": section})
    for narrowed in asked:
        assert (narrowed, listed(desk, **narrowed)) == (narrowed, [last, third])
        # An invalid day lifts no limit; a valid one reaches as far back as it says.
        for nonsense in ({"days": "x"}, {"since": "x"}, {"until": "0001-01-01"}):
            assert (narrowed, listed(desk, **narrowed, **nonsense)) == (narrowed, [last, third])
        assert (narrowed, listed(desk, **narrowed, until=day)) == (narrowed, [third, second])
        assert (narrowed, listed(desk, **narrowed, days="30")) == (narrowed, [last, third])
    assert listed(desk) == [last, third, second, first]


def test_what_a_reason_or_a_section_finds_seldom_reads_no_more_than_the_newest(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.waiting(1_000)
    monkeypatch.setattr(policy, "LEDGER_SEARCHED", 50)
    avoid("seqscan", "hashjoin", "mergejoin", "sort")
    for narrowed in ({"reason": "hate"}, {"outcome": "spam"}, {"section": "987"}, {"who": "clock"}, {"q": "nobody"}):
        for days in ({}, {"days": "x"}, {"days": "30"}):
            with planned() as plan:
                assert desk.get(LIST, {**narrowed, **days}).status_code == 200
            assert (narrowed, "comments_decision" in plan.read_whole) == (narrowed, False)


# --- The page of figures --------------------------------------------------------------------------------------------


def test_an_empty_desk_has_figures_too(desk: Client) -> None:
    page = desk.get(FIGURES)
    assert page.status_code == 200
    assert "Nobody decided anything in the last 24 hours." in page.text


def test_each_chart_has_a_name_a_description_and_its_table(
    clock: time_machine.Traveller, edition: Edition, ann: User, desk: Client
) -> None:
    for to in (Status.APPROVED, Status.REJECTED):
        factories.decided(factories.pending(edition, at=NOON - timedelta(minutes=30)), to, by=ann)
    page = read(desk.get(FIGURES))
    drawings = page.all("svg", role="img")
    assert [one.attributes["aria-labelledby"] for one in drawings] == [
        f"{key}-title {key}-description" for key in ("decided", "waits", "reasons", "overturned")
    ]
    ids = {one.attributes["id"] for one in (*page.all("title"), *page.all("desc")) if "id" in one.attributes}
    assert ids == {name for one in drawings for name in one.attributes["aria-labelledby"].split()}
    captions = [words(one) for one in page.all("caption")]
    for one in page.all("figcaption"):
        assert words(one) in captions
    assert words(next(one for one in page.all("desc") if one.attributes["id"] == "waits-description")) == (
        "Longest for what comes in the hour from 11:00: of ten comments nine wait no longer than 30 minutes."
    )
    rows = [[words(cell) for cell in (*row.all("th"), *row.all("td"))] for row in page.all("tr")]
    assert ["11:00", "30 min", "30 min"] in rows
    assert ["off topic", "1"] in rows
    assert ["Ann Lee", "2", "2.0", "2", "2.0"] in rows
    assert ["Persons", "2", "0", "0", "0"] in rows


def test_figures_take_the_same_queries_however_many_decided(edition: Edition, ann: User, desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(FIGURES).status_code == 200
        return len(asked)

    factories.decided(factories.pending(edition), Status.REJECTED, by=ann)
    desk.get(FIGURES)
    one = queries()
    for _number in range(3):
        factories.decided(factories.pending(factories.live()), Status.APPROVED, by=factories.user("moderators"))
    assert queries() == one


def test_the_desk_and_the_first_page_lead_to_what_i_decided_today(edition: Edition, desk: Client) -> None:
    for at in ("/admin/", "/admin/comments/comment/"):
        links = {link.attributes["href"] for link in read(desk.get(at)).all("a")}
        assert links >= {f"{LIST}?who=me&days=today", LIST, FIGURES}
