"""What the tests of second steps share: apps that make codes, and passkeys without a device."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import struct
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kbstrack.people import factors, queries
from kbstrack.people.proofs import Proof, ProofMethod
from tests.builders import MONDAY
from tests.pages import Page, Pages

ORIGIN = "https://portfolio.example"
HOST = "portfolio.example"

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def code_of(secret: str, at: datetime) -> str:
    """What an authenticator app shows at this moment."""
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def give_app(
    person_id: uuid.UUID, *, name: str = "My phone", at: datetime = MONDAY
) -> tuple[str, list[str]]:
    """Set up an app for somebody; its secret, and the recovery codes that came with it."""
    secret = pyotp.random_base32()
    codes = factors.add_totp(
        queries.actor_of(person_id),
        name=name,
        secret=secret,
        code=code_of(secret, at),
        proof=Proof(ProofMethod.PASSWORD, at),
        at=at,
    )
    return secret, codes


def give_passkey(
    person_id: uuid.UUID, device: Device, *, name: str = "My laptop", at: datetime = MONDAY
) -> list[str]:
    """Set up a passkey on this device for somebody; the recovery codes if it was the first."""
    challenge = os.urandom(32)
    return factors.add_passkey(
        queries.actor_of(person_id),
        name=name,
        answer=device.create(challenge, person_id),
        challenge=challenge,
        proof=Proof(ProofMethod.PASSWORD, at),
        at=at,
    )


@dataclass
class Device:
    """A phone that holds one passkey and answers as it is told, honestly or not."""

    origin: str = ORIGIN
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    count: int = 1
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes | None = None

    def create(self, challenge: bytes, person_id: uuid.UUID) -> str:
        """What a browser sends after making the passkey."""
        self.handle = person_id.bytes
        numbers = self.key.public_key().public_numbers()
        public_key = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._authenticator_data(HAS_KEY) + attested + public_key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", challenge),
            attestationObject=attestation,
        )

    def get(self, challenge: bytes) -> str:
        """What a browser sends after using the passkey."""
        self.count += 1
        client_data = self._client_data("webauthn.get", challenge)
        data = self._authenticator_data()
        signed = data + hashlib.sha256(client_data).digest()
        parts = {
            "clientDataJSON": client_data,
            "authenticatorData": data,
            "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        }
        if self.handle is not None:
            parts["userHandle"] = self.handle
        return self._answer(**parts)

    def _authenticator_data(self, more_flags: int = 0) -> bytes:
        host_hash = hashlib.sha256(self.host.encode()).digest()
        return host_hash + struct.pack(">BI", self.flags | more_flags, self.count)

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": text_of(challenge), "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> str:
        response = {name: text_of(value) for name, value in parts.items()}
        id_ = text_of(self.credential_id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})


def text_of(value: bytes) -> str:
    """Bytes as browsers write them."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def options_of(page: Page) -> dict[str, Any]:
    """What the page's script would ask a device for."""
    found: dict[str, Any] = json.loads(page.html.xpath("//@data-options")[0])
    return found


def challenge_of(page: Page) -> bytes:
    """The challenge on the page."""
    text = options_of(page)["challenge"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def codes_on(page: Page) -> list[str]:
    """The recovery codes that the page shows."""
    return re.findall(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", page.text)


def secret_on(page: Page) -> str:
    """The key that the page shows to be typed into an app."""
    return "".join(page.html.xpath("string(//code)").split())


def cookie(pages: Pages) -> str:
    """The session id that the browser holds."""
    found = pages.client.get_cookie("__Host-kbstrack", domain=HOST)
    assert found is not None
    return found.value


def is_in(pages: Pages) -> bool:
    """Whether somebody is signed in."""
    return pages.client.get("/account", base_url=ORIGIN).status_code == 200


def answer_with(pages: Pages, page: Page, answer: str) -> Page:
    """Send a wrong answer from the page's script to sign in with."""
    data = {"csrf_token": page.value_of("csrf_token"), "passkey": answer}
    return pages.post("/sign-in/passkey", data, status=422)
