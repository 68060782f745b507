"""How each database is put into a file while it is in use, and how that file takes its place again."""

from django.db import connection

from newsportal.backups.databases.common import Ask, Database, Dump
from newsportal.backups.databases.postgresql import PostgreSQL
from newsportal.backups.databases.sqlite import SQLite

__all__ = ["Ask", "Database", "Dump", "database"]


def database() -> Database:
    """The one of the settings."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
