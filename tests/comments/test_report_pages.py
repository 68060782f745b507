"""The form of a report and a report's page, as readers see them; and what the desk shows of it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from articles.models import Edition
from comments import notifications, policy, posting
from comments.models import Comment, Decision, Notice, Report
from comments.states import Reason, Status
from comments.tokens import report_path
from newsportal.origin import FORM_TYPE
from tests import factories
from tests.comments.reading import Element, read, words
from tests.mail import MailServer

pytestmark = pytest.mark.django_db

DESK = "/admin/comments/comment/"
CRIME = {
    "reason": "illegal",
    "words": "It calls for violence.",
    "name": "Ann Ek",
    "email": "ann@example.org",
    "is_in_good_faith": "on",
}

WHO = {"name": "Ann", "email": "ann@example.org", "is_in_good_faith": "on"}


@pytest.fixture
def comment(edition: Edition) -> Comment:
    return factories.approved(edition, name="Olu")


def address_of(comment: Comment) -> str:
    return reverse("comments:report", args=[comment.public_id])


def send(comment: Comment, sent_from: str = "198.51.100.1", /, *, headers: Any = None, **fields: str) -> Any:
    data = urlencode({"reason": "hate", **fields})
    client = Client(REMOTE_ADDR=sent_from, enforce_csrf_checks=True)
    return client.post(address_of(comment), data, content_type=FORM_TYPE, headers=headers or {})


def wrong(response: Any) -> list[str]:
    """What the summary at the top says, in order."""
    return [words(item) for item in read(response).one("div", class_="error-summary").all("li")]


def held(response: Any) -> dict[str, str]:
    return read(response).one("form", id="report-form").fields()


def everything(response: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    return response.status_code, sorted(response.headers.items()), response.content


# --- The form -------------------------------------------------------------------------------------------------------


def test_the_form_shows_what_is_reported_and_has_no_cookie(comment: Comment) -> None:
    response = Client().get(address_of(comment))
    page = read(response)
    form = page.one("form", id="report-form")
    assert (response.status_code, response.cookies) == (200, {})
    assert words(page.one("blockquote")) == comment.public_revision.body  # type: ignore[union-attr]
    assert [radio.attributes["value"] for radio in form.all("input", type="radio")] == [
        *(reason for reason in Reason.values if reason != "illegal"),
        "illegal",
    ]
    assert "csrfmiddlewaretoken" not in form.fields()


def test_a_report_leads_to_its_own_page_with_its_reference(comment: Comment) -> None:
    response = send(comment)
    report = Report.objects.get()
    assert (response.status_code, response["Location"]) == (303, report_path(report))
    page = Client().get(response["Location"])
    assert (page.status_code, page["Cache-Control"], page["X-Robots-Tag"]) == (200, "private, no-store", "noindex")
    assert words(read(page).one("h1")) == "Thank you. Your report was received."
    assert report.reference in page.content.decode()
    assert comment.public_revision.body not in page.content.decode()  # type: ignore[union-attr]


def test_the_same_report_again_is_told_kindly_and_counts_once(comment: Comment) -> None:
    first = send(comment)
    again = send(comment)
    assert again["Location"] == f"{first['Location']}?again=1"
    assert "It counts once" in Client().get(again["Location"]).content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, ["Choose what is wrong with it."]),
        ({"reason": "boring"}, ["Choose what is wrong with it."]),
        ({"reason": "other", "words": ""}, ["Say in your words what is wrong with it."]),
        ({"reason": "other", "words": " \u200b \n"}, ["Say in your words what is wrong with it."]),
        ({"words": "x" * 2_001}, ["2001 of at most 2000 characters. Say it in fewer words."]),
        ({"email": "nobody"}, ["Enter a valid email address."]),
        ({"name": "x" * 81}, ["This name is too long: 80 characters at most."]),
        ({"reason": "illegal", **WHO, "words": ""}, ["Say which law it breaks, or why it is illegal."]),
        (
            {"reason": "illegal"},
            [
                "Give your name: the law asks for it where something is reported as illegal.",
                "Give your e-mail: the law asks for it where something is reported as illegal.",
                "Confirm that you believe in good faith what you say.",
            ],
        ),
        (
            {"reason": "illegal", "is_of_abuse": "on", "words": "A picture."},
            ["Confirm that you believe in good faith what you say."],
        ),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    comment: Comment, fields: dict[str, str], said: list[str]
) -> None:
    response = send(comment, **{"words": "Look at the end.", **fields})
    assert (response.status_code, wrong(response)) == (422, said)
    assert (response["Cache-Control"], Report.objects.count()) == ("no-store", 0)
    kept = {"words": "Look at the end.", **fields}["words"]
    assert words(read(response).one("textarea", name="words")) == " ".join(kept.split())


def test_a_crime_against_children_is_reported_without_a_name(comment: Comment) -> None:
    fields = {"reason": "illegal", "is_of_abuse": "on", "words": "A picture.", "is_in_good_faith": "on"}
    assert send(comment, **fields).status_code == 303
    report = Report.objects.get()
    assert (report.is_illegal, report.is_of_abuse, report.name, report.email) == (True, True, "", "")


def test_a_report_of_illegality_is_acknowledged_by_mail(comment: Comment, server: MailServer) -> None:
    response = send(comment, **CRIME)
    assert notifications.send_due() == 1
    (mail,) = server.taken
    assert (mail["To"], mail["Auto-Submitted"]) == ("ann@example.org", "auto-generated")
    assert response["Location"] in mail.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name",
    ["Ann\r\nBcc: all@example.org", "Ann\nSubject: x", "=?utf-8?q?Ann?=", "<b>Ann</b>", "Ann\x00", "A" + "\u0301" * 79],
)
def test_no_name_gets_into_a_mail(comment: Comment, server: MailServer, name: str) -> None:
    assert send(comment, **{**CRIME, "name": name}).status_code == 303
    notifications.send_due()
    (mail,) = server.taken
    assert (server.recipients, mail["Bcc"]) == ([["ann@example.org"]], None)
    assert str(mail["Subject"]).startswith("We have received the report ")
    assert "Ann" not in mail.as_string()
    assert "\n" not in Report.objects.get().name


@pytest.mark.parametrize(
    "email", ["ann@example.org\r\nBcc: all@example.org", "a@example.org, b@example.org", "a@b@c.org"]
)
def test_no_second_address_gets_into_a_mail(comment: Comment, email: str) -> None:
    response = send(comment, **{**CRIME, "email": email})
    assert (response.status_code, Notice.objects.filter(report__isnull=False).count()) == (422, 0)


def test_a_post_from_another_site_is_refused_with_the_words_kept(comment: Comment) -> None:
    response = send(comment, headers={"Sec-Fetch-Site": "cross-site"}, **CRIME)
    assert (response.status_code, Report.objects.count()) == (403, 0)
    assert (held(response)["name"], held(response)["email"]) == ("Ann Ek", "ann@example.org")
    assert words(read(response).one("textarea", name="words")) == "It calls for violence."


def test_too_many_reports_are_429_filled_and_say_when_to_come_back(clock: Traveller, edition: Edition) -> None:
    comments = [factories.approved(edition) for _ in range(policy.REPORT_BURST + 1)]
    codes = [send(each, words="Look.").status_code for each in comments[:-1]]
    response = send(comments[-1], words="Look.")
    assert (codes, response.status_code) == ([303] * policy.REPORT_BURST, 429)
    assert response["Retry-After"] == str(int(policy.BURST_WINDOW.total_seconds()))
    assert words(read(response).one("textarea", name="words")) == "Look."


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_other_kinds_of_content_are_415(comment: Comment, kind: str) -> None:
    assert Client().post(address_of(comment), b"{}", content_type=kind).status_code == 415


def test_more_than_a_thousand_fields_are_413(comment: Comment) -> None:
    data = urlencode([("x", "y")] * 1_001)
    assert Client().post(address_of(comment), data, content_type=FORM_TYPE).status_code == 413


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_405(comment: Comment, method: str) -> None:
    assert getattr(Client(), method)(address_of(comment)).status_code == 405


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.RETURNED, Status.WITHDRAWN])
def test_what_readers_do_not_see_cannot_be_reported_and_is_as_what_never_was(edition: Edition, status: Status) -> None:
    comment = factories.pending(edition)
    if status is Status.WITHDRAWN:
        posting.withdraw(comment, saw=comment.seen)
    elif status is not Status.PENDING:
        factories.decided(comment, status)
    never = Comment(public_id="0" * 12)
    for fields in ({}, CRIME, {"reason": ""}):
        assert everything(send(comment, **fields)) == everything(send(never, **fields))
    assert everything(Client().get(address_of(comment))) == everything(Client().get(address_of(never)))
    kept = send(comment, **CRIME)
    assert (kept.status_code, held(kept)["name"], Report.objects.count()) == (404, "Ann Ek", 0)


@pytest.mark.parametrize("public_id", ["x", "%00", "a" * 500, "1 OR 1=1", "ünïcode"])
def test_an_impossible_id_is_a_404(db: None, public_id: str) -> None:
    for response in (Client().get(f"/comments/{public_id}/report/"), Client().post(f"/comments/{public_id}/report/")):
        assert response.status_code in {404, 415}


def test_every_naughty_string_is_taken_or_comes_back(comment: Comment, corpus: Callable[[str], Any]) -> None:
    codes = set()
    for number, text in enumerate(corpus("naughty_strings.json")):
        response = send(comment, f"198.51.{number // 250}.{number % 250}", words=text, name=text, email=text)
        codes.add(response.status_code)
    assert codes <= {303, 422}


# --- The page of a report -------------------------------------------------------------------------------------------


def test_the_page_of_a_report_says_what_came_of_it_and_how_to_object(comment: Comment) -> None:
    path = send(comment)["Location"]
    comment.refresh_from_db()
    factories.decided(comment, Status.REJECTED, reason="hate")
    page = read(Client().get(path))
    assert words(page.one("h1")) == "Your report was followed."
    assert "It was taken down. The reason: hate." in words(page.one("div", class_="state"))
    assert "somebody else will read it afresh" in words(page)
    assert page.all("a", href=comment.get_absolute_url()) == []


def test_the_page_of_a_report_says_that_the_comment_was_changed(comment: Comment) -> None:
    path = send(comment)["Location"]
    comment.refresh_from_db()
    posting.edit(comment, body=f"{factories.GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    assert "Its author has changed the comment since" in Client().get(path).content.decode()


def test_a_token_with_one_letter_changed_is_a_404(comment: Comment) -> None:
    path = send(comment)["Location"]
    for place in (9, 20, len(path) - 2):
        other = "a" if path[place] != "a" else "b"
        assert Client().get(f"{path[:place]}{other}{path[place + 1 :]}").status_code == 404


# --- The desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(sign_in: Callable[..., Client]) -> Client:
    return sign_in("moderators")


def card_of(desk: Client, comment: Comment) -> Element:
    return read(desk.get(DESK, {"queue": "reported"})).one("article", id=f"row-{comment.pk}")


def test_the_card_shows_the_reports_what_is_illegal_first_and_no_address(comment: Comment, desk: Client) -> None:
    send(comment, words="Read <b>the end</b>.")
    send(comment, "198.51.100.2", **CRIME)
    card = card_of(desk, comment)
    reports = [words(item) for item in card.one("section", class_="reports").all("li")]
    assert [report.split(",")[0] for report in reports] == ["illegal Ann Ek", "hate without a name"]
    assert "Read <b>the end</b>." in reports[1]
    assert "ann@example.org" not in words(card)
    assert words(card.one("button", value=f"approve:{comment.pk}")) == "Leave it up"


def test_who_decided_before_may_decide_again_and_reads_that_they_did(edition: Edition, sign_in: Any) -> None:
    mona, other = factories.user("moderators"), factories.user("moderators")
    comment = factories.decided(factories.pending(edition), Status.APPROVED, by=mona)
    send(comment)
    told = {
        by: "You have decided on this comment before." in words(card_of(sign_in(user=by), comment))
        for by in (mona, other)
    }
    assert told == {mona: True, other: False}


def test_a_card_says_that_the_text_was_changed_since(comment: Comment, desk: Client) -> None:
    send(comment)
    comment.refresh_from_db()
    posting.edit(comment, body=f"{factories.GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    assert "of the text before it was changed" in words(card_of(desk, comment))


def test_the_keys_answer_a_case_and_the_card_leaves_the_view(comment: Comment, desk: Client) -> None:
    send(comment)
    shown = card_of(desk, comment).attributes["data-saw"]
    response = desk.post(f"{DESK}decisions/", {"act": "approve", "comment": f"{comment.pk}:{shown}"})
    (row,) = response.json()["done"]
    assert (response.status_code, row["saw"], row["status"]) == (200, "approved.1", "approved")
    # It approved nothing: the comment was left up, and the page says so.
    assert (row["stays"], row["kept"]) == (False, True)
    assert read(desk.get(DESK, {"queue": "reported"})).all("article") == []
    undone = desk.post(f"{DESK}decisions/undo/", {"decisions": row["decision"]})
    assert undone.json()["done"][0]["saw"] == shown
    assert card_of(desk, comment).attributes["data-saw"] == shown


def test_the_plain_form_answers_a_case(comment: Comment, desk: Client) -> None:
    send(comment)
    fields = card_of(desk, comment).fields()
    saw = fields[f"saw-{comment.pk}"]
    desk.post(DESK, {"decide": f"reject:{comment.pk}", f"saw-{comment.pk}": saw, f"reason-{comment.pk}": "hate"})
    decision = Decision.objects.latest("pk")
    assert (decision.to_status, decision.reason, decision.report_case) == (
        "rejected",
        "hate",
        Report.objects.get().case,
    )


def test_a_report_that_comes_in_takes_no_card_from_who_decides(comment: Comment, desk: Client) -> None:
    shown = f"{comment.pk}:{comment.seen_at_desk}"
    send(comment)
    assert desk.get(f"{DESK}news/", {"cards": shown}).json()["changed"] == []
    response = desk.post(f"{DESK}decisions/", {"act": "spam", "comment": shown})
    (row,) = response.json()["refused"]
    assert (response.status_code, row["may_override"]) == (409, False)
    assert row["words"].startswith("This comment has been reported since it was shown to you.")


def test_a_report_that_joins_a_case_takes_no_card_and_is_read_before_it_is_answered(
    comment: Comment, desk: Client
) -> None:
    send(comment)
    comment.refresh_from_db()
    shown = f"{comment.pk}:{comment.seen_at_desk}"
    send(comment, "198.51.100.44")
    assert desk.get(f"{DESK}news/", {"cards": shown}).json()["changed"] == []
    (row,) = desk.post(f"{DESK}decisions/", {"act": "approve", "comment": shown}).json()["refused"]
    assert row["words"].startswith("This comment has been reported since it was shown to you.")
    comment.refresh_from_db()
    assert (row["saw"], row["may_override"]) == (comment.seen_at_desk, False)


def test_a_case_that_a_colleague_answered_is_news(comment: Comment, desk: Client, sign_in: Any) -> None:
    send(comment)
    comment.refresh_from_db()
    shown = f"{comment.pk}:{comment.seen_at_desk}"
    factories.decided(comment, Status.APPROVED)
    (row,) = desk.get(f"{DESK}news/", {"cards": shown}).json()["changed"]
    assert row["deed"].startswith("left up after reports by ")


def test_one_and_five_reported_cards_cost_the_same(edition: Edition, desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(DESK, {"queue": "reported"})
        return len(asked)

    send(factories.approved(edition))
    one = cost()
    for number in range(4):
        comment = factories.approved(edition)
        for other in range(3):
            send(comment, f"198.51.100.{number * 10 + other}")
    assert cost() == one


def test_the_figures_show_the_months(comment: Comment, desk: Client) -> None:
    send(comment)
    page = read(desk.get("/admin/comments/decision/figures/"))
    row = page.one("section", **{"aria-labelledby": "figures-reported"}).one("tbody").one("tr")
    assert [words(cell) for cell in row.all("td")] == ["1", "0", "0", "0"]
