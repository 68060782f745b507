"""Monitoring the portal, as a Django application: it has tables, a page in the admin and a command."""

from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class OperatingConfig(AppConfig):
    name = "newsportal.operating"
    label = "operating"
    verbose_name = _("Operating")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch every connection to the database, and how requests end."""
        from newsportal.operating import queries

        connection_created.connect(queries.watch)
        got_request_exception.connect(queries.note_request)
