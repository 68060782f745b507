"""Making a backup: the database as it is at one moment, then the pictures; checked, and only then put in place."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.db import connection
from django.db.models import FileField
from django.utils import timezone
from django.utils.crypto import salted_hmac

from newsportal import __version__, erasures
from newsportal.backups import archive, media, sealing
from newsportal.backups.archive import Manifest
from newsportal.backups.databases import Ask, Database, database
from newsportal.backups.folders import working
from newsportal.backups.problems import BackupError
from newsportal.backups.sealing import Key
from newsportal.disk import sync_folder

# A file deleted while the backup runs makes it start again; in the last try such files are left out, and reported.
_TRIES = 3
_NAME = re.compile(r"portal-\d{8}T\d{6}Z\.tar(\.age)?")
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Made:
    """A finished backup: where it is and how large."""

    path: Path
    size: int
    manifest: Manifest


@dataclass(frozen=True)
class _Seen:
    """What a dump contains."""

    migrations: list[str]
    counts: dict[str, int]
    files: set[str]


@dataclass(frozen=True)
class _Job:
    """What is to be made, from what, and with which key."""

    part: Path
    key: Key | None
    tables: Mapping[str, str]
    record: erasures.Record
    with_media: bool

    @property
    def seals_only(self) -> bool:
        """Whether the result cannot be opened on this machine."""
        return self.key is not None and self.key.identity is None


class _Again(Exception):
    """A file that the dump names was deleted while the backup ran."""


def path_in(folder: Path, key: Key | None, now: datetime) -> Path:
    """The path of a backup made at this moment."""
    return folder / f"portal-{now:%Y%m%dT%H%M%SZ}.tar{'.age' if key else ''}"


def make(path: Path, *, key: Key | None, tables: Mapping[str, str], with_media: bool = True) -> Made:
    """Make a backup at a path where there is nothing yet; `tables` (kind of row to table) are counted.

    Raises BackupError, and then leaves nothing behind.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup takes no other one's place.")
    with working("backing-up", "the backup"), _taking_place(path) as part:
        job = _Job(part, key, tables, _record(), with_media)
        manifest, sha256 = _try(job, _TRIES)
        _check(job, sha256)
        return Made(path, part.stat().st_size, manifest)


def check(path: Path, key: Key | None) -> Manifest:
    """Read a whole backup and compare it with its checksums; raises BackupError if anything is wrong with it."""
    with reading(path) as file, sealing.opened(file, key) as content:
        return archive.read(content, lambda _name, _content: None)


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """An existing backup, opened; raises BackupError if it does not exist or may not be read."""
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the `keep` newest backups in a folder; returns those deleted. Other files stay."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    old = found[: max(0, len(found) - keep)]
    for path in old:
        path.unlink()
    return old


def fingerprint_of_secret() -> str:
    """Identifies the portal's SECRET_KEY without revealing it: readers' links are signed with it."""
    return salted_hmac("newsportal.backups", "which key it is", algorithm="sha256").hexdigest()[:16]


# --- How ------------------------------------------------------------------------------------------------------------


def _record() -> erasures.Record:
    """The record of erasures, made before anything is copied, because a restore asks for it."""
    try:
        return erasures.prepared()
    except erasures.Missing as error:
        raise BackupError(f"The record of erasures is broken: {error}. Put its copy back first.") from None


@contextmanager
def _taking_place(path: Path) -> Iterator[Path]:
    """A file beside the path, which is moved there if the block ends well, and is deleted otherwise."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        os.replace(part, path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _try(job: _Job, tries: int) -> tuple[Manifest, str]:
    """Try to make it; in the last try files deleted meanwhile are left out, and reported."""
    for _number in range(tries - 1):
        with suppress(_Again):
            return _write(job, is_last=False)
    return _write(job, is_last=True)


def _write(job: _Job, *, is_last: bool) -> tuple[Manifest, str]:
    """The manifest of what was written, and the file's checksum."""
    source = database()
    with _writing(job.part, is_asked=job.seals_only) as out, sealing.sealed(out, job.key) as content:
        writer = archive.Writer(content)
        began = timezone.now()
        with source.dumping() as dump:
            seen = _look(source, dump.ask, job.tables)
            writer.add_all(source.member, dump.content)
        # After the database, so that every file that it names is included.
        for name in media.names() if job.with_media else []:
            _add(writer, name)
        missing = seen.files.difference(_media_of(writer)) if job.with_media else set()
        if not is_last and missing - _named_now():
            raise _Again
        manifest = Manifest(
            created_at=began.isoformat(),
            version=__version__,
            engine=source.engine,
            engine_version=source.version,
            migrations=seen.migrations,
            counts=seen.counts,
            has_media=job.with_media,
            missing=sorted(missing),
            secret=fingerprint_of_secret(),
            erasures=job.record.fingerprint,
            erasures_noted=len(job.record.times),
        )
        writer.close(manifest)
    return manifest, out.sha256


@contextmanager
def _writing(part: Path, *, is_asked: bool) -> Iterator["_Summed"]:
    """A new file, private to its owner, on the disk when the block has ended; computes its checksum if asked to."""
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", _PIECE) as out:
        yield _Summed(out, is_asked=is_asked)
        out.flush()
        os.fsync(out.fileno())


def _look(source: Database, ask: Ask, tables: Mapping[str, str]) -> _Seen:
    there = {what: table for what, table in tables.items() if source.has_column(ask, table, "id")}
    return _Seen(
        migrations=sorted(f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations")),
        counts={what: int(ask(f"SELECT count(*) FROM {table}")[0][0]) for what, table in there.items()},  # noqa: S608
        files=_named(source, ask),
    )


def _named(source: Database, ask: Ask) -> set[str]:
    """All files that rows name."""
    columns = [
        (model._meta.db_table, str(column.column))
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if isinstance(column, FileField)
    ]
    there = [(table, column) for table, column in columns if source.has_column(ask, table, column)]
    statements = [f"SELECT {column} FROM {table} WHERE {column} <> ''" for table, column in there]  # noqa: S608
    return {name for statement in statements for (name,) in ask(statement)}


def _named_now() -> set[str]:
    def ask(statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    return _named(database(), ask)


def _add(writer: archive.Writer, name: str) -> None:
    with suppress(FileNotFoundError), media.reading(name) as (file, size):
        writer.add(media.PREFIX + name, file, size)


def _media_of(writer: archive.Writer) -> set[str]:
    return {name.removeprefix(media.PREFIX) for name in writer.members if name.startswith(media.PREFIX)}


class _Summed:
    """A file that computes the SHA-256 of what is written, if asked to: a gigabyte takes a second."""

    def __init__(self, out: IO[bytes], *, is_asked: bool) -> None:
        self._out = out
        self._is_asked = is_asked
        self._sum = hashlib.sha256()

    def write(self, content: bytes) -> int:
        if self._is_asked:
            self._sum.update(content)
        return self._out.write(content)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


def _check(job: _Job, sha256: str) -> None:
    """Read what was written: as a restore would or, if this machine cannot open it, just its bytes."""
    if not job.seals_only:
        check(job.part, job.key)
        return
    with job.part.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BackupError("What was written is not what is read: is the disk broken?")
