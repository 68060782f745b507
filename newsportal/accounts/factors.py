"""The second factor: an authenticator app (TOTP, RFC 6238), passkeys, and recovery codes for who loses them.

`django_otp` makes and checks codes; it takes each once, slows who guesses, and keeps both in the database.
"""

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
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsportal.accounts import mails, permissions, policy, sessions
from newsportal.accounts.models import AccountMail, Passkey
from newsportal.refusal import NotPermitted, Refusal

# What a session notes of how it was completed.
APP, PASSKEY, RECOVERY_CODE = "app", "passkey", "recovery code"
_APP_DIGITS = 6
_GROUP = 4


class Locked(Refusal):
    """Codes were wrong too often: none is looked at until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(_("Too many codes were wrong. Wait a moment, then type one again."))
        self.until = until


def has_any(user: User) -> bool:
    """Whether this person signs in with a second factor."""
    return app_of(user) is not None or Passkey.objects.filter(user=user).exists()


def app_of(user: User) -> TOTPDevice | None:
    """The authenticator app that codes are asked of."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def passkeys_of(user: User) -> list[Passkey]:
    """In the order in which they were made."""
    return list(Passkey.objects.filter(user=user))


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    left: int = StaticToken.objects.filter(device__user=user).count()
    return left


def is_required() -> bool:
    """Whether everybody must have one."""
    return settings.STAFF_SECOND_FACTOR == "required"


@transaction.atomic
def verify_code(user: User, code: str) -> str:
    """Which factor a typed code is of: APP or RECOVERY_CODE; empty where it is wrong, or was used before.

    Raises Locked after wrong ones, for a second, two, four, and so on (NIST SP 800-63B, section 5.2.2).
    """
    typed = "".join(char for char in code.lower() if char.isalnum())
    is_app = len(typed) == _APP_DIGITS and typed.isdecimal()
    model = TOTPDevice if is_app else StaticDevice
    # Locked, so that two who send one code are one.
    device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return ""
    _check_lock(device)
    if not device.verify_token(typed):
        return ""
    return APP if is_app else RECOVERY_CODE


@transaction.atomic
def app_to_confirm(user: User) -> TOTPDevice:
    """The app that is being set up: it counts when the first code of it was typed. A new key, where there is none."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def qr_code(device: TOTPDevice) -> str:
    """What the app scans, as an address that holds the picture."""
    code: str = segno.make(device.config_url, error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff", omitsize=False
    )
    return code


def key_in_words(device: TOTPDevice) -> str:
    """The key of an app that cannot scan: base32 (RFC 4648) in groups of four."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP))


@transaction.atomic
def add_passkey(request: HttpRequest, user: User, *, answer: str, name: str) -> Passkey:
    """Keep the passkey that a browser made in answer to our challenge. Raises Refusal."""
    # With what it imports a sixth of the start of every command, which needs none of it.
    from newsportal.accounts import passkeys

    made = passkeys.register(request, user, answer=answer, name=name)
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)
    return made


@transaction.atomic
def confirm_app(user: User, code: str) -> bool:
    """Let the app count that is being set up, in place of an earlier one, if this is a code of it.

    Raises Locked as `verify_code` does.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None:
        return False
    _check_lock(device)
    typed = "".join(char for char in code if char.isalnum())
    if not device.verify_token(typed):
        return False
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)
    return True


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New codes, in groups of four characters; the earlier ones are none any more."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [str(StaticToken.random_token()) for _number in range(policy.RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


@transaction.atomic
def remove_app(user: User) -> None:
    """Forget the authenticator app. Raises Refusal where it is the last factor, and one is required."""
    _lock(user)
    _must_not_be_last(user, passkeys=Passkey.objects.filter(user=user).count(), app=False)
    TOTPDevice.objects.filter(user=user).delete()
    _after_removal(user)


@transaction.atomic
def remove_passkey(user: User, pk: str) -> None:
    """Forget one's own passkey; one that is gone already is gone. Raises Refusal as `remove_app` does."""
    _lock(user)
    mine = Passkey.objects.filter(user=user)
    found = mine.filter(pk=pk) if pk.isascii() and pk.isdecimal() and len(pk) < _LONGEST_KEY else mine.none()
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
    """Every factor of an account is gone and its sessions end, by the hand of who runs the site."""
    for model in (TOTPDevice, StaticDevice, Passkey):
        model.objects.filter(user=user).delete()
    sessions.end_all(user)
    mails.owe(AccountMail.Kind.FACTORS_CHANGED, user)


# --- How ------------------------------------------------------------------------------------------------------------

# A larger number is no key of PostgreSQL's.
_LONGEST_KEY = 19


def _lock(user: User) -> None:
    """Two who remove the last but one at once wait for each other."""
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
