"""What the desk is told: pure checks over facts."""

from dataclasses import replace
from datetime import timedelta

from comments import policy
from comments.alarms import ALARMS, Cause, Facts, Flow, Kind, causes
from tests.comments.conftest import NOON

QUIET = Facts(now=NOON, promise=timedelta(hours=2))


def test_nothing_is_wrong_with_an_empty_desk() -> None:
    assert causes(QUIET) == []


def test_the_oldest_may_wait_as_long_as_was_promised_and_no_longer() -> None:
    assert causes(replace(QUIET, oldest=NOON - timedelta(hours=2))) == []
    assert causes(replace(QUIET, oldest=NOON - timedelta(hours=2, minutes=1))) == [
        Cause(Kind.WAITING, "The oldest comment has waited for 2 hours 1 minute; promised are 2 hours.")
    ]


def test_a_story_is_busy_at_ten_times_what_is_usual() -> None:
    flows = (Flow(17, "Cranes move", 50), Flow(18, "Swifts", 49))
    assert causes(replace(QUIET, flows=flows, usual=5.0)) == [
        Cause(Kind.BUSY, "“Cranes move” drew 50 comments within an hour; usual are 5.0.", "17")
    ]


def test_what_one_person_reads_by_the_way_is_not_busy_however_quiet_the_site() -> None:
    flows = (Flow(17, "Cranes move", policy.BUSY_AT_LEAST), Flow(18, "Swifts", policy.BUSY_AT_LEAST - 1))
    assert [cause.subject for cause in causes(replace(QUIET, flows=flows, usual=1.0))] == ["17"]


def test_each_comment_that_is_reported_as_illegal_is_a_cause_of_its_own() -> None:
    found = causes(replace(QUIET, illegal=((3, "abcdefghjkmn", 1), (5, "npqrstuvwxyz", 2))))
    assert [(cause.subject, cause.words) for cause in found] == [
        ("3", "Comment abcdefghjkmn: 1 report of illegality has not been answered."),
        ("5", "Comment npqrstuvwxyz: 2 reports of illegality have not been answered."),
    ]


def test_the_most_pressing_comes_first() -> None:
    everything = replace(
        QUIET,
        oldest=NOON - timedelta(days=3),
        flows=(Flow(17, "Cranes move", 50),),
        usual=1.0,
        illegal=((3, "abcdefghjkmn", 1),),
    )
    assert [cause.kind for cause in causes(everything)] == [Kind.ILLEGAL, Kind.WAITING, Kind.BUSY]
    assert len(ALARMS) == len(Kind)
