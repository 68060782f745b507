"""A device that keeps passkeys (WebAuthn, Level 2), as far as tests need one: it answers what a browser asks."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key pair for one site; `flags` are what it says about its owner."""

    origin: str = "http://localhost"
    domain: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """A browser's result of `navigator.credentials.create()`, as JSON."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(self.flags | ATTESTED) + attested
        answer = {"attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._answer(self._client_data("webauthn.create", options), {**answer, "transports": ["internal"]})

    def get(self, options: dict[str, Any]) -> str:
        """A browser's result of `navigator.credentials.get()`, as JSON."""
        self.count += 1
        data, client_data = self._data(self.flags), self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(client_data, {"authenticatorData": _text(data), "signature": _text(signature)})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, client_data: bytes, response: dict[str, Any]) -> str:
        known = {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**known, "response": {"clientDataJSON": _text(client_data), **response}})


def _text(raw: bytes) -> str:
    return bytes_to_base64url(raw)
