"""Restoring a backup: all of it is read and verified first, and nothing is changed before that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from newsportal.backups import archive, media, sealing
from newsportal.backups.archive import Manifest, Source
from newsportal.backups.databases import Database, database
from newsportal.backups.folders import working
from newsportal.backups.making import reading
from newsportal.backups.problems import BackupError
from newsportal.backups.sealing import Key
from newsportal.migration_files import on_disk


@dataclass(frozen=True)
class Restored:
    """What was restored. `pictures` is the number of files, `older` the migrations that have yet to be applied."""

    manifest: Manifest
    pictures: int
    older: list[str]


@contextmanager
def restoring(path: Path, key: Key | None, *, accept: Callable[[Manifest], None]) -> Iterator[Restored]:
    """Inside the block the database is what it was in the backup; what is done there is part of the restore. Before
    anything is changed, `accept` sees the manifest, and may raise BackupError.

    If the block fails, a SQLite database is what it was before; a PostgreSQL one is the backup's, and noted as
    unfinished (`folders.is_unfinished`), as either is if the process is killed. Raises BackupError if the backup is
    damaged or does not belong here; then nothing is changed.
    """
    source = database()
    source.must_be_idle()
    with working("restoring", "the restore") as folder:
        dump, pictures = folder / source.member, folder / "media"
        manifest = _staged(path, key, source, dump, pictures)
        older = _missing_migrations(manifest)
        accept(manifest)
        # Before the rows that name them.
        moved = media.put_in_place(pictures)
        with source.restoring(dump):
            yield Restored(manifest, moved, older)


def remove_other_pictures(manifest: Manifest) -> int:
    """Delete the pictures that are not in the backup, if it has any; returns how many."""
    if not manifest.has_media:
        return 0
    kept = {name.removeprefix(media.PREFIX) for name in manifest.members if name.startswith(media.PREFIX)}
    return media.remove_others(kept)


# --- How ------------------------------------------------------------------------------------------------------------


def _staged(path: Path, key: Key | None, source: Database, dump: Path, pictures: Path) -> Manifest:
    with dump.open("xb") as out, source.unpacking(out) as database_file:

        def take(name: str, content: Source) -> None:
            if name.startswith(f"{source.member}."):
                archive.copy(content, database_file)
            elif name.startswith(media.PREFIX):
                media.stage(name.removeprefix(media.PREFIX), content, pictures)

        with reading(path) as file, sealing.opened(file, key) as content:
            manifest = archive.read(content, take)
    if manifest.engine != source.engine:
        raise BackupError(
            f"This backup is of a portal on {manifest.engine}, and DATABASE_URL is on {source.engine}."
            " A backup goes back to the kind of database that it came from."
        )
    if not dump.stat().st_size:
        raise BackupError("This backup has no database in it.")
    dump.chmod(0o600)
    return manifest


def _missing_migrations(manifest: Manifest) -> list[str]:
    """Migrations that the code has and the backup lacks; raises BackupError if the backup has others."""
    known = {f"{app}.{name}" for app, name in on_disk()}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise BackupError(
            f"This backup was made by a newer version of the portal (it has {newer[-1]}). Install that version first."
        )
    return sorted(known - set(manifest.migrations))
