"""How often somebody may be wrong; counted in the database, across all processes and machines.

An attempt is counted before it is checked, so that a hundred at once count as a hundred; if right, it is taken back.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from newsportal.accounts import browsers, policy
from newsportal.accounts.models import Tries
from newsportal.client import client_address, network_of
from newsportal.refusal import Refusal


class TooMany(Refusal):
    """There were as many attempts as the policy allows; `wait` says how long to wait."""

    def __init__(self, words: str, wait: timedelta) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True)
class _Count:
    key: str
    most: int
    window: timedelta
    # Whether it counts only this client's attempts under this name, which are forgotten once one is right.
    is_own: bool = False


@dataclass(frozen=True)
class Trial:
    """One attempt: at something (`what`: a password, a code), under a name, from the network of a request."""

    counts: tuple[_Count, ...]

    @classmethod
    def of(cls, what: str, name: str, request: HttpRequest) -> "Trial":
        """An attempt at `what` under a name; whether anybody has the name makes no difference."""
        folded = browsers.fold(name)
        if browser := browsers.known(request, folded):
            return cls((_Count(_key(what, "browser", browser), policy.TRIES, policy.TRIES_WINDOW, is_own=True),))
        network = _network(request)
        return cls(
            (
                _Count(_key(what, "name", folded, network), policy.TRIES, policy.TRIES_WINDOW, is_own=True),
                _Count(_key(what, "network", network), policy.NETWORK_TRIES, policy.NETWORK_TRIES_WINDOW),
                _Count(_key(what, "everywhere", folded), policy.NAME_TRIES, policy.NAME_TRIES_WINDOW),
            )
        )

    @classmethod
    def at_network(cls, what: str, request: HttpRequest, *, most: int, window: timedelta) -> "Trial":
        """An attempt from a network at something without a name."""
        return cls((_Count(_key(what, "network", _network(request)), most, window),))

    def count_or_refuse(self) -> None:
        """Count it; raises TooMany."""
        wait = self.count()
        if wait is not None:
            raise too_many(wait)

    @transaction.atomic
    def count(self) -> timedelta | None:
        """Count it; or, if the policy allows no more, return how long to wait and count nothing."""
        now = timezone.now()
        rows = []
        for one in self.counts:
            # The row is locked: simultaneous attempts wait here.
            row, _made = Tries.objects.select_for_update().get_or_create(
                key=one.key, defaults={"ends_at": now + one.window}
            )
            if row.ends_at <= now:
                row.count, row.ends_at = 0, now + one.window
            if row.count >= one.most:
                return row.ends_at - now
            rows.append(row)
        for row in rows:
            row.count += 1
            row.save()
        return None

    def was_right(self) -> None:
        """Take it back: from its own counts all attempts, from counts shared with others this one."""
        for one in self.counts:
            if one.is_own:
                Tries.objects.filter(key=one.key).delete()
            else:
                Tries.objects.filter(key=one.key, count__gt=0).update(count=F("count") - 1)


def too_many(wait: timedelta) -> TooMany:
    """What somebody who has to wait is told, whether or not the name exists."""
    minutes = math.ceil(wait.total_seconds() / 60)
    words = ngettext(
        "Too many tries were wrong. Try again in %(minutes)d minute.",
        "Too many tries were wrong. Try again in %(minutes)d minutes.",
        minutes,
    )
    return TooMany(words % {"minutes": minutes}, wait)


def forget_old() -> None:
    """Delete counts that no longer matter, and with them the hashes of names and networks."""
    Tries.objects.filter(ends_at__lte=timezone.now()).delete()


def _network(request: HttpRequest) -> str:
    """What counts as one network: an IPv4 address, or as large an IPv6 network as one customer may be given."""
    return network_of(client_address(request), policy.IPV6_PREFIX)


def _key(*parts: str) -> str:
    return salted_hmac("newsportal.accounts.throttling", "\n".join(parts), algorithm="sha256").hexdigest()
