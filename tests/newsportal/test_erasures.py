"""The record of erasures: on the disk before anybody is told, and useless without its key."""

import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from newsportal import erasures
from newsportal.erasures import Kind, Missing, NotNoted

WHEN = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURES_DIR = tmp_path / "erasures"
    return tmp_path / "erasures"


def test_what_was_noted_is_found_by_its_identity_alone(folder: Path) -> None:
    with time_machine.travel(WHEN, tick=False):
        erasures.note(Kind.ADDRESS, ["zoe@example.org"])
        erasures.note(Kind.COMMENT, ["xyz", "uvw"])
    record = erasures.read(folder)
    asked = [(Kind.ADDRESS, "zoe@example.org"), (Kind.COMMENT, "xyz"), (Kind.COMMENT, "uvw")]
    assert [record.erased_at(*one) for one in asked] == [WHEN] * 3
    assert [record.erased_at(kind, "zoe@example.org") for kind in Kind] == [None, WHEN]
    assert (record.erased_at(Kind.ADDRESS, "ben@example.org"), record.broken) == (None, 0)
    lines = (folder / "erased").read_text()
    # None of them can be part of a hexadecimal number.
    assert [word in lines for word in ("zoe", "xyz", "example")] == [False] * 3


def test_of_two_erasures_of_one_address_the_last_counts(folder: Path) -> None:
    with time_machine.travel(WHEN, tick=False) as clock:
        erasures.note(Kind.ADDRESS, ["zoe@example.org"])
        clock.shift(60)
        erasures.note(Kind.ADDRESS, ["zoe@example.org"])
    found = erasures.read(folder).erased_at(Kind.ADDRESS, "zoe@example.org")
    assert found == datetime(2026, 11, 28, 10, 1, tzinfo=UTC)


def test_another_portals_key_finds_nothing_and_is_told_apart(folder: Path, settings: Any, tmp_path: Path) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    settings.ERASURES_DIR = tmp_path / "another"
    another = erasures.prepared()
    assert another.fingerprint != erasures.read(folder).fingerprint
    (tmp_path / "another" / "key").replace(folder / "key")
    with pytest.raises(Missing, match="is not the key with which"):
        erasures.read(folder)
    settings.ERASURES_DIR = folder
    with pytest.raises(NotNoted, match="is not the key with which"):
        erasures.note(Kind.COMMENT, ["abc"])


def test_only_its_owner_may_read_it(folder: Path) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "key", folder / "erased")]
    assert modes == [0o700, 0o600, 0o600]


@pytest.mark.parametrize("rest", ["2026-11-28T10:00:00+00:00 0123", "x", "2026-11-28T10:00:00+00:00 " + "0" * 64])
def test_a_line_that_a_crash_cut_off_spoils_no_other(folder: Path, rest: str) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    with (folder / "erased").open("a") as file:
        file.write(rest)
    erasures.note(Kind.COMMENT, ["def"])
    record = erasures.read(folder)
    assert [record.erased_at(Kind.COMMENT, one) is not None for one in ("abc", "def")] == [True, True]
    assert record.broken == (0 if rest.endswith("0000") else 1)


@pytest.mark.parametrize("lost", ["key", "erased"])
def test_a_record_that_is_not_whole_is_missing(folder: Path, lost: str) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    (folder / lost).unlink()
    with pytest.raises(Missing, match=f"{lost} is not there"):
        erasures.read(folder)


def test_a_lost_key_is_not_made_anew_behind_the_lines(folder: Path) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    (folder / "key").unlink()
    with pytest.raises(NotNoted, match="key is not there"):
        erasures.note(Kind.COMMENT, ["def"])
    assert not (folder / "key").exists()


def test_where_nothing_can_be_written_nothing_is_noted(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    settings.ERASURES_DIR = tmp_path / "file"
    with pytest.raises(NotNoted, match="could not be noted"):
        erasures.note(Kind.COMMENT, ["abc"])


def test_many_at_once_write_whole_lines_and_agree_on_the_key(folder: Path) -> None:
    threads = [threading.Thread(target=erasures.note, args=(Kind.COMMENT, [f"c{n}"])) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = erasures.read(folder)
    assert (len(record.times), record.broken) == (20, 0)
    assert all(record.erased_at(Kind.COMMENT, f"c{n}") for n in range(20))


def test_who_has_no_record_goes_on_with_a_copy(folder: Path, settings: Any, tmp_path: Path) -> None:
    erasures.note(Kind.COMMENT, ["abc"])
    settings.ERASURES_DIR = tmp_path / "new" / "erasures"
    assert not erasures.is_there()
    erasures.adopt(folder)
    erasures.note(Kind.COMMENT, ["def"])
    record = erasures.read(settings.ERASURES_DIR)
    assert (len(record.times), record.fingerprint) == (2, erasures.read(folder).fingerprint)
