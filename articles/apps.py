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
    from articles.models import BreakingNews, Edition, FrontPage, FrontSlot

    moments = (
        Edition.objects.next_moment(now),
        FrontPage.objects.waiting(now).values_list("begins_at", flat=True).first(),
        FrontSlot.objects.next_end(now),
        BreakingNews.objects.next_moment(now),
    )
    return min((moment for moment in moments if moment), default=None)
