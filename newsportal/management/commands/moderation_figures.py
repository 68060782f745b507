"""`manage.py moderation_figures`: recomputes the figures of /moderation/ from the whole ledger."""

from typing import Any

from django.core.management.base import BaseCommand

from comments import public_figures


class Command(BaseCommand):
    help = "Makes the monthly figures of /moderation/ anew from the ledger. The worker renews them by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute them, and print how many months there are."""
        self.stdout.write(f"Made anew: {len(public_figures.rebuild())} months.")
