"""The checks: whether the portal can serve, and what is wrong although it can.

What `stops` it is a missing database, or tables older than the code; a load balancer then uses another machine. A page
store that is away costs speed, a worker that is late costs mails, a disk that fills up costs pictures and, sooner or
later, comments: readers can still read, so all of these are reported and nobody is sent away.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, Error, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from newsportal.masking import without_addresses
from newsportal.migration_files import on_disk
from newsportal.operating import beats, proxies, sources, tallies
from newsportal.operating.limits import (
    BEAT_LATE_SECONDS,
    DISK_BYTES,
    DISK_SHARE,
    MIGRATED_SECONDS,
    OVERDUE_SECONDS,
    SKEW_SECONDS,
    UNTOLD_SECONDS,
)
from newsportal.pages.access import access
from newsportal.pages.models import ChangedName


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, and what to do about it. `stops` says that nobody can be served."""

    words: str
    todo: str
    stops: bool = False


Check = Callable[[], Iterator[Finding]]
DATABASE = "database"
# Without the database's own error, which may hold what a probe must not know. The doctor shows it.
_AWAY = Finding(
    "the database does not answer",
    "Look whether its server runs, whether DATABASE_URL is right, and what its own log says. On SQLite: whether the"
    " file is whole (else restore a backup), is the portal's, and has room.",
    stops=True,
)


def findings() -> dict[str, list[Finding]]:
    """What is wrong, by check; those that need a database are left out if there is none."""
    found = {DATABASE: list(database())}
    for name, check in CHECKS.items():
        if not (found[DATABASE] and name in _OF_DATABASE):
            found[name] = _ask(check)
    return found


def is_stopped() -> bool:
    """Whether nobody can be served; runs only the two checks that can say so."""
    return any(finding.stops for finding in [*database()] or _ask(migrations))


def database() -> Iterator[Finding]:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        yield _AWAY


def migrations() -> Iterator[Finding]:
    """Whether the tables fit this code. Newer ones do: that is how an upgrade works."""
    missing = unapplied()
    if missing:
        yield Finding(
            f"{len(missing)} migrations are to be applied, {missing[0]} first",
            "Run manage.py migrate.",
            stops=True,
        )


def page_store() -> Iterator[Finding]:
    """Whether pages are kept, and whether changes were told."""
    if not settings.PAGE_STORE:
        return
    here = access()
    # Before its first request a process has not opened the store yet.
    if here is not None and here.failures and not here.is_open:
        yield Finding(
            "the page store cannot be used, so each page is rendered for each reader",
            "The log says why. With CACHE_URL: does Redis answer? Without: can var/pages/ be written, is there room?",
        )
    oldest = ChangedName.objects.filter(in_store=False).aggregate(oldest=Min("at"))["oldest"]
    if oldest and timezone.now() - oldest > timedelta(seconds=UNTOLD_SECONDS):
        yield Finding(
            f"the page store has not heard of changes since {_minute(oldest)}, so readers may see what was",
            "Start the portal, if it does not run. manage.py pages --forget-everything empties the store at once.",
        )


def worker() -> Iterator[Finding]:
    """Whether each part of a worker, on this machine or another, was heard of recently."""
    heard = beats.newest()
    now = timezone.now()
    for part, without in beats.PARTS.items():
        at = heard.get(part)
        if at is None or now - at > timedelta(seconds=BEAT_LATE_SECONDS):
            since = f"since {_minute(at)}" if at else "at all"
            yield Finding(
                f"the worker's part “{part}” was not heard of {since}: {without}",
                "See that manage.py worker runs (make run and deploy/portal.service start it), and what it logs.",
            )


def scheduled_work() -> Iterator[Finding]:
    """Whether there are unsent messages whose time has come."""
    then = timezone.now() - timedelta(seconds=OVERDUE_SECONDS)
    for name, rows in sources.outboxes.items():
        oldest = rows().filter(due_at__lt=then, error="").aggregate(oldest=Min("due_at"))["oldest"]
        if oldest:
            yield Finding(
                f"messages of “{name}” are due since {_minute(oldest)} and were not tried",
                "A worker that runs and does not come to them is too slow: look at its log, or start a second one.",
            )
        failing = rows().exclude(error="").order_by("due_at").values_list("error", flat=True).first()
        if failing is not None:
            yield Finding(
                f"messages of “{name}” could not be sent and are tried again; the last answer was: {_short(failing)}",
                "See that the mail server of EMAIL_URL (or the webhook) answers, and takes what we send.",
            )


def disk() -> Iterator[Finding]:
    """Whether there is free space where the portal writes."""
    for path in _places():
        usage = shutil.disk_usage(path)
        if usage.free < min(DISK_BYTES, usage.total * DISK_SHARE):
            yield Finding(
                f"{usage.free // 1024**2} MB are free of the disk that {path} is on",
                "Make room: with SQLite no comment can be kept on a full disk, and no picture in any case.",
            )


def proxy() -> Iterator[Finding]:
    """Whether there is a proxy in front that `TRUSTED_PROXIES` does not name."""
    for address in proxies.unheeded(tallies.sums()):
        yield Finding(
            f"requests come through a proxy at {address} that TRUSTED_PROXIES does not name, so all readers behind it "
            "share one limit, and nobody can tell them apart",
            f"Set TRUSTED_PROXIES={address}, if that is the proxy that ends TLS, and start the portal again.",
        )


def clock() -> Iterator[Finding]:
    """Whether the database's clock agrees with ours; SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
    apart = theirs - (before + time.time()) / 2
    if abs(apart) > SKEW_SECONDS:
        yield Finding(
            f"the database's clock is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} this machine's",
            "Have both keep time by NTP: what is published, limited or forgotten at a time is else early or late.",
        )


# In the order in which they are reported.
CHECKS: dict[str, Check] = {
    "migrations": migrations,
    "page store": page_store,
    "worker": worker,
    "scheduled work": scheduled_work,
    "disk": disk,
    "proxy": proxy,
    "clock": clock,
}
_OF_DATABASE = {"migrations", "page store", "worker", "scheduled work", "clock"}


# --- How ------------------------------------------------------------------------------------------------------------

# Until when the answer "nothing to migrate" is cached, by the monotonic clock.
_migrated_until = 0.0


def unapplied() -> list[str]:
    """The migrations of this code that the database does not have, as `app.name`."""
    global _migrated_until  # noqa: PLW0603
    if time.monotonic() < _migrated_until:
        return []
    applied = MigrationRecorder(connection).applied_migrations()
    missing = [f"{app}.{name}" for app, name in on_disk() if (app, name) not in applied]
    if not missing:
        _migrated_until = time.monotonic() + MIGRATED_SECONDS
    return missing


def _ask(check: Check) -> list[Finding]:
    try:
        return list(check())
    except DatabaseError:
        # It has just gone, or does not have the tables yet; other checks report both.
        return []


def _places() -> list[Path]:
    """The folders that are written to, one for each disk."""
    media = Path(settings.MEDIA_ROOT)
    places = [Path(settings.VAR_DIR), *([media] if media.exists() else [])]
    return list({path.stat().st_dev: path for path in places}.values())


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _short(words: str) -> str:
    return without_addresses(" ".join(words.split()))[:200]
