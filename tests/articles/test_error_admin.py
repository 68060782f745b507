"""Errors that readers reported, as the newsroom sees them: who sees which, and how an editor answers one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from articles import error_reports
from articles.models import Edition, ErrorReport, SectionEditor
from articles.states import ErrorOutcome, Kind
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/errorreport/"
SignIn = Callable[..., Client]


def reported(edition: Edition, text: str = "It was on Tuesday.", **how: Any) -> ErrorReport:
    return error_reports.send(edition, text=text, address=factories.address(), **how)


def page_of(report: ErrorReport) -> str:
    return f"{LIST}{report.pk}/change/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, query: str = "") -> set[str]:
    return {report.text for report in client.get(f"{LIST}{query}").context["cl"].result_list}


def answered(report: ErrorReport) -> None:
    by = factories.user("editors", first_name="Edda", last_name="Marsh")
    error_reports.answer(report, by=by, outcome=ErrorOutcome.NO_ERROR, words="It was Monday.")


def test_each_sees_what_was_reported_in_the_stories_that_they_see(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    own = reported(factories.publish(factories.article(writer)), "In their own.")
    other = reported(factories.live(section=factories.section("Politics")), "In another one.")
    limited = factories.user("editors")
    SectionEditor.objects.create(user=limited, section=factories.section("Politics"))
    assert listed(sign_in("editors")) == {own.text, other.text}
    assert listed(signed_in(writer)) == {own.text}
    assert listed(signed_in(limited)) == {other.text}
    assert sign_in("moderators").get(LIST).status_code == 403
    assert signed_in(writer).get(page_of(other)).status_code == 404
    assert sign_in("moderators").get(page_of(other)).status_code == 403


def test_the_list_is_narrowed_to_what_waits_and_to_a_story(sign_in: SignIn) -> None:
    edition = factories.live()
    reported(edition, "Waits here.")
    answered(reported(edition, "Answered here."))
    reported(factories.live(), "Waits there.")
    editor = sign_in("editors")
    assert listed(editor, "?answer=none") == {"Waits here.", "Waits there."}
    assert listed(editor, "?answer=no_error") == {"Answered here."}
    assert listed(editor, f"?article__id__exact={edition.article_id}&answer=none") == {"Waits here."}
    assert listed(editor, "?answer=;drop") == set()


def test_the_list_costs_the_same_for_one_report_and_for_many(sign_in: SignIn) -> None:
    editor, counted = sign_in("editors"), []
    for _ in range(2):
        for number in range(3):
            answered(reported(factories.live(), f"Error {number} {len(counted)}"))
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(LIST).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_page_shows_the_report_as_text_and_never_the_address(sign_in: SignIn) -> None:
    edition = factories.live(headline="The bridge")
    report = reported(edition, "<b>Wrong</b>", passage="on <i>Monday</i>", email="ada@example.org")
    response = sign_in("editors").get(page_of(report))
    for words in ("&lt;b&gt;Wrong", "on &lt;i&gt;Monday", "The bridge", "will be told by mail", "as readers see it"):
        assertContains(response, words)
    assertNotContains(response, "ada@")


def test_a_word_without_an_end_stands_whole_in_the_list_of_neither_page(sign_in: SignIn) -> None:
    reported(factories.live(), "x" * 3_000)
    editor = sign_in("editors")
    for url in (LIST, "/admin/"):
        assertContains(editor.get(url), "x" * 99 + "…")
        assertNotContains(editor.get(url), "x" * 100)


def test_an_editor_answers_with_the_edition_that_corrected_it(sign_in: SignIn) -> None:
    first = factories.live(at=timezone.now() - timedelta(hours=1))
    report = reported(first, email="ada@example.org")
    second = factories.updated(first, kind=Kind.CORRECTION, note="It was Tuesday.")
    editor = sign_in("editors")
    sent = {"outcome": "corrected", "corrected_by": second.pk, "words": "You are right."}
    response = editor.post(page_of(report), sent, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Answered: the reader finds it on their page."
    ]
    assertContains(response, "corrected by edition 2")
    assertNotContains(response, 'id="answer_form"')
    report.refresh_from_db()
    assert (report.outcome, report.corrected_by, report.answer) == ("corrected", second, "You are right.")
    assert report.mails.get().to == "ada@example.org"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"outcome": "no_error", "words": ""}, "This field is required."),
        ({"words": "Kept words."}, "This field is required."),
        ({"outcome": "spam", "words": "Kept words."}, "Select a valid choice."),
        ({"outcome": "corrected", "words": "Kept words."}, "Publish the correction first."),
        ({"outcome": "corrected", "words": "Kept words.", "corrected_by": "1' OR 1"}, "Select a valid choice."),
        ({"outcome": "no_error", "words": "—"}, "Tell the reader in words"),
    ],
)
def test_what_cannot_be_answered_comes_back_with_the_reason(sign_in: SignIn, sent: Any, words: str) -> None:
    report = reported(factories.live())
    response = sign_in("editors").post(page_of(report), sent)
    assertContains(response, words, status_code=422)
    assertContains(response, sent["words"], status_code=422)
    report.refresh_from_db()
    assert report.is_open


def test_who_answers_second_is_told_and_keeps_their_words(sign_in: SignIn) -> None:
    report = reported(factories.live())
    answered(report)
    response = sign_in("editors").post(page_of(report), {"outcome": "no_error", "words": "My own words."})
    for words in ("Somebody has answered this report already.", "It was Monday.", "Edda Marsh", "My own words."):
        assertContains(response, words, status_code=422)


def test_a_writer_reads_reports_on_their_own_story_and_answers_none() -> None:
    writer = factories.user("writers")
    report = reported(factories.publish(factories.article(writer)))
    client = signed_in(writer)
    assertNotContains(client.get(page_of(report)), 'id="answer_form"')
    assert client.post(page_of(report), {"outcome": "no_error", "words": "All is well."}).status_code == 403
    report.refresh_from_db()
    assert report.is_open


def test_nobody_adds_changes_or_deletes_one_by_hand(sign_in: SignIn) -> None:
    report, admin = reported(factories.live()), sign_in("admin")
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_front_page_of_the_admin_and_the_story_say_how_many_wait(sign_in: SignIn) -> None:
    edition = factories.live(headline="The bridge")
    editor = sign_in("editors")
    assertNotContains(editor.get("/admin/"), "Errors that readers reported")
    for text in ("First.", "Second."):
        report = reported(edition, text)
    answered(reported(edition, "Third."))
    index = editor.get("/admin/").text
    assert index.index("First.") < index.index("Second.")
    assert page_of(report) in index
    assert "Third." not in index
    story = editor.get(f"/admin/articles/article/{edition.article_id}/change/")
    assertContains(story, f"{LIST}?answer=none&amp;article__id__exact={edition.article_id}")
    assertContains(story, "2 reported errors")
    assertContains(editor.get("/admin/articles/article/"), "2 reported errors")
