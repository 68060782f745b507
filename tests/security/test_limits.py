"""A limit for one sender stops a script but no school, and nobody evades it by claiming another address."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Any

import pytest
import time_machine
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from newsportal.origin import FORM_TYPE
from tests import factories

pytestmark = pytest.mark.django_db

SCHOOL = "198.51.100.20"
# More than a burst; the policy's own numbers are tested in `tests/comments/test_posting.py`.
MANY = 60


@pytest.fixture
def edition() -> Edition:
    return factories.live()


@pytest.fixture(autouse=True)
def noon() -> Iterator[Traveller]:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
        yield clock


def _post(edition: Edition, number: int, *, remote: str, forwarded: str = "") -> int:
    body = f"name=Reader+{number}&body={factories.GOOD_TEXT.replace(' ', '+')}+No+{number}"
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    path = f"/articles/{edition.article_id}/comments/new/"
    return Client(headers=headers).post(path, body, content_type=FORM_TYPE, REMOTE_ADDR=remote).status_code


def test_a_class_of_thirty_behind_one_address_is_heard_within_ten_minutes(edition: Edition, noon: Traveller) -> None:
    answers = []
    for number in range(30):
        answers.append(_post(edition, number, remote=SCHOOL))
        noon.shift(19)
    assert answers == [303] * 30


@pytest.mark.long
@pytest.mark.parametrize("proxies", [[], ["10.0.0.1"]], ids=["no proxy", "a proxy"])
def test_another_address_in_a_header_each_time_evades_nothing(
    edition: Edition, settings: Any, proxies: list[str]
) -> None:
    """Behind a proxy, which adds the true address at the end of what the sender wrote."""
    settings.TRUSTED_PROXIES = proxies
    answers = []
    for number in range(MANY):
        invented = f"192.0.2.{number}, 2001:db8:{number:x}::1"
        forwarded = f"{invented}, {SCHOOL}" if proxies else invented
        answers.append(_post(edition, number, remote=proxies[0] if proxies else SCHOOL, forwarded=forwarded))
    assert (set(answers), 0 < answers.count(429) < MANY) == ({303, 429}, True)


@pytest.mark.long
@pytest.mark.parametrize(("step", "is_stopped"), [(1, True), (1 << 64, False)], ids=["in one /64", "in many"])
def test_an_ipv6_customer_is_one_sender_with_all_addresses(edition: Edition, step: int, is_stopped: bool) -> None:
    first = int(IPv6Address("2001:db8:1:2::1"))
    answers = [_post(edition, n, remote=str(IPv6Address(first + n * step))) for n in range(MANY)]
    assert (429 in answers) is is_stopped
