"""What `manage.py doctor` checks besides readiness: what seldom changes, or takes too long for a probe."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.core import checks, mail
from django.db import Error, connection

from newsportal.operating.readiness import Check, Finding
from newsportal.pages.access import access
from newsportal.pages.store import StoreError

_CONSOLE = "django.core.mail.backends.console.EmailBackend"
# Files of the demo that hold secrets.
_SECRETS = ("secret_key", "demo_password")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def words_of_database() -> str:
    """The database's error if it does not answer, on one line; empty if it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return " ".join(str(error).split())
    return ""


def configuration() -> Iterator[Finding]:
    """Everything that `manage.py check` finds, with `--deploy` unless the portal is a demo."""
    for message in checks.run_checks(include_deployment_checks=not settings.IS_DEMO, databases=["default"]):
        if message.level >= checks.WARNING and not message.is_silenced():
            yield Finding(
                f"{message.msg} ({message.id})",
                message.hint or "docs/settings.md says what each setting is for.",
                stops=message.level >= checks.ERROR,
            )


def store() -> Iterator[Finding]:
    """Whether the page store can be reached from here."""
    here = access()
    if here is None:
        return
    try:
        here.store.counts()
    except StoreError as error:
        yield Finding(
            f"the page store cannot be used: {error}",
            "With CACHE_URL: see that Redis answers there. Without: that var/pages/ can be read and written.",
        )


def mail_server() -> Iterator[Finding]:
    """Whether the mail server answers and accepts our name and password."""
    if settings.EMAIL_BACKEND == _CONSOLE:
        if not settings.IS_DEMO:
            yield Finding("mails are printed and not sent", "Set EMAIL_URL to your mail server.")
        return
    server = mail.get_connection()
    try:
        server.open()
        server.close()
    except Exception as error:  # whatever keeps mails from being sent
        yield Finding(
            f"the mail server does not take us: {type(error).__name__}: {error}",
            "Check host, port, name, password and TLS in EMAIL_URL, and that this machine may connect there.",
        )


def folders() -> Iterator[Finding]:
    """Whether the portal can write where it must, and others cannot read what they must not."""
    for path in (Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT), Path(settings.ERASURES_DIR), *_database_files()):
        if _is_there(path) and not _is_writable(path):
            yield Finding(
                f"{path} cannot be written by the user that runs this ({_user()})",
                f"chown -R {_user()} {path}, or run the portal as the user that owns it.",
                stops=True,
            )
        if _is_there(path) and path.stat().st_mode & stat.S_IWOTH:
            yield Finding(f"everybody on this machine may write to {path}", f"chmod o-w {path}")
    for path in _private_files():
        if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) if path.name in _SECRETS else _is_open(path):
            yield Finding(
                f"others on this machine may read {path}",
                f"chmod {'600' if path.name in _SECRETS else 'o-rwx'} {path}",
            )


# In the order in which they are reported.
EXAMINATIONS: tuple[Check, ...] = (configuration, store, mail_server, folders)


def _private_files() -> list[Path]:
    secrets = [Path(settings.VAR_DIR) / name for name in _SECRETS]
    return [path for path in (*secrets, *_database_files()[:1]) if path.is_file()]


def _database_files() -> list[Path]:
    """SQLite's files: a command that was run as root may leave some that the portal cannot use."""
    rows = str(settings.DATABASES["default"]["NAME"])
    return [Path(rows + ending) for ending in ("", "-wal", "-shm", "-queue")] if connection.vendor == "sqlite" else []


def _is_open(path: Path) -> bool:
    """Whether everybody may read a file and reach it."""
    folders_ = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
    return bool(path.stat().st_mode & stat.S_IROTH) and folders_ and not settings.IS_DEMO


def _is_there(path: Path) -> bool:
    """Whether a path exists, as far as we may look."""
    try:
        return path.exists()
    except OSError:
        return False


def _is_writable(path: Path) -> bool:
    if not path.is_dir():
        return os.access(path, os.W_OK)
    try:
        with TemporaryFile(dir=path) as file:
            file.write(b"x")
    except OSError as error:
        # A full disk is reported by another check.
        return error.errno in _FULL
    return True


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
