"""What people type is fit for database and XML, whichever way it comes in."""

import pytest

from articles.models import Source
from newsportal.characters import fit


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("a\x00b\x01c\x1fd\x7fe\x85f\x9fg", "abcdefg"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc\ufdd0d\U0001ffffe", "abcde"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم ❤\ufe0f", "👨\u200d👩\u200d👧 می\u200cخواهم ❤\ufe0f"),
        ("", ""),
    ],
)
def test_only_what_nothing_can_carry_is_dropped(typed: str, kept: str) -> None:
    assert fit(typed) == kept
    assert fit(kept) == kept


@pytest.mark.django_db
def test_a_column_of_words_is_stored_and_found_without_it() -> None:
    Source.objects.create(name="A\x00N\x01I")
    assert Source.objects.values_list("name", flat=True).get() == "ANI"
    assert Source.objects.filter(name="\x02ANI").exists()
