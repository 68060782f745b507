"""The worker reports that it is alive, part by part; readiness, figures and the doctor ask when it last did."""

import os
import socket
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from newsportal.operating.limits import BEAT_KEPT_SECONDS, BEAT_SECONDS
from newsportal.operating.models import WorkerBeat

# What a worker has threads for and, in words, what is left undone without them.
PARTS = {
    "messages": "mails wait, and what falls due does not happen",
    "pages": "a CDN is not told what changed, pages that a server left behind are old for longer, and what lists tell "
    "of comments is not counted",
    "desk": "the desk is not told what it should know in time",
    "house": "nothing is forgotten on schedule, and pictures lack crops",
}


class Beats:
    """One worker's heartbeats. Its parts may report as often as they like."""

    def __init__(self) -> None:
        self._worker = f"{socket.gethostname()[:100]}:{os.getpid()}"
        self._said: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """Report that a part has just finished a round. Raises a database error if that cannot be written."""
        now = time.monotonic()
        if now < self._said.get(part, -BEAT_SECONDS) + BEAT_SECONDS:
            return
        moment = timezone.now()
        if not WorkerBeat.objects.filter(worker=self._worker, part=part).update(at=moment):
            _begin(self._worker, part, moment)
        self._said[part] = now

    def end(self) -> None:
        """Delete the worker's rows when it is told to stop, so that it is not missed."""
        WorkerBeat.objects.filter(worker=self._worker).delete()


def newest() -> dict[str, datetime]:
    """When each part of any worker was last heard of, by one query."""
    rows = WorkerBeat.objects.values("part").annotate(newest=Max("at")).order_by()
    return {row["part"]: row["newest"] for row in rows}


@transaction.atomic
def _begin(worker: str, part: str, moment: datetime) -> None:
    WorkerBeat.objects.filter(at__lt=moment - timedelta(seconds=BEAT_KEPT_SECONDS)).delete()
    WorkerBeat.objects.create(worker=worker, part=part, at=moment)
