"""Reporting an error in a story: the form, its answers, and the page on which the reader finds the outcome."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from articles import error_reports
from articles.error_tokens import path_of
from articles.limits import ERROR_REPORTS_AN_HOUR, ERROR_TEXT_LENGTH
from articles.models import Edition, ErrorReport
from articles.states import ErrorOutcome, Kind
from tests import factories

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"
TYPED = {"passage": "the harbour <i>opened</i>", "text": "It was Tuesday & not “Monday”.", "email": "", "edition": "1"}


def address_of(edition: Edition) -> str:
    return reverse("articles:report_error", args=[edition.article_id])


def post(url: str, fields: dict[str, str] = TYPED, **headers: str) -> Any:
    body = urlencode(fields)
    return Client(enforce_csrf_checks=True).generic("POST", url, body, content_type=URLENCODED, headers=headers)


def assert_kept(response: Any, status: int) -> None:
    """The form came back with what was typed, may not be cached by anybody, and nothing was sent."""
    assertContains(response, "the harbour &lt;i&gt;opened&lt;/i&gt;", status_code=status)
    assertContains(response, "It was Tuesday &amp; not “Monday”.", status_code=status)
    assertContains(response, "<title>Error: ", status_code=status)
    assert response.headers["Cache-Control"] == "no-store"
    assert ErrorReport.objects.count() == 0


def test_the_form_is_a_page_for_everybody_that_a_new_edition_renews() -> None:
    edition = factories.live(headline="The bridge")
    response = Client().get(address_of(edition))
    assertContains(response, 'id="error-form"')
    assertContains(response, f'<form action="{address_of(edition)}"')
    assertContains(response, '<input type="hidden" name="edition" value="1">')
    assertContains(response, '<meta name="robots" content="noindex">')
    names = response.headers["Surrogate-Key"].split()
    assert {"clock", f"article:{edition.article_id}", f"section:{edition.section_id}"} <= set(names)
    assert response.cookies.output() == ""


def test_what_is_sent_leads_to_a_page_of_its_own() -> None:
    edition = factories.live(headline="The bridge")
    response = post(address_of(edition), {**TYPED, "email": "ada@bücher.example"})
    report = ErrorReport.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, path_of(report))
    assert response.headers["Cache-Control"] == "no-store"
    assert (report.edition, report.email) == (edition, "ada@xn--bcher-kva.example")
    own = Client().get(path_of(report))
    for words in ("The editors have your report", "You will get a mail", "The bridge", report.reference):
        assertContains(own, words)
    assertContains(own, "the harbour &lt;i&gt;opened&lt;/i&gt;")
    assert own.headers["Cache-Control"] == "private, no-store"
    assert own.headers["X-Robots-Tag"] == "noindex"
    assert own.headers["Referrer-Policy"] == "same-origin"
    assertNotContains(own, "ada@")


def test_sent_twice_it_leads_to_the_same_page() -> None:
    url = address_of(factories.live())
    assert post(url).headers["Location"] == post(url).headers["Location"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "", "Say what is wrong."),
        ("text", "x" * (ERROR_TEXT_LENGTH + 1), "3001 of at most 3000 characters."),
        ("passage", "x" * 1001, "1001 of at most 1000 characters."),
        ("email", "nobody", "Enter a valid email address."),
        ("email", "=?utf-8?q?eve=40example.org?=@example.org", "Enter a valid email address."),
        ("email", f"{'x' * 250}@example.org", "at most 254 characters"),
    ],
)
def test_what_is_not_well_formed_comes_back_with_the_reason(field: str, value: str, words: str) -> None:
    response = post(address_of(factories.live()), {**TYPED, field: value})
    assertContains(response, words, status_code=422)
    assert response.headers["Cache-Control"] == "no-store"
    assert ErrorReport.objects.count() == 0


@pytest.mark.parametrize("number", ["", "-1", "0", "99", "1e3", "9" * 400, "١", "x\x00"])
def test_a_number_of_an_edition_refuses_nobody(number: str) -> None:
    edition = factories.live()
    assert post(address_of(edition), {**TYPED, "edition": number}).status_code == 303
    assert ErrorReport.objects.get().edition == edition


def test_unstorable_characters_are_dropped_and_fields_may_be_missing() -> None:
    assert post(address_of(factories.live()), {"text": "It\x00 was \x0bTuesday."}).status_code == 303
    report = ErrorReport.objects.get()
    assert (report.text, report.passage, report.email) == ("It was Tuesday.", "", "")


def test_from_another_site_nothing_is_sent_and_nothing_lost() -> None:
    url = address_of(factories.live())
    assert_kept(post(url, **{"Sec-Fetch-Site": "cross-site"}), 403)
    assert_kept(post(url, Origin="https://elsewhere.example"), 403)
    assert post(url, **{"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_other_kinds_of_forms_are_not_taken(content_type: str) -> None:
    response = Client().generic("POST", address_of(factories.live()), "{}", content_type=content_type)
    assert response.status_code == 415


def test_where_no_story_is_the_text_comes_back_alike_whatever_is_hidden_there() -> None:
    gone = [factories.article(), factories.scheduled().article, factories.withdrawn().article]
    expected = post("/articles/999999999/error/")
    assert_kept(expected, 404)
    assert [post(f"/articles/{article.pk}/error/").content for article in gone] == [expected.content] * 3
    assert [post(f"/articles/{text}/error/").content for text in ("x", "01", "-1", "9" * 40)] == [expected.content] * 4
    assert Client().get(f"/articles/{gone[0].pk}/error/").status_code == 404


def test_who_sends_too_many_is_told_when_they_may_again() -> None:
    edition = factories.live()
    for number in range(ERROR_REPORTS_AN_HOUR):
        error_reports.send(edition, text=f"Error {number}", address=factories.address("127.0.0.1"))
    response = post(address_of(edition))
    assertContains(response, "It was Tuesday &amp; not “Monday”.", status_code=429)
    assert 3500 < int(response.headers["Retry-After"]) <= 3600
    assert ErrorReport.objects.count() == ERROR_REPORTS_AN_HOUR


def test_its_page_says_what_came_of_it_and_leads_to_the_story_as_it_is_now() -> None:
    first = factories.live(at=timezone.now() - timedelta(hours=1), headline="The bridge")
    reports = [error_reports.send(first, text=f"Error {n}", address=factories.address()) for n in range(2)]
    second = factories.updated(first, kind=Kind.CORRECTION, note="It was Tuesday.")
    editor = factories.user("editors", first_name="Edda")
    said = {"by": editor, "words": "Thank <you>."}
    error_reports.answer(reports[0], outcome=ErrorOutcome.CORRECTED, corrected_by=second, **said)
    error_reports.answer(reports[1], outcome=ErrorOutcome.NO_ERROR, **said)
    right, wrong = (Client().get(path_of(report)) for report in reports)
    assertContains(right, "We have corrected it")
    assertContains(right, f'<a href="{second.get_absolute_url()}">See the story</a>')
    assertContains(wrong, "We found no error")
    for page in (right, wrong):
        assertContains(page, "Thank &lt;you&gt;.")
        assertNotContains(page, "Edda")


def test_its_page_stays_when_the_story_is_withdrawn_and_leads_to_it_no_more() -> None:
    edition = factories.withdrawn(headline="The bridge")
    report = error_reports.send(edition, text="It was Tuesday.", address=factories.address())
    response = Client().get(path_of(report))
    assertContains(response, "The bridge")
    assertNotContains(response, edition.get_absolute_url())
