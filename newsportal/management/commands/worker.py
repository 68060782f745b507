"""`manage.py worker`: does the background work, until it is told to stop.

It sends notices, closes comments that were returned and not changed in time, counts recommendations, slows heated
conversations, alerts the desk, purges the CDN, forgets what has been kept long enough, renews the public figures, and
makes missing crops of pictures.
"""

import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections
from django.utils import timezone

from articles import error_reports, library
from articles import notifications as newsroom
from comments import (
    addresses,
    alerting,
    digests,
    heating,
    listing,
    moderation,
    networks,
    notifications,
    policy,
    public_figures,
    recommending,
    reporting,
    retention,
    roundups,
    watching,
)
from newsportal import outbox
from newsportal.accounts import mails as account_mails
from newsportal.accounts import throttling
from newsportal.operating import csp
from newsportal.operating.beats import Beats
from newsportal.operating.logs import tell_what_ends
from newsportal.pages import telling
from newsportal.pages.access import access
from newsportal.pages.limits import PURGE_LOOK_SECONDS
from newsportal.pages.store import StoreError

logger = logging.getLogger(__name__)

# A confirmation mail that takes longer than this to leave feels broken; the query that finds nothing takes 0.1 ms.
PAUSE_SECONDS = 1.0
# Often enough: what is due to be forgotten has been kept for days or months.
HOUSEKEEPING_SECONDS = 3600.0
# How often to ask whether the desk should be told something: promises are of hours, and asking takes milliseconds.
WATCH_SECONDS = 60.0


class Command(BaseCommand):
    help = "Sends notices as they fall due, purges the CDN and keeps house. Any number of workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until INT or TERM; whatever is being sent is finished first."""
        if options["once"]:
            _round()
            _count()
            telling.purge_due()
            _look_at_desk()
            _keep_house(lambda: False)
            return
        tell_what_ends()
        stop = threading.Event()
        beats = Beats()

        def end(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        # In threads beside the notices: a slow mail server delays no purge, a slow CDN or webhook delays no mail, and
        # crops of thousands of pictures delay neither.
        beside = [
            threading.Thread(target=_look_after_pages, args=(stop, beats), name="pages"),
            threading.Thread(target=_look_after_desk, args=(stop, beats), name="desk"),
            threading.Thread(target=_look_after_house, args=(stop, beats), name="house"),
        ]
        for thread in beside:
            thread.start()
        try:
            _work(stop, beside, beats)
        finally:
            stop.set()
            for thread in beside:
                thread.join()
            _guarded(beats.end)


def _work(stop: threading.Event, beside: Sequence[threading.Thread], beats: Beats) -> None:
    begun, ahead = False, math.inf
    while not stop.is_set():
        begun = begun or _guarded(_begin)
        # How far the clock is ahead of the monotonic one, which nobody sets.
        before, ahead = ahead, time.time() - time.monotonic()
        if ahead < before - outbox.SKEW.total_seconds():
            _guarded(_bring_forward)
        _guarded(_round)
        _guarded(partial(beats.beat, "messages"))
        for thread in beside:
            if not thread.is_alive() and not stop.is_set():
                raise CommandError(f"Nobody looks after the {thread.name} any more; why is above.")
        stop.wait(PAUSE_SECONDS)


def _begin() -> None:
    outbox.take_over(settings.VAR_DIR / "workers")


def _bring_forward() -> None:
    outbox.bring_forward(timezone.now())


def _guarded(work: Any) -> bool:
    """Do some work, and return whether it was done.

    If the database or the page store is away for a while, the worker goes on, and its next round tries again.
    """
    close_old_connections()
    try:
        work()
    except Error:
        logger.exception("the worker could not reach the database")
    except StoreError as error:
        logger.debug("the worker could not reach the page store, as the servers log, too: %s", error)
    else:
        return True
    return False


def _round() -> None:
    while moderation.close_unchanged():
        pass
    while (
        notifications.send_due()
        + roundups.send_due()
        + newsroom.send_due()
        + addresses.send_due()
        + account_mails.send_due()
    ):
        pass


def _count() -> None:
    while recommending.count_due() + listing.count_due():
        pass


def _look_after_pages(stop: threading.Event, beats: Beats) -> None:
    due = time.monotonic()
    while not stop.is_set():
        if time.monotonic() >= due and _guarded(_count):
            due = time.monotonic() + policy.RECOMMENDATIONS_COUNTED.total_seconds()
        _guarded(_make_good)
        _guarded(telling.purge_due)
        _guarded(partial(beats.beat, "pages"))
        stop.wait(PURGE_LOOK_SECONDS)


def _look_after_desk(stop: threading.Event, beats: Beats) -> None:
    while not stop.is_set():
        _guarded(_look_at_desk)
        _guarded(partial(beats.beat, "desk"))
        stop.wait(WATCH_SECONDS)


def _look_at_desk() -> None:
    heating.slow_heated()
    watching.watch()
    digests.owe()
    while alerting.send_due() + digests.send_due():
        pass


def _make_good() -> None:
    here = access()
    # A store that is a file of one machine is looked after by the servers that read it; without a store, nobody else
    # would do this.
    if here is None or not here.store.is_instant:
        telling.make_good(here)


def _look_after_house(stop: threading.Event, beats: Beats) -> None:
    def is_over() -> bool:
        # Called before each crop, too: a worker that makes crops for an hour must not count as missing.
        beats.beat("house")
        return stop.is_set()

    due = time.monotonic()
    while not stop.is_set():
        if time.monotonic() >= due and _guarded(partial(_keep_house, is_over)):
            due = time.monotonic() + HOUSEKEEPING_SECONDS
        _guarded(partial(beats.beat, "house"))
        stop.wait(WATCH_SECONDS)


def _keep_house(is_over: Callable[[], bool]) -> None:
    now = timezone.now()
    recommending.forget_old(now)
    networks.forget_old(now)
    reporting.forget_reporters(now)
    retention.forget_old(now)
    watching.forget_old(now)
    digests.forget_old(now)
    public_figures.renew(now)
    error_reports.forget(now)
    account_mails.forget_old()
    throttling.forget_old()
    csp.forget_old(now)
    library.make_missing_crops(is_over)
    call_command("clearsessions")
