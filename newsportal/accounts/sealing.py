"""How second factors are stored, so that a copy of the database alone opens no account.

Keys of authenticator apps are encrypted (AES-256-GCM, NIST SP 800-38D), recovery codes are keyed hashes. Both use keys
derived from `SECRET_KEY`; an earlier one stays valid for as long as it is in `SECRET_KEY_FALLBACKS`.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

_NONCE_BYTES = 12
# Not hexadecimal, unlike the keys that earlier versions stored unsealed.
_SEALED = "sealed:"
# What fits where `django_otp` keeps a code.
_DIGEST_CHARACTERS = 16


class Unreadable(Exception):
    """A key was sealed with a `SECRET_KEY` that is not known here."""


def seal(key: bytes, *, owner: int) -> str:
    """An app's key as it is stored; it can be opened only for its owner (an account's number)."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, key, _bound_to(owner))
    return _SEALED + urlsafe_b64encode(nonce + sealed).decode()


def unseal(kept: str, *, owner: int) -> bytes:
    """The key itself, also one stored before keys were sealed (hexadecimal). Raises Unreadable."""
    if not kept.startswith(_SEALED):
        return bytes.fromhex(kept)
    sealed = urlsafe_b64decode(kept.removeprefix(_SEALED))
    for secret in _secrets():
        try:
            return _cipher(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(owner))
        except InvalidTag:
            continue
    raise Unreadable("SECRET_KEY is another one than when this authenticator app was set up")


def is_current(kept: str, *, owner: int) -> bool:
    """Whether a key is sealed with the present `SECRET_KEY`."""
    sealed = urlsafe_b64decode(kept.removeprefix(_SEALED)) if kept.startswith(_SEALED) else b""
    try:
        _cipher(settings.SECRET_KEY).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(owner))
    except (InvalidTag, ValueError):
        return False
    return True


def digest(code: str, *, owner: int) -> str:
    """A recovery code as it is stored."""
    return next(digests(code, owner=owner))


def digests(code: str, *, owner: int) -> Iterator[str]:
    """The same with each known `SECRET_KEY`, the present one first."""
    for secret in _secrets():
        made = salted_hmac("newsportal.accounts.recovery", f"{owner}:{code}", secret=secret, algorithm="sha256")
        yield made.hexdigest()[:_DIGEST_CHARACTERS]


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _cipher(secret: str) -> AESGCM:
    return AESGCM(salted_hmac("newsportal.accounts.sealing", "", secret=secret, algorithm="sha256").digest())


def _bound_to(owner: int) -> bytes:
    return f"account {owner}".encode()
