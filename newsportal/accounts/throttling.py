"""How often somebody may be wrong, counted in the database: all processes and machines count together.

A try is counted before it is checked, so that a hundred at once count as a hundred, and taken back if it was right.
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
    """As many tries as the policy takes; `wait` says for how long."""

    def __init__(self, words: str, wait: timedelta) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True)
class _Count:
    key: str
    most: int
    window: timedelta
    # Only of who tries here under this name, and so forgotten when they are right.
    is_own: bool = False


@dataclass(frozen=True)
class Trial:
    """One try: of something (`what`: a password, a code), under a name, from the network of a request."""

    counts: tuple[_Count, ...]

    @classmethod
    def of(cls, what: str, name: str, request: HttpRequest) -> "Trial":
        """A try at `what` under a name; whether anybody has the name makes no difference."""
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
        """A try of a network at something that has no name."""
        return cls((_Count(_key(what, "network", _network(request)), most, window),))

    def count_or_refuse(self) -> None:
        """Count it; raises TooMany."""
        wait = self.count()
        if wait is not None:
            raise too_many(wait)

    @transaction.atomic
    def count(self) -> timedelta | None:
        """Count it; or, where as many were counted as the policy takes, say how long to wait and count nothing."""
        now = timezone.now()
        rows = []
        for one in self.counts:
            # The row is locked: whoever comes at the same moment waits here.
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
        """Take it back: all of their own, of what they share with others this one."""
        for one in self.counts:
            if one.is_own:
                Tries.objects.filter(key=one.key).delete()
            else:
                Tries.objects.filter(key=one.key, count__gt=0).update(count=F("count") - 1)


def too_many(wait: timedelta) -> TooMany:
    """What is said to whoever has to wait, the same whether there is somebody of that name or not."""
    minutes = math.ceil(wait.total_seconds() / 60)
    words = ngettext(
        "Too many tries were wrong. Try again in %(minutes)d minute.",
        "Too many tries were wrong. Try again in %(minutes)d minutes.",
        minutes,
    )
    return TooMany(words % {"minutes": minutes}, wait)


def forget_old() -> None:
    """Drop what counts no more: the hashes of names and networks with it."""
    Tries.objects.filter(ends_at__lte=timezone.now()).delete()


def _network(request: HttpRequest) -> str:
    """What counts as one: an IPv4 address, or the IPv6 network that whoever rents a server or a line may be given."""
    return network_of(client_address(request), policy.IPV6_PREFIX)


def _key(*parts: str) -> str:
    return salted_hmac("newsportal.accounts.throttling", "\n".join(parts), algorithm="sha256").hexdigest()
