"""Many tries at once, each with a connection of its own, as from many processes: none is missed, nor taken twice."""

import pytest
from django.test import RequestFactory
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsportal.accounts import factors, policy
from newsportal.accounts.factors import Locked
from newsportal.accounts.models import Tries
from newsportal.accounts.throttling import Trial
from tests import factories
from tests.comments.crowd import at_once

# The roles are made by a migration; what one of these tests leaves empty, the next one fills again.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_of_twenty_tries_at_once_five_are_looked_at() -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
    waits = at_once(lambda: Trial.of("password", "mona", request).count(), 20)
    assert sorted(wait is None for wait in waits) == [False] * 15 + [True] * policy.TRIES
    assert {row.count for row in Tries.objects.all()} == {policy.TRIES}


def test_a_code_that_is_sent_six_times_at_once_is_taken_once() -> None:
    mona = factories.user("moderators")
    device = TOTPDevice.objects.create(user=mona, name="app", confirmed=True)
    code = f"{totp(device.bin_key):06d}"

    def answer() -> str:
        try:
            return factors.verify_code(mona, code)
        except Locked:
            return ""

    assert sorted(at_once(answer, 6)) == [""] * 5 + [factors.APP]
