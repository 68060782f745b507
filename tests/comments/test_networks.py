"""From an address to a hash that can be compared for some days, and by nobody after that."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import networks, policy
from comments.models import Network, NetworkKey, Revision
from newsportal.client import network_of
from tests import factories
from tests.factories import address

pytestmark = pytest.mark.django_db


def digest(text: str) -> str:
    return networks.digest_of(address(text), timezone.now())


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_a_network_is_one_ipv4_address_or_one_ipv6_slash_64(
    clock: Traveller, first: str, second: str, same: bool
) -> None:
    assert (digest(first) == digest(second)) == same


def test_a_hash_is_64_hexadecimal_digits_and_stays_the_same_while_its_key_lives(clock: Traveller) -> None:
    noon = digest("203.0.113.7")
    assert len(noon) == 64
    assert int(noon, 16) >= 0
    clock.shift(timedelta(hours=1))
    assert digest("203.0.113.7") == noon
    assert NetworkKey.objects.count() == 1


def test_the_next_period_has_a_key_of_its_own_and_other_hashes(clock: Traveller) -> None:
    before = digest("203.0.113.7")
    clock.shift(policy.NETWORK_KEY_LIFE)
    assert digest("203.0.113.7") != before
    secrets = set(NetworkKey.objects.values_list("secret", flat=True))
    assert {len(secret) for secret in secrets} == {64}
    assert len(secrets) == 2


def test_without_the_key_no_hash_of_the_address_is_the_one_that_is_kept(clock: Traveller) -> None:
    kept = digest("203.0.113.7")
    key = NetworkKey.objects.get()
    text = network_of(address("203.0.113.7"))
    assert hashlib.sha256(text.encode()).hexdigest() != kept
    key.delete()
    # Even with every remaining row and the address, the hash comes out differently.
    assert digest("203.0.113.7") != kept


def test_what_is_kept_of_a_comment_holds_no_address(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, sent_from="203.0.113.7")
    revision = comment.revisions.get()
    assert revision.network == digest("203.0.113.7")
    assert Network.objects.get().digest == revision.network


def test_nothing_is_forgotten_while_its_key_lives(clock: Traveller, edition: Edition) -> None:
    factories.pending(edition)
    assert networks.forget_old(timezone.now()) == 0
    assert (NetworkKey.objects.count(), Network.objects.count()) == (1, 1)
    assert Revision.objects.exclude(network="").count() == 1


def test_keys_of_past_periods_go_with_every_hash_that_was_made_with_them(clock: Traveller, edition: Edition) -> None:
    factories.pending(edition)
    clock.shift(policy.NETWORK_KEY_LIFE)
    kept = factories.pending(edition)
    assert networks.forget_old(timezone.now()) == 1
    assert (NetworkKey.objects.count(), Network.objects.count()) == (1, 1)
    assert list(Revision.objects.exclude(network="").values_list("comment_id", flat=True)) == [kept.pk]
    assert networks.forget_old(timezone.now()) == 0
