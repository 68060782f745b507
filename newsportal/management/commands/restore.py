"""`manage.py restore`: puts a backup in the place of what is there, and erases again what was erased since."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from articles import error_reports
from articles.models import Article
from articles.search import index
from comments import erasing_again, networks, protection, recommending, reporting, retention
from comments.models import Comment, Notice
from newsportal import erasures
from newsportal.backups import making, restoring, sealing
from newsportal.backups.archive import Manifest
from newsportal.backups.problems import BackupError
from newsportal.backups.restoring import Restored
from newsportal.backups.sealing import Key
from newsportal.erasures import Record
from newsportal.pages import changed
from newsportal.pages.access import access
from newsportal.pages.store import StoreError


class Command(BaseCommand):
    help = "Puts a backup back, erases again what was erased since, and says what it did. The portal must be stopped."
    # Needed on the day when nothing else works; and the checks take a second.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the backup")
        parser.add_argument(
            "--replace", action="store_true", help="also where there is a portal: all of it is lost then"
        )
        parser.add_argument("--identity", type=Path, metavar="FILE", help="has the key that opens it, else BACKUP_KEY")
        parser.add_argument(
            "--erasures",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="a record of erasures: another machine's, beside that in ERASURES_DIR, or the one to go on with",
        )
        parser.add_argument(
            "--without-erasures",
            action="store_true",
            help="the record is lost for good: what readers had erased since the backup will be public again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore; or say why not, and then change nothing."""
        began = time.monotonic()
        try:
            key = _key(options["identity"])
            records = [] if options["without_erasures"] else _records(options["erasures"])
            if not options["replace"]:
                _must_be_empty()

            def accept(manifest: Manifest) -> None:
                self._tell_of_backup(manifest)
                _must_belong(manifest, records)

            with restoring.restoring(options["source"], key, accept=accept) as restored:
                if records:
                    _adopt(options["erasures"], restored.manifest)
                self._finish(restored, records)
            self._clean_up(restored.manifest, is_replaced=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Restored in {time.monotonic() - began:.1f} s. Now start the portal, and run manage.py doctor."
        )

    def _tell_of_backup(self, manifest: Manifest) -> None:
        self.stdout.write(f"The backup is of {manifest.moment} and whole: {manifest.contents}.")
        for name in manifest.missing:
            self.stdout.write(f"Not in it, though a row names it: {name}")
        if manifest.secret != making.fingerprint_of_secret():
            self.stdout.write(
                "SECRET_KEY is another one than when the backup was made: links that readers were mailed will not open,"
                " nor is a code of staff's authenticator apps right. Put the old one into SECRET_KEY_FALLBACKS."
            )

    def _finish(self, restored: Restored, records: Sequence[Record]) -> None:
        """Make a portal of the restored rows: part of the restore, so that nobody sees them without this."""
        if restored.older:
            self.stdout.write(f"It is older than this version: {len(restored.older)} migrations are applied.")
            call_command("migrate", verbosity=0, interactive=False)
        protection.put_up()
        if missing := protection.missing():
            raise BackupError(f"What guards the logs could not be put up: {missing}.")
        erased = erasing_again.erase_again(records)
        self.stdout.write(f"Erased again: {erased.comments} comments, {erased.addresses} addresses.")
        if not records:
            self.stdout.write("Nothing was erased again: --without-erasures.")
        now = timezone.now()
        for forget in (networks.forget_old, recommending.forget_old, reporting.forget_reporters, error_reports.forget):
            forget(now)
        retention.forget_old(now)
        # Those who signed out since must not be signed in again.
        Session.objects.all().delete()
        editions, copies = index.rebuild()
        self.stdout.write(f"Indexed for the search: {editions} editions, {copies} working copies.")
        self.stdout.write(f"Pictures' files put in place: {restored.pictures}.")
        if owed := Notice.objects.filter(sent_at=None, given_up_at=None).count():
            self.stdout.write(
                f"{owed} mails were owed then, some of which were sent since: the worker sends them again."
            )

    def _clean_up(self, manifest: Manifest, *, is_replaced: bool) -> None:
        if is_replaced and (gone := restoring.remove_other_pictures(manifest)):
            self.stdout.write(f"Pictures' files that the backup does not have, deleted: {gone}.")
        # A machine's own store needs no emptying: each server process begins with an empty one.
        here = access() if settings.CACHE_URL else None
        try:
            if here is not None:
                here.store.forget_everything()
        except StoreError as error:
            self.stdout.write(f"The page store could not be emptied ({error}); it is, when it is there again.")
        # For a CDN: every page shows the clock, so this renews all of them.
        changed("clock")


def _key(identity: Path | None) -> Key | None:
    if identity is None:
        return sealing.key_of(settings.BACKUP_KEY)
    try:
        lines = identity.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise BackupError(f"{identity} cannot be read: {error}") from None
    # age-keygen writes comments above the key.
    return sealing.key_of(next((line for line in lines if line and not line.startswith("#")), ""))


def _records(others: Sequence[Path]) -> list[Record]:
    """The records of erasures. If one is missing, raises BackupError, which says what follows from that."""
    own = [settings.ERASURES_DIR] if erasures.is_there() or not others else []
    try:
        return [erasures.read(folder) for folder in (*own, *others)]
    except erasures.Missing as error:
        raise BackupError(
            f"The record of what was erased is needed: {error}. Put its copy there, or name it (--erasures FOLDER)."
            " Without it what readers had erased since the backup would be public again, against their right (GDPR,"
            " Article 17). Where it is lost for good, --without-erasures restores all the same; erase by hand what you"
            " know of."
        ) from None


def _adopt(others: Sequence[Path], manifest: Manifest) -> None:
    """On another machine, go on with the backup's record of erasures; raises BackupError if it cannot be written."""
    mine = [folder for folder in others if erasures.read(folder).fingerprint == manifest.erasures]
    if erasures.is_there() or not mine:
        return
    try:
        erasures.adopt(mine[0])
    except OSError as error:
        raise BackupError(f"The record of erasures could not be put into {settings.ERASURES_DIR}: {error}") from None


def _must_belong(manifest: Manifest, records: Sequence[Record]) -> None:
    """Raise BackupError unless the record goes with the backup, and has at least what it had when that was made."""
    if not records:
        return
    same = [record for record in records if record.fingerprint == manifest.erasures]
    if not same:
        raise BackupError("The record of erasures is of another portal: its key is not the one that the backup names.")
    if max(len(record.times) for record in same) < manifest.erasures_noted:
        raise BackupError("The record of erasures is older than the backup: find a newer copy of it.")


def _must_be_empty() -> None:
    try:
        tables = connection.introspection.table_names()
        used = [
            rows.model._meta.verbose_name_plural
            for rows in (Article.objects.all(), Comment.objects.all(), User.objects.all())
            if rows.model._meta.db_table in tables and rows.exists()
        ]
    except DatabaseError as error:
        raise BackupError(
            f"What is in the database cannot be read ({error}). --replace puts the backup in its place."
        ) from None
    if used:
        raise BackupError(
            f"There is a portal already, with {used[0]}. --replace puts the backup in its place, and all of it is lost:"
            " make a backup of it first."
        )
