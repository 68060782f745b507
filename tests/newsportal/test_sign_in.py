"""Signing in with a password: how often one may be wrong, what the answer reveals, and when a session ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from newsportal.accounts import policy, sessions
from newsportal.accounts.models import Tries
from newsportal.accounts.throttling import forget_old
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
HOME = "/admin/"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
MORNING = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", username="mona")


def try_in(name: str, password: str, *, sent_from: str = HERE, client: Client | None = None) -> HttpResponse:
    fields = {"username": name, "password": password, "next": HOME}
    return (client or Client()).post(LOGIN, fields, REMOTE_ADDR=sent_from)


def words(response: HttpResponse) -> str:
    return " ".join(response.text.split())


def test_who_was_wrong_five_times_waits_even_with_the_right_password(mona: User, clock: time_machine.Traveller) -> None:
    answers = [try_in("mona", "wrong").status_code for _number in range(policy.TRIES)]
    refused = try_in("mona", "secret")
    assert (answers, refused.status_code, refused["Retry-After"]) == ([200] * 5, 429, "900")
    assert "Too many tries were wrong. Try again in 15 minutes." in words(refused)
    clock.shift(policy.TRIES_WINDOW)
    assert try_in("mona", "secret").status_code == 302


def test_nobody_is_locked_out_by_who_tries_from_elsewhere(mona: User) -> None:
    for _number in range(policy.TRIES + 1):
        last = try_in("mona", "wrong", sent_from=ELSEWHERE)
    assert last.status_code == 429
    assert try_in("mona", "secret").status_code == 302


def test_one_network_that_tries_many_names_is_stopped_and_its_neighbours_are_not(
    monkeypatch: pytest.MonkeyPatch, mona: User
) -> None:
    monkeypatch.setattr(policy, "NETWORK_TRIES", 6)
    answers = [try_in(f"name{number}", "wrong").status_code for number in range(7)]
    assert answers == [200] * 6 + [429]
    assert try_in("mona", "secret").status_code == 429
    assert try_in("mona", "secret", sent_from=ELSEWHERE).status_code == 302


def test_a_name_that_is_tried_from_everywhere_is_guessed_no_more(
    mona: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(policy, "NAME_TRIES", 6)
    answers = [try_in("Mona", "wrong", sent_from=f"198.51.100.{number}").status_code for number in range(7)]
    assert answers == [200] * 6 + [429]
    assert (try_in("mona", "secret").status_code, try_in("other", "wrong").status_code) == (429, 200)
    clock.shift(policy.NAME_TRIES_WINDOW)
    assert try_in("mona", "secret").status_code == 302


def test_nobody_is_locked_out_of_a_browser_that_they_signed_in_with(
    mona: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    assert try_in("mona", "secret", client=browser).status_code == 302
    browser.post("/admin/logout/")
    for of_all in ("NAME_TRIES", "NETWORK_TRIES"):
        monkeypatch.setattr(policy, of_all, 0)
    assert [try_in("mona", "secret").status_code, try_in("mona", "secret", client=browser).status_code] == [429, 302]
    # It is known for that name only, and has as many tries as any other.
    assert try_in("other", "wrong", client=browser).status_code == 429
    browser.post("/admin/logout/")
    answers = [try_in("mona", "wrong", sent_from=f"198.51.100.{number}", client=browser) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_a_browser_is_known_for_as_long_as_browsers_keep_a_cookie_and_no_longer(
    mona: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    browser = Client()
    assert try_in("mona", "secret", client=browser).status_code == 302
    browser.post("/admin/logout/")
    monkeypatch.setattr(policy, "NAME_TRIES", 0)
    clock.shift(policy.BROWSER_KNOWN_FOR)
    answers = [try_in("mona", "wrong", client=browser).status_code]
    clock.shift(timedelta(seconds=1))
    answers.append(try_in("mona", "wrong", client=browser).status_code)
    assert answers == [200, 429]


def test_what_knows_a_browser_is_made_by_nobody_else_and_tells_no_name(mona: User) -> None:
    browser, another = Client(), Client()
    cookies = {
        name: cookie for name, cookie in try_in("mona", "secret", client=browser).cookies.items() if "known" in name
    }
    (name, cookie), *others = cookies.items()
    assert (others, "mona" in name + cookie.value) == ([], False)
    assert {key: cookie[key] for key in ("path", "httponly", "samesite", "max-age")} == {
        "path": "/admin/",
        "httponly": True,
        "samesite": "Lax",
        "max-age": int(policy.BROWSER_KNOWN_FOR.total_seconds()),
    }
    factories.user("moderators", username="nora")
    noras = next(
        cookie.value for key, cookie in try_in("nora", "secret", client=another).cookies.items() if "known" in key
    )
    for _number in range(policy.TRIES):
        try_in("mona", "wrong")
    answers = []
    for value in (cookie.value, noras, cookie.value[:-1], "", "x:y:z", "\u00e9"):
        stranger = Client()
        stranger.cookies[name] = value
        answers.append(try_in("mona", "secret", client=stranger).status_code)
    assert answers == [302] + [429] * 5


def test_an_address_of_one_ipv6_customer_is_as_good_as_another(mona: User) -> None:
    for number in range(policy.TRIES):
        try_in("mona", "wrong", sent_from=f"2001:db8:1:{number + 1:x}::1")
    assert try_in("mona", "secret", sent_from="2001:db8:1:ffff::1").status_code == 429
    assert try_in("mona", "secret", sent_from="2001:db8:2::1").status_code == 302


@pytest.mark.parametrize(("name", "password"), [("mona", ""), ("", "x"), ("", "")])
def test_a_form_with_nothing_in_it_makes_no_guess_undone(mona: User, name: str, password: str) -> None:
    answers = []
    for _number in range(policy.TRIES):
        try_in(name, password)
        answers.append(try_in("mona", "wrong").status_code)
        try_in(name, password)
    assert (answers.count(200), try_in("mona", "secret").status_code) == (5 if name == "" else 2, 429)


def test_a_try_without_a_name_does_not_shorten_how_long_a_network_waits(
    mona: User, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "NETWORK_TRIES", 3)
    try_in("", "x")
    for number in range(2):
        try_in(f"name{number}", "wrong")
    clock.shift(policy.NETWORK_TRIES_WINDOW - timedelta(seconds=1))
    assert try_in("mona", "secret").status_code == 429


def test_whoever_was_right_begins_anew_and_does_not_count(monkeypatch: pytest.MonkeyPatch, mona: User) -> None:
    monkeypatch.setattr(policy, "NETWORK_TRIES", 6)
    for _number in range(3):
        for _wrong in range(2):
            assert try_in("mona", "wrong").status_code == 200
        Tries.objects.update(count=2)
        assert try_in("mona", "secret").status_code == 302
    assert [row.count for row in Tries.objects.all()] == [2, 2]


@pytest.mark.parametrize("name", ["mona", "Mona", "ＭＯＮＡ"])
def test_a_name_spelt_otherwise_is_no_other_name(mona: User, name: str) -> None:
    for _number in range(policy.TRIES):
        try_in("mona", "wrong")
    assert try_in(name, "secret").status_code == 429


def test_a_name_that_nobody_has_is_answered_as_one_that_somebody_has(mona: User) -> None:
    inactive = factories.user("writers", username="left")
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    User.objects.create_user("read", password="secret")
    tried = [("mona", "wrong"), ("nobo", "wrong"), ("left", "secret"), ("read", "secret")]

    def shown(name: str, password: str) -> tuple[int, str, int]:
        response = try_in(name, password, sent_from=f"203.0.113.{len(name + password)}")
        token = response.context["csrf_token"]
        page = response.text.replace(str(token), "").replace(name, "")
        return response.status_code, page, len(response.content)

    for _number in range(policy.TRIES + 1):
        answers = {shown(*one) for one in tried}
        assert len(answers) == 1


def test_a_try_is_hashed_once_whether_there_is_somebody_or_not(mona: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that takes time: with a site's hasher a quarter of a second, everything else a few milliseconds."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: (hashed.append(password), encode(self, password, salt))[1],
    )
    for name in ("mona", "nobody"):
        hashed.clear()
        try_in(name, "wrong")
        assert hashed == ["wrong"]


def test_neither_name_nor_address_is_kept_and_the_count_is_forgotten(mona: User, clock: time_machine.Traveller) -> None:
    try_in("mona", "wrong")
    kept = " ".join(str(value) for row in Tries.objects.values() for value in row.values())
    assert ("mona" in kept, HERE in kept) == (False, False)
    counts = []
    for pause in (policy.TRIES_WINDOW, policy.NETWORK_TRIES_WINDOW - policy.TRIES_WINDOW):
        clock.shift(pause - timedelta(seconds=1))
        forget_old()
        counts.append(Tries.objects.count())
        clock.shift(timedelta(seconds=1))
        forget_old()
        counts.append(Tries.objects.count())
    assert counts == [3, 2, 2, 0]


@pytest.mark.parametrize("address", ["/admin/login/signup/", "/accounts/signup/", "/admin/signup/", "/accounts/login/"])
def test_nobody_signs_up(address: str) -> None:
    # Below /admin/ a stranger is asked to sign in, whatever the URL.
    status = 302 if address.startswith("/admin/") else 404
    fields = {"username": "new", "password": "secret", "password1": "secret", "password2": "secret"}
    assert [Client().get(address).status_code, Client().post(address, fields).status_code] == [status, status]
    assert User.objects.filter(username="new").count() == 0


@pytest.mark.parametrize("name", ["", "\x00", "x" * 5_000, "<script>", "a\r\nb", "\u202eanom", "'; --"])
def test_whatever_is_typed_for_a_name_gets_the_form_again(name: str) -> None:
    assert try_in(name, "wrong").status_code == 200


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x()"])
def test_signing_in_leads_nowhere_else(mona: User, to: str) -> None:
    response = Client().post(LOGIN, {"username": "mona", "password": "secret", "next": to})
    assert (response.status_code, response["Location"]) == (302, HOME)


# --- Sessions -------------------------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_a_session_ends_after_its_time_however_much_it_is_used(mona: User, clock: time_machine.Traveller) -> None:
    client = signed_in(mona)
    seen = []
    for _hour in range(13):
        clock.shift(timedelta(hours=1))
        seen.append(is_in(client))
    assert seen == [True] * 12 + [False]


def test_a_session_that_nobody_uses_ends_before(mona: User, clock: time_machine.Traveller) -> None:
    client = signed_in(mona)
    clock.shift(timedelta(hours=3, minutes=59))
    assert is_in(client)
    clock.shift(timedelta(hours=3, minutes=59))
    assert is_in(client)
    clock.shift(timedelta(hours=4, seconds=1))
    assert not is_in(client)


def test_a_use_is_noted_now_and_then_alone(mona: User, clock: time_machine.Traveller) -> None:
    client = signed_in(mona)
    before = dict(client.session)
    clock.shift(policy.USE_NOTED_EVERY)
    client.get(HOME)
    assert dict(client.session) == before
    clock.shift(timedelta(seconds=1))
    client.get(HOME)
    assert dict(client.session) != before


def test_signing_out_everywhere_ends_all_sessions_but_this_one(mona: User) -> None:
    here, there = signed_in(mona), signed_in(mona)
    response = here.post("/admin/account/sessions/")
    assert (response.status_code, is_in(here), is_in(there)) == (302, True, False)


def test_a_new_password_ends_the_other_sessions(mona: User) -> None:
    here, there = signed_in(mona), signed_in(mona)
    new = "a-long-and-new-password"
    here.post("/admin/password_change/", {"old_password": "secret", "new_password1": new, "new_password2": new})
    assert (is_in(here), is_in(there)) == (True, False)


def test_who_guesses_a_password_in_an_open_session_is_slowed(mona: User) -> None:
    client = signed_in(mona)
    new = {"new_password1": "a-long-and-new-password", "new_password2": "a-long-and-new-password"}
    codes = [client.post("/admin/password_change/", {"old_password": "guess", **new}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


@pytest.mark.parametrize("change", ["deactivated", "promoted", "regrouped"])
def test_who_is_changed_by_an_admin_signs_in_anew(mona: User, change: str) -> None:
    theirs, admin = signed_in(mona), signed_in(factories.user("admin"))
    address = f"/admin/auth/user/{mona.pk}/change/"
    form = admin.get(address).context["adminform"].form
    fields = {"username": "mona", "email": "", "first_name": "", "last_name": ""}
    fields |= {
        "is_active": "on",
        "is_staff": "on",
        "groups": [str(group.pk) for group in form.initial["groups"]],
    }
    if change == "deactivated":
        del fields["is_active"]
    if change == "promoted":
        fields["is_superuser"] = "on"
    if change == "regrouped":
        fields["groups"] = []
    assert admin.post(address, fields).status_code == 302
    assert (is_in(theirs), is_in(admin)) == (False, True)


def test_a_session_of_before_the_number_was_known_is_over(mona: User) -> None:
    client = signed_in(mona)
    session = client.session
    del session["accounts.epoch"]
    session.save()
    assert not is_in(client)


def test_ending_sessions_twice_ends_those_in_between(mona: User) -> None:
    sessions.end_all(mona)
    between = signed_in(User.objects.get(pk=mona.pk))
    assert is_in(between)
    sessions.end_all(mona)
    assert not is_in(between)
