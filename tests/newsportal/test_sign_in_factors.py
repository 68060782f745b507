"""The second factor: set up, asked for, required, lost."""

import json
import re
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken

from newsportal.accounts import factors, policy, sealing
from newsportal.accounts.models import AccountMail, AuthenticatorApp, Passkey
from newsportal.refusal import NotPermitted, Refusal
from tests import factories
from tests.newsportal.authenticator import PRESENT, Authenticator

pytestmark = pytest.mark.django_db

LOGIN, SECOND, ACCOUNT, HOME = "/admin/login/", "/admin/login/second-factor/", "/admin/account/", "/admin/"
MORNING = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", username="mona", email="mona@example.org")


def browser() -> Client:
    """At the demo's other name, because a passkey needs a domain."""
    return Client(headers={"host": "localhost"})


def signed_in(user: User) -> Client:
    client = browser()
    client.force_login(user)
    return client


def password_given(name: str = "mona", client: Client | None = None, to: str = HOME) -> Client:
    client = client or browser()
    response = client.post(LOGIN, {"username": name, "password": "secret", "next": to})
    assert (response.status_code, response["Location"]) == (302, SECOND)
    return client


def app_of(user: User) -> AuthenticatorApp:
    key = sealing.seal(b"a key of twenty byte", owner=user.pk)
    app: AuthenticatorApp = AuthenticatorApp.objects.create(user=user, name="app", key=key)
    return app


def code_of(device: Any) -> str:
    return f"{totp(device.bin_key):06d}"


def code_shown(client: Client) -> str:
    """The code that an app shows right after it was given the page's key."""
    key = client.get("/admin/account/app/").context["key"]
    return f"{totp(b32decode(key.replace(' ', ''))):06d}"


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def asked(client: Client, address: str) -> dict[str, Any]:
    response = client.post(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = json.loads(response.content)
    return found


def with_passkey(client: Client) -> tuple[Authenticator, HttpResponse]:
    device = Authenticator()
    answer = device.create(asked(client, "/admin/account/passkey/options/"))
    return device, client.post("/admin/account/passkey/", {"name": "My phone", "passkey": answer})


def assertion(client: Client, device: Authenticator) -> str:
    return device.get(asked(client, "/admin/login/passkey/options/"))


# --- An app ---------------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_first_code_and_asked_for_from_then_on(mona: User) -> None:
    client = signed_in(mona)
    page = client.get("/admin/account/app/")
    assert (factors.has_any(mona), page.context["qr_code"].partition(";")[0]) == (False, "data:image/svg+xml")
    shown = client.post("/admin/account/app/", {"code": code_shown(client)})
    assert len(re.findall(r"<li><code>[a-z2-7]{4}-[a-z2-7]{4}</code></li>", shown.text)) == policy.RECOVERY_CODES
    assert (is_in(client), factors.has_any(mona)) == (True, True)

    there = password_given(to="/admin/account/")
    assert not is_in(there)
    wrong = there.post(SECOND, {"code": "000000"})
    assert (wrong.status_code, "This code is wrong" in wrong.text, is_in(there)) == (200, True, False)


def test_a_code_leads_on_to_where_one_was_going(mona: User) -> None:
    device = app_of(mona)
    client = password_given(to=ACCOUNT)
    response = client.post(SECOND, {"code": f" {code_of(device)[:3]} {code_of(device)[3:]} "})
    assert (response.status_code, response["Location"], is_in(client)) == (302, ACCOUNT, True)


def test_a_code_is_taken_once(mona: User) -> None:
    device = app_of(mona)
    code = code_of(device)
    assert password_given().post(SECOND, {"code": code}).status_code == 302
    second = password_given()
    assert (second.post(SECOND, {"code": code}).status_code, is_in(second)) == (200, False)


def test_a_recovery_code_is_taken_once_however_it_is_typed(mona: User) -> None:
    app_of(mona)
    code = factors.make_recovery_codes(mona)[0]
    assert password_given().post(SECOND, {"code": f" {code.upper()} "}).status_code == 302
    assert factors.codes_left(mona) == policy.RECOVERY_CODES - 1
    second = password_given()
    assert (second.post(SECOND, {"code": code}).status_code, is_in(second)) == (200, False)


def test_new_codes_are_told_by_mail_and_end_the_old_ones(mona: User) -> None:
    device = app_of(mona)
    [old, *_others] = factors.make_recovery_codes(mona)
    client = password_given()
    client.post(SECOND, {"code": code_of(device)})
    shown = client.post("/admin/account/recovery-codes/")
    assert len(re.findall(r"<li><code>[a-z2-7]{4}-[a-z2-7]{4}</code></li>", shown.text)) == policy.RECOVERY_CODES
    assert [(mail.kind, mail.to) for mail in AccountMail.objects.all()] == [("factors_changed", "mona@example.org")]
    assert factors.verify_code(mona, old) == ""


def test_who_guesses_codes_waits_longer_each_time_wherever_they_guess_from(
    mona: User, clock: time_machine.Traveller
) -> None:
    device = app_of(mona)
    first, elsewhere = password_given(), password_given()
    assert first.post(SECOND, {"code": "000000"}).status_code == 200
    refused = elsewhere.post(SECOND, {"code": code_of(device)}, REMOTE_ADDR="198.51.100.9")
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    clock.shift(timedelta(seconds=2))
    assert elsewhere.post(SECOND, {"code": code_of(device)}, REMOTE_ADDR="198.51.100.9").status_code == 302


def test_five_wrong_codes_of_one_name_and_network_are_enough(mona: User, clock: time_machine.Traveller) -> None:
    app_of(mona)
    client = password_given()
    codes = []
    for _number in range(policy.TRIES + 1):
        codes.append(client.post(SECOND, {"code": "000000"}).status_code)
        clock.shift(timedelta(seconds=30))
    assert codes == [200] * policy.TRIES + [429]


def test_the_second_step_is_over_after_ten_minutes_or_with_another_password(
    mona: User, clock: time_machine.Traveller
) -> None:
    device = app_of(mona)
    late = password_given()
    clock.shift(policy.SECOND_STEP + timedelta(seconds=1))
    assert late.post(SECOND, {"code": code_of(device)})["Location"] == LOGIN
    overtaken = password_given()
    mona.set_password("another-password")
    mona.save()
    assert overtaken.post(SECOND, {"code": code_of(device)})["Location"] == LOGIN
    assert browser().get(SECOND)["Location"] == LOGIN


@pytest.mark.parametrize("code", ["", "\x00", "x" * 500, "１２３４５６", "٠١٢٣٤٥", "-1", "1e5", "<b>"])
def test_whatever_is_typed_for_a_code_gets_the_form_again(mona: User, code: str) -> None:
    app_of(mona)
    client = password_given()
    assert (client.post(SECOND, {"code": code}).status_code, is_in(client)) == (200, False)


def test_sessions_that_began_without_the_factor_end_when_one_is_set_up(mona: User) -> None:
    here, there = signed_in(mona), signed_in(mona)
    here.post("/admin/account/app/", {"code": code_shown(here)})
    assert (is_in(here), is_in(there)) == (True, False)


def test_another_app_takes_the_place_of_the_first_when_its_code_is_there(mona: User) -> None:
    old = app_of(mona)
    client = password_given()
    client.post(SECOND, {"code": code_of(old)})
    code = code_shown(client)
    assert client.post("/admin/account/app/", {"code": "000000"}).status_code == 200
    assert factors.app_of(mona) == old
    assert client.post("/admin/account/app/", {"code": code}).status_code == 200
    assert [code_of(app) for app in AuthenticatorApp.objects.filter(user=mona)] == [code]


def test_a_key_is_shown_to_one_session_alone_and_for_ten_minutes(mona: User, clock: time_machine.Traveller) -> None:
    """Somebody who looked at an open session does not know the key that its owner sets up later."""
    stranger, owner = signed_in(mona), signed_in(mona)

    def key_shown(client: Client) -> str:
        return str(client.get("/admin/account/app/").context["key"])

    seen, code = key_shown(stranger), code_shown(stranger)
    assert key_shown(owner) != seen
    assert owner.post("/admin/account/app/", {"code": code}).status_code == 200
    assert not factors.has_any(mona)
    clock.shift(policy.SECOND_STEP)
    assert key_shown(stranger) == seen
    clock.shift(timedelta(seconds=1))
    assert key_shown(stranger) != seen


def test_the_code_that_set_an_app_up_signs_nobody_in(mona: User) -> None:
    client = signed_in(mona)
    code = code_shown(client)
    client.post("/admin/account/app/", {"code": code})
    there = password_given()
    assert (there.post(SECOND, {"code": code}).status_code, is_in(there)) == (200, False)


@pytest.mark.parametrize("is_own", [False, True], ids=["of nobody yet", "of somebody else"])
def test_whoever_knows_the_session_that_a_sign_in_began_in_gets_no_further_with_it(mona: User, is_own: bool) -> None:
    app_of(mona)
    client = signed_in(factories.user("writers")) if is_own else browser()
    client.post("/admin/login/passkey/options/")
    before = client.session.session_key
    password_given(client=client)
    assert before not in {None, client.session.session_key}
    known = browser()
    known.cookies["sessionid"] = before
    assert known.get(SECOND)["Location"] == LOGIN


@pytest.mark.parametrize("to", ["foo", "..", "?x", "admin:index", "x y"])
def test_an_address_that_is_half_of_one_ends_no_sign_in(mona: User, to: str) -> None:
    device = app_of(mona)
    client = password_given(to=to)
    assert client.post(SECOND, {"code": code_of(device)}).status_code == 302
    key, _made = with_passkey(client)
    alone = browser()
    fields = {"passkey": assertion(alone, key), "next": to}
    assert (alone.post("/admin/login/passkey/", fields).status_code, is_in(alone)) == (302, True)


# --- What is kept of them -------------------------------------------------------------------------------------------


def test_neither_keys_nor_codes_lie_in_the_database_as_they_are(mona: User) -> None:
    client = signed_in(mona)
    page = client.get("/admin/account/app/")
    key = b32decode(page.context["key"].replace(" ", ""))
    shown = client.post("/admin/account/app/", {"code": f"{totp(key):06d}"})
    codes = [code.replace("-", "") for code in re.findall(r"<li><code>([^<]+)</code></li>", shown.text)]
    kept = AuthenticatorApp.objects.get(user=mona)
    assert (kept.bin_key == key, key.hex() in kept.key, kept.key[:7]) == (True, False, "sealed:")
    tokens = set(StaticToken.objects.values_list("token", flat=True))
    assert (len(codes), len(tokens), tokens & set(codes)) == (10, 10, set())
    there = password_given()
    assert (there.post(SECOND, {"code": min(tokens)}).status_code, is_in(there)) == (200, False)


def test_an_app_and_codes_from_before_they_were_sealed_count_and_are_sealed_by_their_use(
    mona: User, clock: time_machine.Traveller
) -> None:
    app = AuthenticatorApp.objects.create(user=mona, name="app", key="ab" * 20)
    factors.make_recovery_codes(mona)
    StaticToken.objects.update(token="abcdefgh")
    assert password_given().post(SECOND, {"code": code_of(app)}).status_code == 302
    app.refresh_from_db()
    assert (app.key[:7], app.bin_key.hex()) == ("sealed:", "ab" * 20)
    assert password_given().post(SECOND, {"code": "abcd-efgh"}).status_code == 302


def test_another_secret_key_opens_them_while_the_old_one_is_a_fallback(
    mona: User, settings: Any, clock: time_machine.Traveller
) -> None:
    app = app_of(mona)
    codes = factors.make_recovery_codes(mona)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-one-of-fifty-characters" * 2
    assert (factors.verify_code(mona, code_of(app)), factors.verify_code(mona, codes[0])) == ("app", "recovery code")
    settings.SECRET_KEY_FALLBACKS = []
    clock.shift(timedelta(minutes=1))
    # It was sealed anew; the codes were not, because nobody knows them.
    app.refresh_from_db()
    assert (factors.verify_code(mona, code_of(app)), factors.verify_code(mona, codes[1])) == ("app", "")


def test_a_key_that_cannot_be_opened_lets_nobody_in_and_breaks_nothing(
    mona: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app_of(mona)
    settings.SECRET_KEY = "another-one-of-fifty-characters" * 2
    client = password_given()
    assert (client.post(SECOND, {"code": "123456"}).status_code, is_in(client)) == (200, False)
    assert "SECRET_KEY is another one" in caplog.text


def test_a_key_opens_for_its_owner_alone(mona: User) -> None:
    other = factories.user("moderators")
    AuthenticatorApp.objects.create(user=other, name="app", key=app_of(mona).key)
    with pytest.raises(sealing.Unreadable):
        assert factors.app_of(other).bin_key


# --- Passkeys -------------------------------------------------------------------------------------------------------


def test_a_passkey_is_a_second_factor_and_leads_in_without_a_password(mona: User) -> None:
    client = signed_in(mona)
    device, made = with_passkey(client)
    assert (made.status_code, "recovery codes" in made.text, is_in(client)) == (200, True, True)

    after_password = password_given(to=ACCOUNT)
    response = after_password.post(SECOND, {"passkey": assertion(after_password, device)})
    assert (response.status_code, response["Location"]) == (302, ACCOUNT)

    alone = browser()
    response = alone.post("/admin/login/passkey/", {"passkey": assertion(alone, device), "next": ACCOUNT})
    assert (response.status_code, response["Location"], is_in(alone)) == (302, ACCOUNT, True)
    assert [(one.name, one.sign_count) for one in Passkey.objects.all()] == [("My phone", 2)]


@pytest.mark.parametrize("wrong", ["origin", "domain", "unverified", "replayed", "stranger", "counter", "words"])
def test_an_answer_that_is_none_leads_nobody_in(mona: User, wrong: str) -> None:
    device, _made = with_passkey(signed_in(mona))
    client = browser()
    answer = ""
    if wrong == "origin":
        device.origin = "http://evil.example"
    if wrong == "domain":
        device.domain = "evil.example"
    if wrong == "unverified":
        device.flags = PRESENT
    if wrong == "counter":
        Passkey.objects.update(sign_count=100)
    if wrong == "replayed":
        answer = assertion(client, device)
        assert client.post("/admin/login/passkey/", {"passkey": answer}).status_code == 302
        client = browser()
    if wrong == "stranger":
        device = Authenticator()
    if wrong == "words":
        asked(client, "/admin/login/passkey/options/")
        answer = '{"id": ["x"]}'
    refused = client.post("/admin/login/passkey/", {"passkey": answer or assertion(client, device)})
    assert (refused.status_code, is_in(client)) == (200, False)
    assert 'role="alert"' in refused.text


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{}", '{"id":1}', "x", '{"id":"a","response":{}}', "\x00", "[" * 9_000]
)
def test_whatever_is_sent_for_a_passkey_is_answered_in_words(mona: User, answer: str) -> None:
    client = signed_in(mona)
    asked(client, "/admin/account/passkey/options/")
    response = client.post("/admin/account/passkey/", {"name": "x", "passkey": answer})
    assert (response.status_code, response["Location"], Passkey.objects.count()) == (302, ACCOUNT, 0)
    client = browser()
    asked(client, "/admin/login/passkey/options/")
    assert client.post("/admin/login/passkey/", {"passkey": answer}).status_code == 200


@pytest.mark.parametrize("value", [None, 7, "", "AAAA", [], {}, "é"])
def test_an_answer_with_any_part_of_it_broken_is_refused_in_words(mona: User, value: Any) -> None:
    client, device = signed_in(mona), Authenticator()
    for name in ("id", "rawId", "response", "clientDataJSON", "attestationObject"):
        made = _broken(device.create(asked(client, "/admin/account/passkey/options/")), name, value)
        client.post("/admin/account/passkey/", {"name": "x", "passkey": made})
    assert Passkey.objects.count() == 0
    client.post(
        "/admin/account/passkey/",
        {"name": "x", "passkey": device.create(asked(client, "/admin/account/passkey/options/"))},
    )
    for name in ("id", "rawId", "response", "clientDataJSON", "authenticatorData", "signature"):
        stranger = browser()
        given = _broken(assertion(stranger, device), name, value)
        assert (name, stranger.post("/admin/login/passkey/", {"passkey": given}).status_code) == (name, 200)


def _broken(answer: str, name: str, value: Any) -> str:
    parts = json.loads(answer)
    (parts if name in parts else parts["response"])[name] = value
    return json.dumps(parts)


def test_somebody_elses_passkey_completes_nobodys_sign_in(mona: User) -> None:
    device, _made = with_passkey(signed_in(factories.user("moderators")))
    app_of(mona)
    client = password_given()
    # The browser is asked for mona's own passkey; an answer with another one is refused.
    answer = device.get(asked(client, "/admin/login/passkey/options/"))
    refused = client.post(SECOND, {"passkey": answer})
    assert ("of another account" in refused.text, is_in(client)) == (True, False)


def test_who_has_left_gets_in_by_no_passkey(mona: User) -> None:
    device, _made = with_passkey(signed_in(mona))
    User.objects.filter(pk=mona.pk).update(is_active=False)
    client = browser()
    assert client.post("/admin/login/passkey/", {"passkey": assertion(client, device)}).status_code == 200
    assert not is_in(client)


def test_a_site_whose_address_is_a_number_offers_no_passkeys(mona: User) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    assert "passkey" not in client.get(LOGIN).text
    assert client.post("/admin/login/passkey/options/").status_code == 404
    client.force_login(mona)
    assert client.post("/admin/account/passkey/options/").status_code == 404
    assert "Passkeys need a domain name" in client.get(ACCOUNT).text


# --- Required -------------------------------------------------------------------------------------------------------


@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = "required"


def test_who_has_none_sets_one_up_before_anything_else(mona: User, required: None) -> None:
    client = browser()
    client.post(LOGIN, {"username": "mona", "password": "secret", "next": HOME})
    for address in (HOME, "/admin/comments/comment/", "/admin/password_change/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, ACCOUNT)
    assert "A second factor is required here" in client.get(ACCOUNT).text
    client.post("/admin/account/app/", {"code": code_shown(client)})
    assert is_in(client)


def test_whoever_was_writing_when_it_became_required_gets_their_words_back(mona: User, settings: Any) -> None:
    client = signed_in(mona)
    settings.STAFF_SECOND_FACTOR = "required"
    response = client.post("/admin/comments/comment/", {"explanation-1": "Say where you read that."})
    assert "Say where you read that." in response.text
    assert (response.status_code, is_in(client)) == (200, False)


def test_a_session_without_the_factor_of_its_account_changes_nothing_of_it(mona: User) -> None:
    client = signed_in(mona)
    app_of(mona)
    for address in ("/admin/account/", "/admin/account/recovery-codes/", "/admin/account/removal/"):
        assert client.post(address, {"factor": "app"})["Location"] == SECOND
    assert factors.has_any(mona)


def test_the_last_factor_cannot_be_removed_where_one_is_required(mona: User, required: None) -> None:
    app_of(mona)
    with pytest.raises(Refusal):
        factors.remove_app(mona)
    passkey = Passkey.objects.create(user=mona, name="key", credential_id="x", public_key=b"x", made_at=MORNING)
    factors.remove_app(mona)
    with pytest.raises(Refusal):
        factors.remove_passkey(mona, str(passkey.pk))
    assert factors.has_any(mona)


def test_who_removes_the_last_one_has_no_codes_left_either(mona: User) -> None:
    app_of(mona)
    factors.make_recovery_codes(mona)
    client = password_given()
    client.post(SECOND, {"code": code_of(factors.app_of(mona))})
    client.post("/admin/account/removal/", {"factor": "app"})
    assert (factors.has_any(mona), StaticToken.objects.count()) == (False, 0)
    assert [mail.kind for mail in AccountMail.objects.all()] == [AccountMail.Kind.FACTORS_CHANGED]


@pytest.mark.parametrize("factor", ["", "x", "9" * 30, "-1", "٣"])
def test_a_factor_that_is_none_is_not_removed(mona: User, factor: str) -> None:
    assert signed_in(mona).post("/admin/account/removal/", {"factor": factor}).status_code == 302


def test_nobody_removes_somebody_elses_passkey(mona: User) -> None:
    passkey = Passkey.objects.create(user=mona, name="key", credential_id="x", public_key=b"x", made_at=MORNING)
    factors.remove_passkey(factories.user("moderators"), str(passkey.pk))
    assert Passkey.objects.count() == 1


# --- Lost -----------------------------------------------------------------------------------------------------------


def test_an_admin_resets_what_a_colleague_has_lost(mona: User) -> None:
    app_of(mona)
    factors.make_recovery_codes(mona)
    theirs, admin = signed_in(mona), signed_in(factories.user("admin"))
    assert "Reset the second factor" in admin.get(f"/admin/auth/user/{mona.pk}/change/").text
    assert admin.post(f"/admin/auth/user/{mona.pk}/second-factor/").status_code == 302
    assert (factors.has_any(mona), factors.codes_left(mona), is_in(theirs)) == (False, 0, False)
    assert [str(entry.get_change_message()) for entry in LogEntry.objects.all()] == ["The second factor was reset."]
    assert [(mail.kind, mail.to) for mail in AccountMail.objects.all()] == [("factors_changed", "mona@example.org")]


def test_nobody_else_does(mona: User) -> None:
    app_of(mona)
    for by in (factories.user("editors"), mona):
        with pytest.raises(NotPermitted):
            factors.reset(mona, by=by)
    assert signed_in(factories.user("editors")).post(f"/admin/auth/user/{mona.pk}/second-factor/").status_code == 302
    assert factors.has_any(mona)


def test_nobody_reads_the_keys_of_others_in_the_admin() -> None:
    admin = signed_in(factories.user("admin"))
    for address in ("/admin/otp_totp/totpdevice/", "/admin/otp_static/staticdevice/"):
        assert admin.get(address).status_code == 404


def test_who_runs_the_site_helps_the_last_admin(mona: User) -> None:
    app_of(mona)
    client = signed_in(mona)
    said = StringIO()
    call_command("reset_second_factor", "mona", stdout=said)
    assert said.getvalue() == "mona has no second factor now, and is signed out everywhere.\n"
    assert (factors.has_any(mona), is_in(client)) == (False, False)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
