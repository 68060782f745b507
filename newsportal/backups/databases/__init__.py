"""How each kind of database is written to a file while in use, and restored from it."""

from django.db import connection

from newsportal.backups.databases.common import Ask, Database, Dump
from newsportal.backups.databases.postgresql import PostgreSQL
from newsportal.backups.databases.sqlite import SQLite

__all__ = ["Ask", "Database", "Dump", "database"]


def database() -> Database:
    """The database of the settings."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
