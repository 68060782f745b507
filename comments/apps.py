"""The comments application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Register the checks, timed moments, blocks and figures, and guard the logs after migrations."""
        from articles import moments as site
        from comments import checks, house_blocks, measured, moments  # noqa: F401
        from newsportal.pages.clock import sources

        site.others.append(moments.timed)
        sources.append(moments.by_age)
        house_blocks.register_all()
        measured.register_all()

        post_migrate.connect(_guard_logs, sender=self)


def _guard_logs(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from comments import protection

    protection.put_up(using)
