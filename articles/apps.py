"""The articles application."""

from datetime import datetime

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsroom")

    def ready(self) -> None:
        """Tell the page store whom to ask for the site's timed moments."""
        from newsportal.pages.clock import sources

        sources.append(_next_moment)


def _next_moment(now: datetime) -> datetime | None:
    from articles.models import Edition

    return Edition.objects.next_moment(now)
