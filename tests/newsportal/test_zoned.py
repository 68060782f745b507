"""A time that somebody types: its zone beside it, the hour that occurs twice, and the one that does not occur."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsportal import zoned
from newsportal.zoned import ZonedDateTimeField, meanings

BERLIN = "Europe/Berlin"
CHOOSE = "Choose a time before or after."
# Times without a zone, as they are typed.
FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")


class _Form(forms.Form):
    at = ZonedDateTimeField(required=False)


@pytest.fixture(autouse=True)
def _in_berlin(settings: Any) -> None:
    settings.TIME_ZONE = BERLIN


def form(day: str, clock: str, chosen: str | None = None) -> _Form:
    typed = {"at_0": day, "at_1": clock}
    return _Form(typed if chosen is None else {**typed, "at_2": chosen})


def radios(html: str) -> list[tuple[str, bool, str]]:
    found = re.findall(r'<input type="radio" name="at_2" value="([^"]*)"( checked)?> ([^<]*)</label>', html)
    return [(value, bool(checked), label) for value, checked, label in found]


def test_a_time_is_read_in_the_papers_zone_and_shows_it() -> None:
    typed = form("2026-07-01", "12:00")
    assert typed.is_valid()
    assert typed.cleaned_data["at"] == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert (BERLIN in str(typed["at"]), radios(str(typed["at"]))) == (True, [])


def test_nothing_typed_is_no_time() -> None:
    for typed in (form("", ""), form("", "", "+01:00"), _Form({})):
        assert typed.is_valid()
        assert typed.cleaned_data["at"] is None


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("2026-07-01", "", "Enter a valid time."),
        ("", "12:00", "Enter a valid date."),
        ("tomorrow", "12:00", "Enter a valid date."),
        ("2026-07-01", "25:00", "Enter a valid time."),
        ("2026-02-30", "12:00", "Enter a valid date."),
    ],
)
def test_half_a_time_and_what_is_none_are_refused_and_kept(day: str, clock: str, words: str) -> None:
    typed = form(day, clock)
    assert typed.errors == {"at": [words]}
    assert all(f'value="{text}"' in str(typed["at"]) for text in (day, clock) if text)


def test_the_hour_that_comes_twice_is_asked_about_and_nothing_typed_is_lost() -> None:
    asked = form("2026-10-25", "02:30")
    assert asked.errors == {
        "at": [
            "On 25 October 2026 02:30 comes twice in Europe/Berlin, for the clocks go back. Choose which one is meant."
        ]
    }
    html = str(asked["at"])
    assert ('value="2026-10-25"' in html, 'value="02:30"' in html) == (True, True)
    assert radios(html) == [
        ("+02:00", False, "02:30 CEST (UTC+02:00)"),
        ("+01:00", False, "02:30 CET (UTC+01:00)"),
    ]


@pytest.mark.parametrize(("chosen", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_the_answer_says_which_of_the_two_is_meant(chosen: str, hour: int) -> None:
    answered = form("2026-10-25", "02:30", chosen)
    assert answered.is_valid()
    assert answered.cleaned_data["at"] == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    # The stored time comes back as it was answered, and sending it again is no change.
    shown = _Form(initial={"at": answered.cleaned_data["at"]})
    assert [value for value, checked, _label in radios(str(shown["at"])) if checked] == [chosen]
    sent = {"at_0": "2026-10-25", "at_1": "02:30:00", "at_2": chosen}
    assert _Form(sent, initial={"at": answered.cleaned_data["at"]}).changed_data == []


@pytest.mark.parametrize("chosen", ["", "+05:00", "x", "\x00"])
def test_an_answer_that_was_not_offered_is_asked_again(chosen: str) -> None:
    assert list(form("2026-10-25", "02:30", chosen).errors) == ["at"]


def test_an_answer_left_over_from_another_time_is_passed_over() -> None:
    typed = form("2026-10-25", "05:00", "+02:00")
    assert typed.is_valid()
    assert typed.cleaned_data["at"] == datetime(2026, 10, 25, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "words"),
    [
        (
            BERLIN,
            "2027-03-28",
            "02:30",
            "On 28 March 2027 there is no 02:30 in Europe/Berlin: the clocks go from 02:00",
        ),
        (
            BERLIN,
            "2027-03-28",
            "02:00",
            "On 28 March 2027 there is no 02:00 in Europe/Berlin: the clocks go from 02:00",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04",
            "02:15",
            "On 4 October 2026 there is no 02:15 in Australia/Lord_Howe: the clocks go from 02:00",
        ),
        (
            "Pacific/Apia",
            "2011-12-30",
            "12:00",
            "On 30 December 2011 there is no 12:00 in Pacific/Apia: the clocks go from 00:00",
        ),
    ],
)
def test_the_hour_that_does_not_come_is_refused_with_the_reason(
    settings: Any, zone: str, day: str, clock: str, words: str
) -> None:
    settings.TIME_ZONE = zone
    refused = form(day, clock)
    (said,) = refused.errors["at"]
    assert said.startswith(words)
    assert f'value="{clock}"' in str(refused["at"])


def test_the_ends_of_the_gap_are_said() -> None:
    (said,) = form("2027-03-28", "02:59:59").errors["at"]
    assert said.endswith(" there is no 02:59 in Europe/Berlin: the clocks go from 02:00 to 03:00. " + CHOOSE)
    assert form("2027-03-28", "03:00").is_valid()
    assert form("2027-03-28", "01:59").is_valid()


@given(st.datetimes(FIRST, LAST))
def test_every_time_means_one_moment_two_or_none_and_each_shows_it(naive: datetime) -> None:
    found = meanings(naive)
    assert len(found) <= 2
    assert [moment.replace(tzinfo=None, fold=0) for moment in found] == [naive] * len(found)
    # In UTC, because the difference of two times of one zone is that of their clocks.
    moments = [moment.astimezone(UTC) for moment in found]
    assert all(later > earlier for earlier, later in pairwise(moments))


@pytest.mark.parametrize(("day", "clock"), [("0001-01-01", "00:00"), ("9999-12-31", "23:59:59")])
def test_the_ends_of_the_calendar_are_answered(settings: Any, day: str, clock: str) -> None:
    for zone in (BERLIN, "America/Los_Angeles", "Pacific/Kiritimati"):
        settings.TIME_ZONE = zone
        form(day, clock).is_valid()


@pytest.mark.parametrize(
    ("language", "summer", "winter"),
    [
        ("en", "28 July 2026, 15:05 CEST", "28 November 2026, 14:05 CET"),
        ("de", "28. Juli 2026, 15:05 Uhr MESZ", "28. November 2026, 14:05 Uhr MEZ"),
    ],
)
def test_a_time_and_its_zone_are_in_the_language_of_the_page(language: str, summer: str, winter: str) -> None:
    with translation.override(language):
        assert [zoned.in_words(datetime(2026, month, 28, 13, 5, tzinfo=UTC)) for month in (7, 11)] == [summer, winter]
        assert zoned.clock(datetime(2026, 7, 28, 13, 5, 9, tzinfo=UTC)) == f"15:05:09 {summer.rpartition(' ')[2]}"
