"""Passkeys (WebAuthn): the two ceremonies, of which the browser performs one half and `webauthn` checks the other.

A passkey belongs to a domain. So there are none if the site's address is an IP address; the demo has them under
`http://localhost`, which browsers accept as a domain.
"""

import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from newsportal.accounts import policy, sessions
from newsportal.accounts.models import Passkey
from newsportal.refusal import Refusal

# One for each ceremony: somebody asked for a passkey while adding another one answers both.
_MAKING, _GIVING = "accounts.passkey.making", "accounts.passkey.giving"


@dataclass(frozen=True)
class RelyingParty:
    """The party that passkeys are made for: a domain, and the origin from which browsers ask for them."""

    id: str
    origin: str


def relying_party(request: HttpRequest) -> RelyingParty | None:
    """The site, under the address that was requested; None if there can be no passkeys for it."""
    host = urlsplit(f"//{request.get_host()}").hostname
    if settings.IS_DEMO and host == "localhost":
        return RelyingParty("localhost", f"http://{request.get_host()}")
    domain = urlsplit(settings.SITE_URL).hostname or ""
    return None if _is_number(domain) else RelyingParty(domain, settings.SITE_URL)


def registration_options(request: HttpRequest, user: User) -> str:
    """What a browser needs to make a passkey for this person, as JSON; the challenge stays in the session."""
    options = generate_registration_options(
        rp_id=_party(request).id,
        rp_name=settings.SITE_NAME,
        user_id=salted_hmac("newsportal.accounts.passkeys", str(user.pk), algorithm="sha256").digest(),
        user_name=user.get_username(),
        user_display_name=user.get_full_name() or user.get_username(),
        timeout=int(policy.CEREMONY.total_seconds() * 1000),
        exclude_credentials=_known(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            # It stands for both factors, so the device must verify its owner: by a finger, a face or a PIN.
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    _remember(request, _MAKING, options.challenge)
    return options_to_json(options)


def authentication_options(request: HttpRequest, user: User | None = None) -> str:
    """What a browser needs to prove that it has a passkey: this person's, or any for this site."""
    options = generate_authentication_options(
        rp_id=_party(request).id,
        timeout=int(policy.CEREMONY.total_seconds() * 1000),
        allow_credentials=_known(user) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, _GIVING, options.challenge)
    return options_to_json(options)


def register(request: HttpRequest, user: User, *, answer: str, name: str) -> Passkey:
    """Store the passkey that a browser made. Raises Refusal if it does not answer our challenge."""
    party = _party(request)
    challenge = _recall(request, _MAKING)
    if Passkey.objects.filter(user=user).count() >= policy.PASSKEYS:
        raise Refusal(_("You have %(most)s passkeys. Remove one first.") % {"most": policy.PASSKEYS})
    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        transports = _parsed(answer).get("response", {}).get("transports", [])
        with transaction.atomic():
            made: Passkey = Passkey.objects.create(
                user=user,
                name=name,
                credential_id=bytes_to_base64url(verified.credential_id),
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                transports=[one for one in transports if one in _TRANSPORTS],
                made_at=timezone.now(),
            )
            return made
    except (*_NOT_AN_ANSWER, IntegrityError):
        raise Refusal(_("This passkey was not accepted. Nothing was changed; try again.")) from None


@transaction.atomic
def verify(request: HttpRequest, *, answer: str) -> Passkey:
    """The passkey with which a browser answered our challenge. Raises Refusal if it did not, or if the owner's account
    is closed.
    """
    party = _party(request)
    challenge = _recall(request, _GIVING)
    try:
        credential_id = str(_parsed(answer).get("id", ""))
        # Locked, because its counter is compared and written.
        rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
        passkey = rows.filter(credential_id=credential_id, user__is_active=True, user__is_staff=True).first()
        if passkey is None:
            raise _Unknown
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _NOT_AN_ANSWER:
        raise Refusal(_("This passkey was not accepted. Nothing was changed; try again.")) from None
    found: Passkey = passkey
    found.sign_count, found.used_at = verified.new_sign_count, timezone.now()
    found.save(update_fields=["sign_count", "used_at"])
    return found


# --- How ------------------------------------------------------------------------------------------------------------


class _Unknown(ValueError):
    """A passkey that belongs to nobody."""


# Whatever a stranger sends ends in one of these, and no details are revealed.
_NOT_AN_ANSWER = (
    *(WebAuthnException, ValueError, TypeError, LookupError),
    *(AttributeError, ArithmeticError, RecursionError),
)
_TRANSPORTS = frozenset(one.value for one in AuthenticatorTransport)


def _party(request: HttpRequest) -> RelyingParty:
    party = relying_party(request)
    if party is None:
        raise Refusal(_("Passkeys need a domain name, and this site's address is a number."))
    return party


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(kind) for kind in one.transports],
        )
        for one in Passkey.objects.filter(user=user)
    ]


def _remember(request: HttpRequest, ceremony: str, challenge: bytes) -> None:
    request.session[ceremony] = [bytes_to_base64url(challenge), sessions.until(policy.CEREMONY)]


def _recall(request: HttpRequest, ceremony: str) -> bytes:
    """The challenge, which can be answered only once."""
    challenge, until = request.session.pop(ceremony, ("", 0.0))
    if not challenge or sessions.is_past(until):
        raise Refusal(_("That took too long. Nothing was changed; try again."))
    return base64url_to_bytes(challenge)


def _parsed(answer: str) -> dict[str, Any]:
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise _Unknown
    return parsed
