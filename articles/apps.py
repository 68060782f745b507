"""The articles application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsroom")

    def ready(self) -> None:
        """Tell the page store whom to ask for the site's timed moments, and operators' monitoring what to look at."""
        from articles import measured
        from articles.moments import ahead
        from newsportal.pages.clock import sources

        sources.append(ahead)
        measured.register_all()
