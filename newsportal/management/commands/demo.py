"""`manage.py demo`: makes the demo edition, only where nobody else can reach the server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsportal.demo.accounts import ACCOUNTS, password
from newsportal.demo.loader import load


class Command(BaseCommand):
    help = "Makes the demo edition, unless there are stories already. Only where SITE_URL is this machine's loopback."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and print who may sign in."""
        if not settings.IS_DEMO:
            raise CommandError(f"SITE_URL is {settings.SITE_URL}: the demo's accounts would be open to others.")
        made = load()
        self.stdout.write("The demo edition was made." if made else "There are stories already; nothing was changed.")
        names = ", ".join(username for username, *_ in ACCOUNTS)
        self.stdout.write(f"Sign in at {settings.SITE_URL}/admin/ as {names}; password: {password()}")
