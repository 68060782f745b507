"""`manage.py backup`: the database and the pictures in one file, while the portal runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsportal.backups import making, sealing
from newsportal.backups.making import Made
from newsportal.backups.problems import BackupError
from newsportal.backups.sealing import Key

# What the report on a backup counts, and in which table.
COUNTED = {
    "stories": "articles_article",
    "editions": "articles_edition",
    "pictures": "articles_picture",
    "comments": "comments_comment",
    "decisions": "comments_decision",
    "accounts": "auth_user",
}
_MEGA = 1_000_000


class Command(BaseCommand):
    help = "Puts the database and the pictures into one file, while the portal runs, and checks it."
    # Needed on the day when nothing else works; and the checks take a second.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target", nargs="?", type=Path, help="a folder, or the path of a file that is not there yet"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="delete all backups in the folder but the newest N")
        parser.add_argument("--recipient", default="", metavar="age1…", help="seal it for this key, not for BACKUP_KEY")
        parser.add_argument(
            "--without-media", action="store_true", help="leave the pictures out: they are kept elsewhere"
        )
        parser.add_argument("--check", action="store_true", help="only read the backup TARGET and compare its sums")
        parser.add_argument("--make-key", action="store_true", help="only print a new key for BACKUP_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked, and print the result."""
        try:
            self._obey(options)
        except BackupError as error:
            raise CommandError(str(error)) from None

    def _obey(self, options: dict[str, Any]) -> None:
        if options["make_key"]:
            secret, public = sealing.new_key()
            self.stdout.write(f"{secret}\n# its public half, which seals and does not open: {public}")
            return
        target: Path | None = options["target"]
        if target is None:
            raise BackupError("Where to? A folder, or the path of a file: manage.py backup /mnt/backups/")
        key = sealing.key_of(options["recipient"] or settings.BACKUP_KEY)
        if options["check"]:
            manifest = making.check(target, key)
            self.stdout.write(f"{target} is whole. It is of {manifest.moment}: {manifest.contents}.")
            return
        self._make(target, key, options)

    def _make(self, target: Path, key: Key | None, options: dict[str, Any]) -> None:
        keep: int | None = options["keep"]
        is_folder = target.is_dir()
        if keep is not None and (not is_folder or keep < 1):
            raise BackupError("--keep needs a folder that is there, and a number from 1 on.")
        if not is_folder and (not target.parent.is_dir() or not target.name.endswith((".tar", ".tar.age"))):
            # A folder that is not mounted must not be taken for a file.
            raise BackupError(f"{target} is no folder, and no path in one of a file that ends in .tar or .tar.age.")
        path = making.path_in(target, key, timezone.now()) if is_folder else target
        made = making.make(path, key=key, tables=COUNTED, with_media=not options["without_media"])
        self._tell(made, is_sealed=key is not None)
        if keep is not None:
            for old in making.prune(target, keep):
                self.stdout.write(f"Deleted: {old}")

    def _tell(self, made: Made, *, is_sealed: bool) -> None:
        manifest = made.manifest
        sealed = "sealed" if is_sealed else "not sealed: who has it reads all of it"
        self.stdout.write(f"{made.path}: {made.size / _MEGA:,.1f} MB, {sealed}, checked.")
        self.stdout.write(f"In it, as of {manifest.moment}: {manifest.contents}.")
        if not manifest.has_media:
            self.stdout.write("The pictures are not in it.")
        for name in manifest.missing:
            self.stdout.write(f"Not there, though a row names it: {name}")
        self.stdout.write(
            f"Not in it: SECRET_KEY and the other settings, and {settings.ERASURES_DIR}. Copy that folder to a place of"
            " its own: who restores this needs both."
        )
