"""Errors that readers report: what is accepted, who answers it, what the reader is told, and what is forgotten when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from articles import error_reports, notifications
from articles.error_tokens import path_of, report_of
from articles.limits import (
    ERROR_ADDRESS_DAYS,
    ERROR_ANSWER_LENGTH,
    ERROR_PASSAGE_LENGTH,
    ERROR_REPORTS_AN_HOUR,
    ERROR_TEXT_LENGTH,
    ERROR_UNANSWERED_DAYS,
)
from articles.models import Article, Edition, ErrorAnswer, ErrorReport, SectionEditor
from articles.states import ErrorOutcome, Kind
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories
from tests.mail import MailServer, body_of, subject_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def sent(
    edition: Edition, text: str = "It was on Tuesday.", *, sent_from: str = "203.0.113.7", **how: Any
) -> ErrorReport:
    return error_reports.send(edition, text=text, address=factories.address(sent_from), **how)


def no_error(report: ErrorReport, by: User | None = None, words: str = "It was Monday, says the minutes.") -> None:
    error_reports.answer(report, by=by or factories.user("editors"), outcome=ErrorOutcome.NO_ERROR, words=words)


def corrected(report: ErrorReport, edition: Edition | None, words: str = "You are right, thank you.") -> None:
    by = factories.user("editors")
    error_reports.answer(report, by=by, outcome=ErrorOutcome.CORRECTED, words=words, corrected_by=edition)


# --- Sending --------------------------------------------------------------------------------------------------------


def test_a_report_keeps_what_was_said_and_of_which_edition() -> None:
    first = factories.live(at=timezone.now() - HOUR)
    second = factories.updated(first)
    report = sent(second, " It was\r\non Tuesday. ", passage="on Monday\x00", email="ada@example.org", saw=1)
    report.refresh_from_db()
    kept = (report.article_id, report.edition_id, report.passage, report.text, report.email, report.is_open)
    assert kept == (first.article_id, first.pk, "on Monday", "It was\non Tuesday.", "ada@example.org", True)


@pytest.mark.parametrize("saw", [None, 0, 3, 99])
def test_a_number_that_no_reader_ever_saw_means_the_live_edition(saw: int | None) -> None:
    second = factories.updated(factories.live(at=timezone.now() - HOUR))
    factories.publish(second.article, kind=Kind.UPDATE, at=timezone.now() + HOUR)
    assert sent(second, saw=saw).edition == second


def test_the_same_words_from_one_network_within_the_hour_are_one_report() -> None:
    edition = factories.live()
    with time_machine.travel(NOW, tick=False) as clock:
        first = sent(edition)
        assert [sent(edition) for _ in range(100)] == [first] * 100
        others = [sent(edition, "Another one."), sent(edition, passage="There"), sent(edition, sent_from="203.0.113.8")]
        others.append(sent(factories.live()))
        clock.shift(HOUR)
        others.append(sent(edition))
    assert ErrorReport.objects.count() == len({first.pk, *(other.pk for other in others)}) == 6


def test_a_network_sends_so_many_in_an_hour_and_is_told_when_it_may_again() -> None:
    edition = factories.live()
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(ERROR_REPORTS_AN_HOUR):
            sent(edition, f"Error {number}.")
            clock.shift(SECOND)
        with pytest.raises(error_reports.TooFast) as refused:
            sent(edition, "One more.")
        assert refused.value.retry_after == HOUR - ERROR_REPORTS_AN_HOUR * SECOND
        assert ErrorReport.objects.count() == ERROR_REPORTS_AN_HOUR
        # A reader who was already told still gets to their page, and so does everybody else.
        assert sent(edition, "Error 0.").text == "Error 0."
        sent(edition, sent_from="203.0.113.8")
        clock.shift(refused.value.retry_after)
        sent(edition, "One more.")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, ["text"]),
        ({"text": " \n\u200b\u2800—!_ "}, ["text"]),
        ({"text": "x" * ERROR_TEXT_LENGTH}, []),
        ({"text": "x" * (ERROR_TEXT_LENGTH + 1)}, ["text"]),
        ({"text": "x", "passage": "y" * ERROR_PASSAGE_LENGTH}, []),
        ({"text": "", "passage": "y" * (ERROR_PASSAGE_LENGTH + 1)}, ["text", "passage"]),
        ({"text": "त्रुटि"}, []),
    ],
)
def test_words_that_say_nothing_or_too_much_are_refused(fields: dict[str, str], wrong: list[str]) -> None:
    assert list(error_reports.check_words(**{"passage": "", **fields})) == wrong
    if wrong:
        with pytest.raises(Refusal):
            sent(factories.live(), **fields)
    else:
        sent(factories.live(), **fields)
    assert ErrorReport.objects.count() == (0 if wrong else 1)


# --- Answering ------------------------------------------------------------------------------------------------------


def test_an_answer_says_who_found_what_and_when() -> None:
    report, editor = sent(factories.live()), factories.user("editors")
    with time_machine.travel(NOW, tick=False):
        no_error(report, editor, " It was Monday. ")
    report.refresh_from_db()
    assert (report.outcome, report.answer, report.answered_by, report.answered_at, report.corrected_by) == (
        *("no_error", "It was Monday.", editor, NOW),
        None,
    )


def test_a_correction_is_an_edition_that_readers_saw_after_the_one_that_was_wrong() -> None:
    first = factories.live(at=timezone.now() - HOUR)
    report = sent(first)
    assert list(error_reports.corrections_for(report)) == []
    second = factories.updated(first, kind=Kind.CORRECTION, note="It was Tuesday.")
    later = factories.publish(first.article, kind=Kind.UPDATE, at=timezone.now() + HOUR)
    assert list(error_reports.corrections_for(report)) == [second]
    for edition in (None, first, later, factories.live()):
        with pytest.raises(Refusal, match="Publish the correction first"):
            corrected(report, edition)
    corrected(report, second)
    report.refresh_from_db()
    assert (report.outcome, report.corrected_by) == ("corrected", second)


def test_an_answer_that_no_correction_goes_with_names_none() -> None:
    first = factories.live(at=timezone.now() - HOUR)
    report, second = sent(first), factories.updated(first)
    by = factories.user("editors")
    error_reports.answer(report, by=by, outcome=ErrorOutcome.NO_ERROR, words="It holds.", corrected_by=second)
    assert report.corrected_by is None


@pytest.mark.parametrize("words", ["", " \n", "—", "x" * (ERROR_ANSWER_LENGTH + 1)])
def test_an_answer_is_in_words(words: str) -> None:
    report = sent(factories.live(), email="ada@example.org")
    with pytest.raises(Refusal):
        no_error(report, words=words)
    report.refresh_from_db()
    assert (report.is_open, ErrorAnswer.objects.count()) == (True, 0)


def test_a_report_is_answered_once() -> None:
    report = sent(factories.live(), email="ada@example.org")
    same = ErrorReport.objects.get(pk=report.pk)
    no_error(report)
    with pytest.raises(Stale, match="answered this report already"):
        no_error(same, words="No, it is wrong.")
    report.refresh_from_db()
    assert (report.answer, ErrorAnswer.objects.count()) == ("It was Monday, says the minutes.", 1)


def test_editors_of_the_section_answer_and_nobody_else() -> None:
    writer = factories.user("writers")
    report = sent(factories.publish(factories.article(writer)))
    elsewhere, here = factories.user("editors"), factories.user("editors")
    SectionEditor.objects.create(user=elsewhere, section=factories.section("Politics"))
    SectionEditor.objects.create(user=here, section=report.article.section)
    for user in (writer, elsewhere, factories.user("moderators"), factories.user()):
        with pytest.raises(NotPermitted):
            no_error(report, user)
    no_error(report, here)


def test_a_story_knows_how_many_wait() -> None:
    edition = factories.live()
    for text in ("One.", "Two.", "Three."):
        last = sent(edition, text)
    no_error(last)
    sent(factories.live())
    assert Article.objects.with_open_errors().get(pk=edition.article_id).open_errors == 2


# --- Telling --------------------------------------------------------------------------------------------------------


def test_a_reader_is_told_what_was_corrected_and_never_what_they_themselves_wrote(
    server: MailServer, settings: Any
) -> None:
    first = factories.live(at=timezone.now() - HOUR, headline="The  bridge")
    report = sent(first, "Buy watches!", passage="Cheap ones", email="ada@example.org")
    corrected(report, factories.updated(first), "You are right.")
    assert (notifications.send_due(), notifications.send_due()) == (1, 0)
    [message] = server.taken
    assert server.recipients == [["ada@example.org"]]
    assert subject_of(message) == "Corrected: “The bridge”"
    assert body_of(message).replace("\r\n", "\n").split("\n\n") == [
        "You reported an error in “The bridge”. We have corrected it.",
        "You are right.",
        f"What you reported, and this answer:\n{settings.SITE_URL}{path_of(report)}",
        "This is the only mail about it. We delete your address after 30 days.",
        f"{settings.SITE_NAME}\n",
    ]
    assert message["Message-ID"] == f"<{ErrorAnswer.objects.get().uid}@127.0.0.1>"


def test_a_reader_is_told_that_nothing_was_wrong(server: MailServer) -> None:
    no_error(sent(factories.live(headline="The bridge"), email="ada@example.org"))
    call_command("worker", "--once")
    [message] = server.taken
    assert subject_of(message) == "What you reported: “The bridge”"
    assert "We looked into it and found none." in body_of(message)


def test_nobody_is_mailed_without_an_address() -> None:
    no_error(sent(factories.live()))
    assert ErrorAnswer.objects.count() == 0


# --- Forgetting -----------------------------------------------------------------------------------------------------


def test_a_network_is_forgotten_when_its_hour_is_over() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        report = sent(factories.live())
        clock.shift(HOUR - SECOND)
        error_reports.forget(timezone.now())
        report.refresh_from_db()
        assert len(report.network) == 64
        clock.shift(SECOND)
        error_reports.forget(timezone.now())
        report.refresh_from_db()
        assert report.network == ""


@pytest.mark.parametrize(("answered", "days"), [(True, ERROR_ADDRESS_DAYS), (False, ERROR_UNANSWERED_DAYS)])
def test_an_address_is_forgotten_with_the_mail_to_it(answered: bool, days: int) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        report = sent(factories.live(), email="ada@example.org")
        if answered:
            no_error(report)
        clock.shift(timedelta(days=days) - SECOND)
        assert error_reports.forget(timezone.now()) == 0
        assert ErrorAnswer.objects.count() == answered
        clock.shift(SECOND)
        assert [error_reports.forget(timezone.now()) for _ in range(2)] == [1, 0]
    report.refresh_from_db()
    assert (report.email, ErrorAnswer.objects.count(), report.text) == ("", 0, "It was on Tuesday.")


# --- Its address ----------------------------------------------------------------------------------------------------


def test_the_signed_address_leads_to_its_report_and_no_other_text_to_any() -> None:
    report = sent(factories.live())
    token = path_of(report).split("/")[-2]
    assert report_of(token) == report
    reference, signature = token.split(":")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    for other in (reference, f"{reference}:", f"{reference}:{flipped}", f"{'0' * 16}:{signature}", "\x00:x", ""):
        with pytest.raises(Http404):
            report_of(other)
