"""The site as an application: it brings the system checks, the commands and the static files."""

from django.apps import AppConfig


class NewsportalConfig(AppConfig):
    name = "newsportal"

    def ready(self) -> None:
        """Register the checks."""
        from newsportal import checks  # noqa: F401
