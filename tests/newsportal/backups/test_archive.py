"""A backup's file: it is whole, or the damage is detected."""

import io
import json
import tarfile
from dataclasses import asdict

import pytest

from newsportal.backups import archive
from newsportal.backups.archive import Manifest, Source, Writer
from newsportal.backups.problems import BackupError

MEMBERS = {"database.sqlite3": b"rows" * 50_000, "media/a.jpg": b"", "media/b/ü.jpg": b"picture"}


def manifest() -> Manifest:
    return Manifest(
        created_at="2026-11-28T10:00:00+00:00",
        version="1",
        engine="sqlite",
        engine_version="3",
        migrations=["comments.0001_initial"],
        counts={"comments": 3},
        has_media=True,
        missing=[],
        secret="s",
        erasures="e",
        erasures_noted=0,
    )


def written() -> bytes:
    out = io.BytesIO()
    writer = Writer(out)
    for name, content in MEMBERS.items():
        writer.add(name, io.BytesIO(content), len(content))
    writer.close(manifest())
    return out.getvalue()


def read(content: bytes) -> tuple[Manifest, dict[str, bytes]]:
    found: dict[str, bytes] = {}

    def take(name: str, source: Source) -> None:
        found[name] = source.read()

    return archive.read(io.BytesIO(content), take), found


def test_what_was_put_in_comes_out() -> None:
    found, members = read(written())
    assert members == MEMBERS
    expected = manifest()
    expected.members = found.members
    assert (found, {name: member.size for name, member in found.members.items()}) == (
        expected,
        {name: len(content) for name, content in MEMBERS.items()},
    )


def test_any_tar_opens_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(written())) as tar:
        assert tar.getnames() == [*MEMBERS, "manifest.json"]


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.9])
def test_a_backup_that_was_cut_off_is_refused(kept: float) -> None:
    whole = written()
    with pytest.raises(BackupError, match=r"cut off|no manifest"):
        read(whole[: int(len(whole) * kept)])


def test_one_changed_bit_is_found_and_named() -> None:
    broken = bytearray(written())
    broken[100_000] ^= 1
    with pytest.raises(BackupError, match=r"damaged: 1 files differ from its manifest: database\.sqlite3"):
        read(bytes(broken))


@pytest.mark.parametrize("name", ["/etc/passwd", "media/../../x", "../x"])
def test_no_member_leads_out_of_the_folder(name: str) -> None:
    out = io.BytesIO()
    writer = Writer(out)
    writer.add(name, io.BytesIO(b"x"), 1)
    writer.close(manifest())
    with pytest.raises(BackupError, match="no backup of ours"):
        read(out.getvalue())


def test_a_link_is_no_member() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        link = tarfile.TarInfo("media/a")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BackupError, match="no backup of ours"):
        read(out.getvalue())


def test_a_file_that_becomes_shorter_while_it_is_read_is_told() -> None:
    with pytest.raises(BackupError, match="media/a became shorter"):
        Writer(io.BytesIO()).add("media/a", io.BytesIO(b"xy"), 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"format": 3}, "has the format 3; this version reads 2"), ({"strange": 1}, "cannot be read")],
)
def test_a_manifest_of_another_kind_is_refused_in_words(change: dict[str, int], words: str) -> None:
    content = json.dumps(asdict(manifest()) | change).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    with pytest.raises(BackupError, match=words):
        read(out.getvalue())


def test_what_is_no_tar_is_refused_in_words() -> None:
    with pytest.raises(BackupError, match="This is no backup"):
        read(b"SQLite format 3\0" * 1000)
