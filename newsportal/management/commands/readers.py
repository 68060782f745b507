"""`manage.py readers`: what a reader's own link does, for those who ask by letter (GDPR, Articles 15, 17 and 20)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.forms import ValidationError

from comments import erasing, exporting
from comments.models import Comment, Commenter
from newsportal.erasures import NotNoted


class Command(BaseCommand):
    help = "Exports or erases what is held about a mail address, or erases one comment. Be sure first who is asking."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="all that is held about an address, as JSON")
        export.add_argument("address")
        erase = acts.add_parser("erase", help="everything under an address, or one comment, for good")
        erase.add_argument("what", metavar="ADDRESS|COMMENT", help="a mail address, or what stands behind #comment-")
        erase.add_argument(
            "--for-good", action="store_true", help="do it; without this it only says what it would erase"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is held, or what was erased."""
        if options["act"] == "export":
            self._export(options["address"])
            return
        try:
            self._erase(options["what"], is_meant=options["for_good"])
        except NotNoted as error:
            raise CommandError(f"{error}. Nothing was erased.") from None

    def _export(self, text: str) -> None:
        held = exporting.as_data(_owner(text))
        self.stdout.write(json.dumps(held, indent=2, ensure_ascii=False, default=str))

    def _erase(self, what: str, *, is_meant: bool) -> None:
        if "@" in what:
            owner = _owner(what)
            self._say({key: len(rows) for key, rows in exporting.as_data(owner).items() if rows}, is_meant=is_meant)
            if is_meant:
                erasing.erase_everything_of(owner.email)
            return
        comment = Comment.objects.filter(public_id=what.removeprefix("comment-"), is_from_newsroom=False).first()
        if comment is None or comment.is_erased:
            raise CommandError(f"There is no comment {what}, or it is erased already.")
        self._say({"comments": 1}, is_meant=is_meant)
        if is_meant:
            erasing.erase_comment(comment)

    def _say(self, counts: dict[str, int], *, is_meant: bool) -> None:
        words = ", ".join(f"{key}: {count}" for key, count in counts.items()) or "nothing that is known of"
        self.stdout.write(f"{'Erased' if is_meant else 'Would be erased (with --for-good)'}: {words}.")


def _owner(text: str) -> Commenter:
    """The owner of an address; if nobody has confirmed it, one without a row: only what was sent with it is held."""
    try:
        validate_email(text)
    except ValidationError:
        raise CommandError(f"{text!r} is no mail address.") from None
    email = text.casefold()
    # No row has the primary key 0.
    return Commenter.objects.filter(email=email).first() or Commenter(pk=0, email=email)
