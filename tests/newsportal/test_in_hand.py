"""What a worker writes down is there for the next one on its machine, and in nobody's way."""

import os
from pathlib import Path

from newsportal.in_hand import InHand

ROW, OTHER = ("comments.notice", 7), ("articles.notice", 9)


def test_what_is_in_hand_is_written_down_and_struck_out_again(tmp_path: Path) -> None:
    hand = InHand()
    assert hand.begin(tmp_path / "workers") == []
    file = tmp_path / "workers/0.json"
    with hand.holding(ROW), hand.holding(OTHER):
        assert file.read_text() == '[["comments.notice", 7], ["articles.notice", 9]]'
    assert file.read_text() == "[]"


def test_the_next_one_hears_of_it_and_one_beside_it_does_not(tmp_path: Path) -> None:
    dead, living = InHand(), InHand()
    dead.begin(tmp_path)
    with dead.holding(ROW):
        assert living.begin(tmp_path) == []
        left = (tmp_path / "0.json").read_bytes()
    os.close(dead._file)
    (tmp_path / "0.json").write_bytes(left)
    following = InHand()
    assert [following.begin(tmp_path), following.begin(tmp_path)] == [[ROW], [ROW]]


def test_a_line_that_was_not_written_whole_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "0.json").write_text('[["comments.notice", 7')
    assert InHand().begin(tmp_path) == []


def test_where_nothing_can_be_written_down_the_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "workers").touch()
    hand = InHand()
    assert hand.begin(tmp_path / "workers") == []
    with hand.holding(ROW):
        pass
