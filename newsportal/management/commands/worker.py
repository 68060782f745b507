"""`manage.py worker`: sends notices and forgets old network keys, until it is told to stop."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections
from django.utils import timezone

from comments import networks, notifications

logger = logging.getLogger(__name__)

# A confirmation mail that takes longer than this to leave feels broken; the query that finds nothing takes 0.1 ms.
PAUSE_SECONDS = 1.0
HOUSEKEEPING_ROUNDS = 3600


class Command(BaseCommand):
    help = "Sends notices as they fall due and keeps house. Any number of workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until INT or TERM; what is being sent is finished first."""
        if options["once"]:
            _round()
            _keep_house()
            return
        stop = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        rounds = 0
        while not stop.is_set():
            _guarded(_round)
            if rounds % HOUSEKEEPING_ROUNDS == 0:
                _guarded(_keep_house)
            rounds += 1
            stop.wait(PAUSE_SECONDS)


def _guarded(work: Any) -> None:
    """A database that is away for a while ends no worker; the next round tries again."""
    close_old_connections()
    try:
        work()
    except Error:
        logger.exception("the worker could not reach the database")


def _round() -> None:
    while notifications.send_due():
        pass


def _keep_house() -> None:
    networks.forget_old(timezone.now())
    call_command("clearsessions")
