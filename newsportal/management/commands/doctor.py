"""`manage.py doctor`: whether what is counted and what is open is there, the ledger guarded, nothing kept too long,
and what the paper does not say yet of itself.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles import house
from comments import open_cases, protection, public_figures, retention
from comments.replay import discrepancies
from newsportal.backups import keeping


class Command(BaseCommand):
    help = "Replays the ledger of decisions and compares it with every comment's status, count, report and objection."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what differs, and what is to be filled in; fail if anything differs."""
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
        for gap in house.gaps():
            self.stdout.write(f"To be filled in: {gap.words}")
