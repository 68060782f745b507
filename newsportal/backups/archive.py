"""The file format of a backup: a tar (POSIX.1-2001, pax) whose last member, the manifest, has all others' checksums.

So `tar -xf` opens it without us. It is written and read from front to back, because it may pass through a seal.
"""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import PurePosixPath
from typing import Any, Protocol

from newsportal.backups.problems import BackupError

# What another version checks first. Format 1 had the database as one member.
FORMAT = 2
MANIFEST = "manifest.json"
# Bytes copied at a time: so many that the cost of system calls does not matter.
_PIECE = 1024 * 1024
# Bytes of a source of unknown size held in memory at a time: a member begins with its size.
_MEMBER = 16 * 1024 * 1024
# The manifest of a million pictures has some 300 MB; anything larger is not a manifest.
_MOST_MANIFEST = 1024 * 1024 * 1024


class Source(Protocol):
    """Something that is read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes, or all if no number is given; empty at the end."""


class Sink(Protocol):
    """Something that is written from front to back."""

    def write(self, content: bytes, /) -> int:
        """Write all of it."""


@dataclass(frozen=True)
class Member:
    """One file in a backup: its size, and the SHA-256 of its bytes."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup says about itself.

    `migrations` are those that the database had; `counts` are numbers of rows by kind; `missing` are files that rows
    name but that were not there; `secret` and `erasures` identify the secret key and record of erasures it belongs to.
    """

    created_at: str
    version: str
    engine: str
    engine_version: str
    migrations: list[str]
    counts: dict[str, int]
    has_media: bool
    missing: list[str]
    secret: str
    erasures: str
    erasures_noted: int
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def moment(self) -> str:
        """When it was made, in words."""
        return f"{self.created_at[:19].replace('T', ' ')} UTC"

    @property
    def contents(self) -> str:
        """How much of what it contains, in words."""
        return ", ".join(f"{count:,} {what}" for what, count in self.counts.items())


class Writer:
    """Puts members into a backup one after the other, then the manifest."""

    def __init__(self, out: Sink) -> None:
        # Closed by close().
        self._tar = tarfile.TarFile(fileobj=_Counted(out), mode="w", copybufsize=_PIECE)  # type: ignore[arg-type]
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: Source, size: int) -> None:
        """Add so many bytes of a source, which must have them."""
        hashed = _Hashed(source)
        try:
            self._tar.addfile(_described(name, size), hashed)
        except OSError as error:
            # tarfile raises this, without errno, for a source shorter than its size.
            if error.errno is not None:
                raise
            raise BackupError(f"{name} became shorter while it was read.") from None
        self.members[name] = Member(size, hashed.sha256)

    def add_all(self, name: str, source: Source) -> None:
        """Add all of a source, whatever its size, as `NAME.00001`, `NAME.00002` …, which together make it up."""
        for number in count(1):
            piece = source.read(_MEMBER)
            if not piece:
                return
            self.add(f"{name}.{number:05}", io.BytesIO(piece), len(piece))

    def close(self, manifest: Manifest) -> None:
        """Add the manifest, with the members' checksums, and close."""
        manifest.members = self.members
        content = json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode()
        self.add(MANIFEST, io.BytesIO(content), len(content))
        self._tar.close()


Take = Callable[[str, Source], None]


def read(source: Source, take: Take) -> Manifest:
    """Hand each member except the manifest to `take`, which need not read it, and compare all with the manifest.

    Raises BackupError if anything is cut off, differs, or is not a backup of ours. Nothing that `take` was given may be
    relied on before this returns.
    """
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=_PIECE) as tar:  # type: ignore[call-overload]
            for name, size, content in _files(tar):
                if name == MANIFEST:
                    manifest = _parsed(content, size)
                    continue
                hashed = _Hashed(content)
                take(name, hashed)
                hashed.drain()
                found[name] = Member(hashed.size, hashed.sha256)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"This is no backup, or it was cut off or changed: {error}") from None
    if manifest is None:
        raise BackupError("This backup has no manifest: it was cut off, or is none of ours.")
    _compare(found, manifest)
    return manifest


def copy(content: Source, out: Sink) -> None:
    """Copy the rest of a source."""
    while piece := content.read(_PIECE):
        out.write(piece)


# --- How ------------------------------------------------------------------------------------------------------------


class _Counted:
    """A file that keeps count of its own position: a pipe cannot tell it."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._written = 0

    def write(self, content: bytes) -> int:
        self._out.write(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written


class _Hashed:
    """A source whose checksum and size are known once it was read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._sum = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        content = self._source.read(size)
        self._sum.update(content)
        self.size += len(content)
        return content

    def drain(self) -> None:
        """Read what is left."""
        while self.read(_PIECE):
            pass

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


def _described(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(time.time())
    return member


def _files(tar: tarfile.TarFile) -> Iterator[tuple[str, int, Source]]:
    for member in tar:
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts:
            raise BackupError(f"This is no backup of ours: it has {member.name!r} in it.")
        content = tar.extractfile(member)
        assert content is not None
        yield member.name, member.size, content


def _parsed(content: Source, size: int) -> Manifest:
    if size > _MOST_MANIFEST:
        raise BackupError("This is no backup of ours: its manifest is too large.")
    try:
        values: dict[str, Any] = json.loads(content.read(size))
        if values["format"] != FORMAT:
            raise BackupError(f"This backup has the format {values['format']!r}; this version reads {FORMAT}.")
        values["members"] = {name: Member(**member) for name, member in values["members"].items()}
        return Manifest(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"The manifest of this backup cannot be read: {error!r}") from None


def _compare(found: dict[str, Member], manifest: Manifest) -> None:
    wrong = sorted(name for name, member in manifest.members.items() if found.get(name) != member)
    strange = sorted(found.keys() - manifest.members.keys())
    if wrong or strange:
        names = ", ".join([*wrong, *strange][:5])
        raise BackupError(
            f"This backup is damaged: {len(wrong) + len(strange)} files differ from its manifest: {names}"
        )
