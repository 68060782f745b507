"""The comments application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Register the check, and have the logs guarded after each migration."""
        from comments import checks  # noqa: F401

        post_migrate.connect(_guard_logs, sender=self)


def _guard_logs(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from comments import protection

    protection.put_up(using)
