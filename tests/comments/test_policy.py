"""The numbers keep what the sentences beside them promise."""

from datetime import timedelta

from comments import policy
from comments.models import Comment
from comments.states import Reason


def test_every_reason_rests_on_a_clause_of_the_guidelines() -> None:
    assert set(policy.CLAUSES) == set(Reason)
    assert all(str(clause).endswith(".") for clause in policy.CLAUSES.values())


def test_the_product_promises_fifty_characters() -> None:
    assert policy.MINIMUM_CHARACTERS == 50


def test_a_class_of_thirty_of_whom_half_write_twice_fits_into_a_burst() -> None:
    assert policy.BURST >= 30 + 15
    assert timedelta(minutes=10) == policy.BURST_WINDOW


def test_a_network_may_write_more_in_an_hour_than_in_a_burst_and_less_than_six_bursts() -> None:
    assert policy.BURST < policy.HOURLY < 6 * policy.BURST


def test_a_repeat_is_forgotten_before_a_burst_is() -> None:
    assert policy.REPEAT_WINDOW < policy.BURST_WINDOW


def test_a_decision_can_be_undone_before_anybody_hears_of_it() -> None:
    assert timedelta(seconds=10) == policy.NOTICE_DELAY


def test_what_a_name_may_hold_fits_into_its_column() -> None:
    assert Comment._meta.get_field("name").max_length == policy.NAME_CODE_POINTS
