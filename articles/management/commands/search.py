"""`manage.py search --rebuild`: makes the index of the search anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.search.index import rebuild


class Command(BaseCommand):
    help = "Makes the index anew, in one transaction: after a restore, or where stories were written past the verbs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", required=True, help="make both indexes anew")

    def handle(self, *args: Any, **options: Any) -> None:
        editions, copies = rebuild()
        self.stdout.write(f"Indexed: {editions} editions that readers see or will see, {copies} working copies.")
