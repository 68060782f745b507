"""Making a backup: the database as it is at one moment, then the pictures, checked, and only then in its place."""

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

# A picture that is replaced while its backup runs makes the backup begin anew; whoever does so all the time is told.
_TRIES = 3
_NAME = re.compile(r"portal-\d{8}T\d{6}Z\.tar(\.age)?")
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Made:
    """A backup, where it is and how large."""

    path: Path
    size: int
    manifest: Manifest


@dataclass(frozen=True)
class _Seen:
    """What a dump has in it."""

    migrations: list[str]
    counts: dict[str, int]
    files: set[str]


@dataclass(frozen=True)
class _Job:
    """What is to be made, of what, with which key."""

    part: Path
    key: Key | None
    tables: Mapping[str, str]
    record: erasures.Record
    with_media: bool

    @property
    def seals_only(self) -> bool:
        """Whether what is written cannot be opened here."""
        return self.key is not None and self.key.identity is None


class _Again(Exception):
    """A file that the dump names was deleted while the backup ran."""


def path_in(folder: Path, key: Key | None, now: datetime) -> Path:
    """What a backup of this moment is called."""
    return folder / f"portal-{now:%Y%m%dT%H%M%SZ}.tar{'.age' if key else ''}"


def make(path: Path, *, key: Key | None, tables: Mapping[str, str], with_media: bool = True) -> Made:
    """Make a backup at a path where nothing is yet; `tables` are counted, by what is in them.

    Raises BackupError, and leaves nothing behind then.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup takes no other one's place.")
    with working("backing-up", "the backup"), _taking_place(path) as part:
        job = _Job(part, key, tables, _record(), with_media)
        manifest, sha256 = _try(job, _TRIES)
        _check(job, sha256)
        return Made(path, part.stat().st_size, manifest)


def check(path: Path, key: Key | None) -> Manifest:
    """Read a whole backup and compare it with its sums; raises BackupError where anything is wrong with it."""
    with reading(path) as file, sealing.opened(file, key) as content:
        return archive.read(content, lambda _name, _content: None)


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A backup that is there; raises BackupError where it is not, or may not be read."""
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all backups in a folder but the newest so many; returns those that are gone. Other files stay."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    old = found[: max(0, len(found) - keep)]
    for path in old:
        path.unlink()
    return old


def fingerprint_of_secret() -> str:
    """Which SECRET_KEY the portal has, told so that nobody learns it: readers' links are signed with it."""
    return salted_hmac("newsportal.backups", "which key it is", algorithm="sha256").hexdigest()[:16]


# --- How ------------------------------------------------------------------------------------------------------------


def _record() -> erasures.Record:
    """Made before anything is copied: whoever restores is asked for it."""
    try:
        return erasures.prepared()
    except erasures.Missing as error:
        raise BackupError(f"The record of erasures is broken: {error}. Put its copy back first.") from None


@contextmanager
def _taking_place(path: Path) -> Iterator[Path]:
    """A file beside the path, which takes its place when the block has ended well, and else is gone."""
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
    """In the last try what was deleted meanwhile is left out, and told."""
    for _number in range(tries - 1):
        with suppress(_Again):
            return _write(job, is_last=False)
    return _write(job, is_last=True)


def _write(job: _Job, *, is_last: bool) -> tuple[Manifest, str]:
    """What was written, and its sum."""
    source = database()
    with _writing(job.part, is_asked=job.seals_only) as out, sealing.sealed(out, job.key) as content:
        writer = archive.Writer(content)
        began = timezone.now()
        with source.dumping() as dump:
            seen = _look(source, dump.ask, job.tables)
            writer.add_all(source.member, dump.content)
        # Afterwards, so that every file is there that the database names.
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
    """A new file for its owner alone, on the disk when the block has ended; it knows its sum where that is asked."""
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
    """Every file that a row names."""
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
    """A file that knows the SHA-256 of what was written, where it is asked: a gigabyte takes a second."""

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
    """Read what was written: all of it as a restore would, or, where this machine cannot open it, its bytes."""
    if not job.seals_only:
        check(job.part, job.key)
        return
    with job.part.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BackupError("What was written is not what is read: is the disk broken?")
