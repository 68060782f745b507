"""Fifty characters, counted as a reader counts them."""

import json
from pathlib import Path

import pytest

from comments.text import count, to_html, to_store

VECTORS = json.loads((Path(__file__).parent / "count_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_counts_as_the_vectors_say(vector: dict[str, object]) -> None:
    assert count(str(vector["text"])) == vector["counted"]


def test_storing_drops_what_cannot_be_stored_and_keeps_joiners() -> None:
    assert to_store("a\x00b\ud800c\u202ed\r\ne\uffff") == "abcd\ne"
    assert to_store("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_links_vouch_for_nothing_and_only_whole_addresses_become_links() -> None:
    assert to_html("See https://example.org/a?b=1&c=2. Not file.py, //host or <b>.") == (
        '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://example.org/a?b=1&amp;c=2</a>. Not file.py, //host or &lt;b&gt;.</p>"
    )
