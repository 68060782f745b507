"""`manage.py doctor`: says in words what is wrong, and what to do about it.

It examines everything that the portal stands on (`newsportal.operating`); checks the counts, the open cases, the guards
of the ledger, and that nothing is kept too long; and lists what the paper does not yet say about itself.
"""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles import house
from articles.models import Picture
from comments import open_cases, protection, public_figures, retention
from comments.replay import discrepancies
from newsportal.accounts import factors
from newsportal.backups import keeping
from newsportal.operating.examining import EXAMINATIONS, words_of_database
from newsportal.operating.readiness import Finding, findings


class Command(BaseCommand):
    help = (
        "Says in words what is wrong and what to do; replays the ledger of decisions and compares it with all counts."
    )
    # The command itself prints what the checks find, each with what to do.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is wrong, what differs, and what is to be filled in; fail if the portal cannot serve, or anything
        differs.
        """
        if self._examine():
            raise CommandError("The portal cannot work like this.")
        self._compare()
        for gap in house.gaps():
            self.stdout.write(f"To be filled in: {gap.words}")

    def _examine(self) -> bool:
        """Print what is wrong; return whether it is so bad that nothing else need be looked at."""
        found = list(_all_findings())
        for finding in found:
            grade = "Wrong" if finding.stops else "To be looked at"
            self.stdout.write(f"{grade}: {finding.words.rstrip('.')}. What to do: {finding.todo}")
        if words := words_of_database():
            self.stdout.write(f"What the database said: {words}")
        return any(finding.stops for finding in found)

    def _compare(self) -> None:
        found = [f"what was written down is not guarded: {name} is missing" for name in protection.missing()]
        found += [
            *keeping.troubles(),
            *discrepancies(),
            *open_cases.discrepancies(),
            *public_figures.discrepancies(),
            *retention.overdue(timezone.now()),
        ]
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} differences")
        self.stdout.write("The ledger, the statuses and the counts agree.")


def _all_findings() -> Iterator[Finding]:
    found = findings()
    for those in found.values():
        yield from those
    if any(finding.stops for those in found.values() for finding in those):
        # Everything else needs a database with its tables.
        return
    for examine in (*EXAMINATIONS, _pictures, _authenticator_apps):
        yield from examine()


def _authenticator_apps() -> Iterator[Finding]:
    """Whether the keys of staff's authenticator apps can be opened."""
    if shut := factors.shut_out():
        yield Finding(
            f"codes of the authenticator apps of {', '.join(shut)} cannot be checked: SECRET_KEY is another one than"
            " when these were set up",
            "Put the SECRET_KEY of then into SECRET_KEY_FALLBACKS; or, for each, manage.py reset_second_factor NAME.",
        )


def _pictures() -> Iterator[Finding]:
    """Whether the newest picture can be read: one machine may see a different folder from the others."""
    newest = Picture.objects.order_by("-pk").first()
    if newest is None:
        return
    try:
        with newest.file.open("rb") as file:
            file.read(1)
    except OSError as error:
        yield Finding(
            f"the newest picture cannot be read: {error}",
            "See that var/media/ is there (on several machines: that all share it), and may be read by this user; with"
            " MEDIA_STORAGE, that the service answers, and its keys are right.",
        )
