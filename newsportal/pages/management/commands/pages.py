"""`manage.py pages`: what is in the page store, how well it serves, and how to make it forget."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsportal.pages import changed
from newsportal.pages.access import Access, access
from newsportal.pages.names import is_name
from newsportal.pages.page import Page
from newsportal.pages.store import StoreError


class Command(BaseCommand):
    help = "Says what the page store holds and how often it served; with --forget it forgets pages by what they show."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="each page: its age, bytes, address and names")
        parser.add_argument(
            "--forget", nargs="+", metavar="NAME", help="pages that show this name: article:17, clock …"
        )
        parser.add_argument("--forget-everything", action="store_true", help="every page, here and at the CDN")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked, then say what the store has."""
        here = access()
        if here is None:
            raise CommandError("There is no page store: PAGE_STORE is off.")
        try:
            self._obey(here, options)
            if options["list"]:
                self._list(here)
            self._sum_up(here)
        except StoreError as error:
            raise CommandError(f"The page store cannot be used: {error}") from None

    def _obey(self, here: Access, options: dict[str, Any]) -> None:
        if options["forget"]:
            if strange := [name for name in options["forget"] if not is_name(name)]:
                raise CommandError(f"These are no names of anything on a page: {strange}")
            # Directly first, because this reports errors; the row then tells the CDN.
            here.store.renew(options["forget"])
            changed(*options["forget"])
            self.stdout.write(f"Forgotten: the pages that show {', '.join(options['forget'])}.")
        if options["forget_everything"]:
            here.store.forget_everything()
            # For a CDN: every page shows the clock.
            changed("clock")
            self.stdout.write("Every page is forgotten.")

    def _list(self, here: Access) -> None:
        for page in sorted(here.store.contents(), key=lambda page: page.rendered_at):
            self.stdout.write(_line(page))

    def _sum_up(self, here: Access) -> None:
        counts = here.store.counts()
        served = counts.get("hits", 0) + counts.get("not_modified", 0)
        asked = served + counts.get("renders", 0) + counts.get("waits", 0)
        rate = f"{100 * served / asked:.1f} %" if asked else "none asked for yet"
        self.stdout.write(f"pages kept: {counts['pages']} ({counts['bytes'] / 1024:.0f} KiB)")
        self.stdout.write(f"served from the store: {served}, of them 304: {counts.get('not_modified', 0)} ({rate})")
        self.stdout.write(f"rendered: {counts.get('renders', 0)}; waited for: {counts.get('waits', 0)}")
        self.stdout.write(f"passed on: {counts.get('passed', 0)}")


def _line(page: Page) -> str:
    age = timezone.now().timestamp() - page.rendered_at
    return f"{age:7.1f} s {page.size:8d}  {page.key}  {' '.join(sorted(page.versions))}"
