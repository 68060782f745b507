"""A value sent for a number is a number or nothing."""

import pytest

from newsportal.numbers import STORY_DIGITS, number_in


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1), ("007", 7)])
def test_a_number_is_one(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", " 1", "1 ", "-1", "+1", "1.0", "1e3", "１２", "²", "\0", "9" * 19, "9" * 5000])
def test_anything_else_is_none_and_so_is_a_number_that_no_row_has(text: str) -> None:
    assert number_in(text) is None


def test_of_what_one_story_has_none_is_longer_than_that() -> None:
    assert (number_in("9" * 6, STORY_DIGITS), number_in("9" * 7, STORY_DIGITS)) == (999_999, None)
