"""A system check: whether the database guards the ledger."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks

from comments import protection


@checks.register(checks.Tags.database)
def check_ledger(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[checks.CheckMessage]:
    """Only where a database is asked for: `manage.py check --database default`."""
    return [
        checks.Warning(
            f"The ledger of decisions is not guarded: {', '.join(names)} missing.",
            hint="manage.py migrate puts it up again.",
            id="comments.W001",
        )
        for using in databases or ()
        if (names := protection.missing(using))
    ]
