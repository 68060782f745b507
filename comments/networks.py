"""From an IP address to a hash that can be compared for some days, and by nobody after that."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from django.db import connection, transaction

from comments.models import Network, NetworkKey, Report, Revision
from comments.policy import CHANCES_HOURLY, CHANCES_WINDOW, NETWORK_KEY_LIFE
from newsportal.client import Address, network_of


def digest_of(address: Address, now: datetime) -> str:
    """The keyed hash (HMAC-SHA-256, 64 hexadecimal digits) of the network that an address belongs to.

    The key is random and lives `NETWORK_KEY_LIFE`; the first post of a period creates it.
    """
    return _hashed(network_of(address), now)


def digest_of_browser(address: Address, browser: str, now: datetime) -> str:
    """The same for a network and what a browser says about itself: mostly one of those that share an address."""
    # No address has a line break.
    return _hashed(f"{network_of(address)}\n{browser}", now)


def lock(digest: str, now: datetime) -> None:
    """Wait until no other transaction posts from this network, and make others wait until this one ends."""
    Network.objects.bulk_create([Network(digest=digest, period=_period(now))], ignore_conflicts=True)
    # If rows cannot be locked, only one transaction writes at a time anyway.
    if connection.features.has_select_for_update:
        Network.objects.select_for_update().get(digest=digest)


def take_chance(digest: str, now: datetime) -> bool:
    """Count that somebody there is shown words of the newsroom's list; False if this hour's limit is reached.

    Only while the network is locked.
    """
    network = Network.objects.get(digest=digest)
    is_new_hour = network.chances_since is None or now - network.chances_since >= CHANCES_WINDOW
    if not is_new_hour and network.chances >= CHANCES_HOURLY:
        return False
    network.chances = 1 if is_new_hour else network.chances + 1
    network.chances_since = now if is_new_hour else network.chances_since
    network.save(update_fields=["chances", "chances_since"])
    return True


def ends_at(period: int) -> datetime:
    """When the key of a period is thrown away, and with it all that is known about the networks hashed with it."""
    return datetime.fromtimestamp((period + 1) * NETWORK_KEY_LIFE.total_seconds(), tz=UTC)


@transaction.atomic
def forget_old(now: datetime) -> int:
    """Delete the keys of past periods, and the hashes made with them; returns how many keys.

    What slowed or paused those networks goes with their rows.
    """
    old = NetworkKey.objects.filter(period__lt=_period(now))
    ends = [key.period for key in old]
    if not ends:
        return 0
    Network.objects.filter(period__in=ends).delete()
    Revision.objects.filter(created_at__lt=kept_since(now)).exclude(network="").update(network="")
    Report.objects.filter(received_at__lt=kept_since(now)).exclude(network="").update(network="")
    old.delete()
    return len(ends)


def kept_since(now: datetime) -> datetime:
    """Since when hashes can still be compared: the keys of anything older are thrown away."""
    return datetime.fromtimestamp(_period(now) * NETWORK_KEY_LIFE.total_seconds(), tz=now.tzinfo)


def _hashed(text: str, now: datetime) -> str:
    key, _created = NetworkKey.objects.get_or_create(period=_period(now), defaults={"secret": secrets.token_hex(32)})
    return hmac.new(bytes.fromhex(key.secret), text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def are_overdue(now: datetime) -> bool:
    """Whether a key exists whose period ended before this moment."""
    return NetworkKey.objects.filter(period__lt=_period(now)).exists()


def _period(now: datetime) -> int:
    return int(now.timestamp() // NETWORK_KEY_LIFE.total_seconds())
