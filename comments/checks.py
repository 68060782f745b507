"""System checks: whether the database guards the logs, and whether alerts can reach their recipients."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comments import digests, protection
from newsportal import webhook


@checks.register(checks.Tags.database)
def check_ledger(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[checks.CheckMessage]:
    """Only if a database is asked for: `manage.py check --database default`."""
    return [
        checks.Warning(
            f"What was written down is not guarded: {', '.join(names)} missing.",
            hint="manage.py migrate puts it up again.",
            id="comments.W001",
        )
        for using in databases or ()
        if (names := protection.missing(using))
    ]


@checks.register
def check_alerts(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[checks.CheckMessage]:
    """An alert that cannot be sent is reported at the start, and not only when it is needed."""
    url, secret = settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET
    found: list[checks.CheckMessage] = []
    if url and not webhook.is_safe(url):
        found.append(
            checks.Error(
                "DESK_WEBHOOK_URL is neither https nor on this machine.",
                hint="Whoever is on the way would read what the desk is told.",
                id="comments.E002",
            )
        )
    if url and len(secret) < webhook.SECRET_LENGTH:
        found.append(
            checks.Error(
                f"DESK_WEBHOOK_SECRET has fewer than {webhook.SECRET_LENGTH} characters.",
                hint="python3 -c 'import secrets; print(secrets.token_hex(32))' makes a good one.",
                id="comments.E003",
            )
        )
    if wrong := [address for address in settings.DESK_ALERTS_TO if not _is_address(address)]:
        found.append(checks.Error(f"DESK_ALERTS_TO has what is no mail address: {wrong}.", id="comments.E004"))
    digests_to = [to for to in settings.DESK_DIGEST_TO if to != digests.WEBHOOK]
    if wrong := [address for address in digests_to if not _is_address(address)]:
        words = f"DESK_DIGEST_TO has what is neither a mail address nor “{digests.WEBHOOK}”: {wrong}."
        found.append(checks.Error(words, id="comments.E006"))
    if digests.WEBHOOK in settings.DESK_DIGEST_TO and not url:
        found.append(checks.Error("DESK_DIGEST_TO names a webhook, and DESK_WEBHOOK_URL is empty.", id="comments.E007"))
    if settings.DESK_PROMISE_MINUTES < 1:
        found.append(checks.Error("DESK_PROMISE_MINUTES is less than a minute.", id="comments.E005"))
    return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
