"""Sealed backups: in the age format, opened with the key and with nothing else."""

import errno
import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from newsportal.backups import sealing
from newsportal.backups.problems import BackupError
from newsportal.backups.sealing import Key

CONTENT = os.urandom(3_000_000)


def keys() -> tuple[Key, Key]:
    """A key that opens, and its public half, which does not."""
    secret, public = sealing.new_key()
    found = sealing.key_of(f" {secret}\n"), sealing.key_of(public)
    assert found[0]
    assert found[1]
    return found[0], found[1]


def sealed(key: Key) -> bytes:
    out = io.BytesIO()
    with sealing.sealed(out, key) as content:
        content.write(CONTENT)
    return out.getvalue()


def opened(content: bytes, key: Key | None) -> bytes:
    with sealing.opened(io.BytesIO(content), key) as source:
        found = b""
        while piece := source.read(100_000):
            found += piece
        if len(found) != len(CONTENT):
            raise BackupError("cut off, as who reads it says")
        return found


def test_what_a_public_key_sealed_its_secret_opens() -> None:
    secret, public = keys()
    assert public.public == secret.public
    content = sealed(public)
    assert CONTENT[:1000] not in content
    assert opened(content, secret) == CONTENT


@pytest.mark.parametrize("has_key", [False, True])
def test_without_the_secret_it_says_what_is_needed(has_key: bool) -> None:
    _secret, public = keys()
    with pytest.raises(BackupError, match=r"sealed\. Give its key, AGE-SECRET-KEY-1…, as BACKUP_KEY"):
        opened(sealed(public), public if has_key else None)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(BackupError, match="This key does not open the backup"):
        opened(sealed(keys()[0]), keys()[0])


def test_a_changed_bit_and_a_lost_end_are_found() -> None:
    secret, _public = keys()
    content = bytearray(sealed(secret))
    with pytest.raises(BackupError, match="damaged or cut off"):
        opened(bytes(content[:-100]), secret)
    content[1_000_000] ^= 1
    with pytest.raises(BackupError, match="damaged or cut off"):
        opened(bytes(content), secret)


def test_who_reads_no_further_is_not_waited_for() -> None:
    secret, _public = keys()
    with sealing.opened(io.BytesIO(sealed(secret)), secret) as source:
        assert source.read(10) == CONTENT[:10]


def test_a_full_disk_is_told_as_the_system_tells_it() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        words = re.escape(f"[Errno {errno.ENOSPC}] No space left on device")
        with pytest.raises(OSError, match=words), sealing.sealed(full, keys()[0]) as content:
            content.write(CONTENT)


def test_what_is_no_key_is_refused_and_nothing_is_none() -> None:
    assert sealing.key_of(" ") is None
    for text in ("a password", "age1qqq", "AGE-SECRET-KEY-1QQ"):
        with pytest.raises(BackupError, match="BACKUP_KEY is no age key"):
            sealing.key_of(text)


def test_the_plain_tool_opens_it(tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("there is no age on this machine")
    secret, public = sealing.new_key()
    (tmp_path / "key").write_text(secret)
    key = sealing.key_of(public)
    assert key
    (tmp_path / "backup").write_bytes(sealed(key))
    done = subprocess.run(["age", "-d", "-i", "key", "backup"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == CONTENT
