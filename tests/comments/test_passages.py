"""A passage of a comment: found whatever its white space, marked without breaking what stands around it."""

import pytest

from comments.passages import find, marked

TEXT = "One <b> and two.\nThree & four.\n\nFive."


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("two", "two"),
        ("two. Three", "two.\nThree"),
        (" four.\r\n\r\nFive", "four.\n\nFive"),
        ("six", ""),
        ("", ""),
        (" \n", ""),
        (".*", ""),
    ],
)
def test_a_passage_is_found_as_it_stands_in_the_text(passage: str, found: str) -> None:
    assert find(TEXT, passage) == found


@pytest.mark.parametrize(
    ("passage", "html"),
    [
        ("", "<p>One &lt;b&gt; and two.<br>Three &amp; four.</p><p>Five.</p>"),
        ("<b> and", "<p>One <mark>&lt;b&gt; and</mark> two.<br>Three &amp; four.</p><p>Five.</p>"),
        (
            "two. Three & four. Five",
            "<p>One &lt;b&gt; and <mark>two.</mark><br><mark>Three &amp; four.</mark></p><p><mark>Five</mark>.</p>",
        ),
    ],
)
def test_what_is_marked_stays_within_its_lines_and_everything_is_escaped(passage: str, html: str) -> None:
    assert marked(TEXT, passage) == html
