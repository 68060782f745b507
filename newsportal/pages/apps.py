"""The page store, as a Django application: it has a table, a command and a page of figures."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "newsportal.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"
