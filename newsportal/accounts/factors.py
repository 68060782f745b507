"""The second factor: an authenticator app (TOTP, RFC 6238), passkeys, and recovery codes for when these are lost.

`django_otp` makes and checks codes; it accepts each only once, slows down guessing, and notes both in the database.
"""

import logging
import os
import time
from base64 import b32encode
from datetime import datetime

import segno
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.models import ThrottlingMixin
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from newsportal.accounts import mails, permissions, policy, sealing, sessions
from newsportal.accounts.models import AccountMail, AuthenticatorApp, Passkey
from newsportal.numbers import number_in
from newsportal.refusal import NotPermitted, Refusal

logger = logging.getLogger(__name__)

# What a session notes about how it was completed.
APP, PASSKEY, RECOVERY_CODE = "app", "passkey", "recovery code"
_APP_DIGITS = 6
# As long as a SHA-1, as RFC 4226 (section 4) recommends.
_APP_KEY_BYTES = 20
# Codes of the steps before and after are accepted, too (RFC 6238, section 5.2).
_STEPS_APART = 1
_CODE_CHARACTERS = 8
_GROUP = 4
_NEW_KEY = "accounts.app.key"


class Locked(Refusal):
    """Codes were wrong too often: none is checked before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(_("Too many codes were wrong. Wait a moment, then type one again."))
        self.until = until


def has_any(user: User) -> bool:
    """Whether this person signs in with a second factor."""
    return app_of(user) is not None or Passkey.objects.filter(user=user).exists()


def app_of(user: User) -> AuthenticatorApp | None:
    """The authenticator app that shows this person's codes."""
    app: AuthenticatorApp | None = AuthenticatorApp.objects.filter(user=user, confirmed=True).first()
    return app


def passkeys_of(user: User) -> list[Passkey]:
    """Passkeys of this person, in the order in which they were made."""
    return list(Passkey.objects.filter(user=user))


def codes_left(user: User) -> int:
    """How many recovery codes have not been used yet."""
    left: int = StaticToken.objects.filter(device__user=user).count()
    return left


def is_required() -> bool:
    """Whether everybody must have a second factor."""
    return settings.STAFF_SECOND_FACTOR == "required"


@transaction.atomic
def verify_code(user: User, code: str) -> str:
    """Which factor a typed code belongs to: APP or RECOVERY_CODE; empty if it is wrong or was used before.

    Raises Locked after wrong ones, for a second, two, four, and so on (NIST SP 800-63B, section 5.2.2).
    """
    typed = "".join(char for char in code.lower() if char.isalnum())
    if len(typed) == _APP_DIGITS and typed.isdecimal():
        return APP if _is_code_of_app(user, typed) else ""
    return RECOVERY_CODE if _is_recovery_code(user, typed) else ""


def key_to_confirm(request: HttpRequest, user: User) -> bytes:
    """The key of the app that is being set up in this session: no other session was ever shown it, and it becomes valid
    when its first code is typed. A new one if there is none yet or the setting up took too long.
    """
    kept, until = request.session.get(_NEW_KEY, ("", 0.0))
    if kept and not sessions.is_past(until):
        try:
            return sealing.unseal(kept, owner=user.pk)
        except sealing.Unreadable:
            pass
    key = os.urandom(_APP_KEY_BYTES)
    request.session[_NEW_KEY] = [sealing.seal(key, owner=user.pk), sessions.until(policy.SECOND_STEP)]
    return key


def qr_code(user: User, key: bytes) -> str:
    """The code that the app scans, as an address that contains the picture."""
    address = AuthenticatorApp(user=user, key=key.hex()).config_url
    code: str = segno.make(address, error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff", omitsize=False
    )
    return code


def key_in_words(key: bytes) -> str:
    """The key for an app that cannot scan: base32 (RFC 4648) in groups of four."""
    words = b32encode(key).decode()
    return " ".join(words[at : at + _GROUP] for at in range(0, len(words), _GROUP))


@transaction.atomic
def add_passkey(request: HttpRequest, user: User, *, answer: str, name: str) -> Passkey:
    """Keep the passkey that a browser made in answer to our challenge. Raises Refusal."""
    # With its own imports it takes a sixth of every command's start, and commands do not need it.
    from newsportal.accounts import passkeys

    # Otherwise two simultaneous requests could each add the last passkey allowed.
    _lock(user)
    made = passkeys.register(request, user, answer=answer, name=name)
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)
    return made


@transaction.atomic
def confirm_app(request: HttpRequest, user: User, code: str) -> bool:
    """Activate the app that is being set up, in place of an earlier one, if this is one of its codes. Whoever sees the
    page has the key, so there is nothing to guess.
    """
    key = key_to_confirm(request, user)
    typed = "".join(char for char in code if char.isalnum())
    totp = TOTP(key, digits=_APP_DIGITS)
    totp.time = time.time()
    if len(typed) != _APP_DIGITS or not typed.isdecimal() or not totp.verify(int(typed), tolerance=_STEPS_APART):
        return False
    _lock(user)
    AuthenticatorApp.objects.filter(user=user).delete()
    # This code counts as used from now on.
    AuthenticatorApp.objects.create(
        user=user, name="app", key=sealing.seal(key, owner=user.pk), drift=totp.drift, last_t=totp.t()
    )
    del request.session[_NEW_KEY]
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)
    return True


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New codes in place of the earlier ones, as `make_recovery_codes` returns them; their owner is told by mail,
    because whoever has them can do without the other factors.
    """
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)
    return make_recovery_codes(user)


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """New codes, in groups of four characters; the earlier ones become invalid. They are stored as hashes."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [str(StaticToken.random_token()) for _number in range(policy.RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=sealing.digest(code, owner=user.pk)) for code in codes
    )
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


@transaction.atomic
def remove_app(user: User) -> None:
    """Forget the authenticator app. Raises Refusal if it is the last factor, and one is required."""
    _lock(user)
    _must_not_be_last(user, passkeys=Passkey.objects.filter(user=user).count(), app=False)
    AuthenticatorApp.objects.filter(user=user).delete()
    _after_removal(user)


@transaction.atomic
def remove_passkey(user: User, pk: str) -> None:
    """Forget one's own passkey; no error if it is already gone. Raises Refusal as `remove_app` does."""
    _lock(user)
    mine = Passkey.objects.filter(user=user)
    found = mine.filter(pk=number_in(pk))
    if not found.exists():
        return
    _must_not_be_last(user, passkeys=mine.count() - 1, app=app_of(user) is not None)
    found.delete()
    _after_removal(user)


@transaction.atomic
def reset(user: User, *, by: User) -> None:
    """Forget every factor of a colleague who has lost theirs, and end their sessions. They are told by mail, and the
    account's history says who did it. Raises NotPermitted.
    """
    if user == by or not permissions.can_manage(by, user):
        raise NotPermitted(_("You may not reset this second factor."))
    forget(user)
    LogEntry.objects.log_actions(
        by.pk, User.objects.filter(pk=user.pk), CHANGE, _("The second factor was reset."), single_object=True
    )


@transaction.atomic
def forget(user: User) -> None:
    """Forget every factor of an account and end its sessions, on behalf of the site's operator."""
    for model in (AuthenticatorApp, StaticDevice, Passkey):
        model.objects.filter(user=user).delete()
    sessions.end_all(user)
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)


def shut_out() -> list[str]:
    """The names of people whose app shows codes that nobody can check, because its key cannot be decrypted."""
    return [app.user.get_username() for app in AuthenticatorApp.objects.select_related("user") if not _opens(app)]


# --- How ------------------------------------------------------------------------------------------------------------


def _is_code_of_app(user: User, typed: str) -> bool:
    # Locked, so that of two requests with the same code only one succeeds.
    app = AuthenticatorApp.objects.select_for_update().filter(user=user, confirmed=True).first()
    if app is None:
        return False
    _check_lock(app)
    try:
        if not app.verify_token(typed):
            return False
    except sealing.Unreadable as error:
        logger.error("nobody can sign in with the app of account %d: %s", user.pk, error)
        return False
    if not sealing.is_current(app.key, owner=user.pk):
        app.key = sealing.seal(app.bin_key, owner=user.pk)
        app.save(update_fields=["key"])
    return True


def _opens(app: AuthenticatorApp) -> bool:
    try:
        return bool(app.bin_key)
    except sealing.Unreadable:
        return False


def _is_recovery_code(user: User, typed: str) -> bool:
    device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return False
    _check_lock(device)
    # A stored hash is longer than a code, so typing in a hash fails. Unhashed codes are from an earlier version.
    known = [typed, *sealing.digests(typed, owner=user.pk)] if len(typed) == _CODE_CHARACTERS else []
    found = device.token_set.filter(token__in=known).first()
    # `django_otp` marks it as used, or slows down further guesses.
    return bool(device.verify_token(found.token if found else ""))


def _lock(user: User) -> None:
    """Make simultaneous changes to one account's factors wait for each other, so that the last one is not removed."""
    User.objects.select_for_update().get(pk=user.pk)


def _must_not_be_last(user: User, *, passkeys: int, app: bool) -> None:
    if is_required() and not passkeys and not app:
        raise Refusal(_("A second factor is required here: set another one up before you remove this one."))


def _after_removal(user: User) -> None:
    if not has_any(user):
        StaticDevice.objects.filter(user=user).delete()
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)


def _check_lock(device: ThrottlingMixin) -> None:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise Locked(why.get("locked_until") or timezone.now())
