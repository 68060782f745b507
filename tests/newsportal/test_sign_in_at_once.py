"""Many tries at once, each with a connection of its own, as from many processes: none is missed, nor counted twice."""

import itertools
import json
import threading

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.http import urlsafe_base64_encode
from django_otp.oath import totp

from newsportal.accounts import factors, passkeys, policy
from newsportal.accounts.factors import Locked
from newsportal.accounts.mails import RESET_TOKENS
from newsportal.accounts.models import AuthenticatorApp, Passkey, Tries
from newsportal.accounts.throttling import Trial
from newsportal.refusal import Refusal
from tests import factories
from tests.comments.crowd import at_once
from tests.newsportal.authenticator import Authenticator

# A migration makes the roles; what one of these tests leaves empty, the next one fills again.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_of_twenty_tries_at_once_five_are_looked_at() -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
    waits = at_once(lambda: Trial.of("password", "mona", request).count(), 20)
    assert sorted(wait is None for wait in waits) == [False] * 15 + [True] * policy.TRIES
    assert {row.count for row in Tries.objects.all()} == {policy.TRIES}


def test_a_code_that_is_sent_six_times_at_once_is_taken_once() -> None:
    mona = factories.user("moderators")
    device = AuthenticatorApp.objects.create(user=mona, name="app", key="ab" * 20)
    code = f"{totp(device.bin_key):06d}"

    def answer() -> str:
        try:
            return factors.verify_code(mona, code)
        except Locked:
            return ""

    assert sorted(at_once(answer, 6)) == [""] * 5 + [factors.APP]


def test_of_passkeys_that_are_added_at_once_there_are_as_many_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "PASSKEYS", 2)
    mona = factories.user("moderators")

    def add() -> bool:
        # Not through a page: the first to be answered would end the others' sessions.
        request = RequestFactory(headers={"host": "localhost"}).post("/")
        request.session = SessionStore()
        answer = Authenticator().create(json.loads(passkeys.registration_options(request, mona)))
        together.wait()
        try:
            factors.add_passkey(request, mona, answer=answer, name="key")
        except Refusal:
            return False
        return True

    together = threading.Barrier(5)
    assert sorted(at_once(add, 5)) == [False] * 3 + [True] * 2
    assert Passkey.objects.filter(user=mona).count() == 2


def test_a_link_that_two_use_at_once_sets_one_password() -> None:
    mona = factories.user("moderators")
    link = reverse(
        "admin:account_password", args=[urlsafe_base64_encode(b"%d" % mona.pk), RESET_TOKENS.make_token(mona)]
    )
    numbers = itertools.count()

    def choose() -> tuple[int, str]:
        password = f"a-long-and-new-password-{next(numbers)}"
        client = Client()
        form = client.get(link)["Location"]
        together.wait()
        answer = client.post(form, {"new_password1": password, "new_password2": password})
        return answer.status_code, password

    together = threading.Barrier(4)
    answers = at_once(choose, 4)
    (chosen,) = [password for status, password in answers if status == 302]
    mona.refresh_from_db()
    assert (sorted(status for status, _password in answers), mona.check_password(chosen)) == (
        [200, 200, 200, 302],
        True,
    )
