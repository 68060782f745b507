"""`manage.py reset_second_factor NAME`: for the last admin who has lost theirs; others are helped by a colleague."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsportal.accounts import factors


class Command(BaseCommand):
    help = "Forgets the authenticator app, passkeys and recovery codes of an account, and ends its sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget the factors, and say so; fail if nobody has this name."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Nobody has the name {options['username']}.")
        factors.forget(user)
        self.stdout.write(f"{user} has no second factor now, and is signed out everywhere.")
