"""Small secrets that lie encrypted in the database, under a key made from the instance's own."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_NONCE_BYTES = 12


def seal(secret: bytes, *, about: bytes) -> bytes:
    """The secret, encrypted; it opens again only with the same `about` (whose it is)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, secret, about)


def unseal(sealed: bytes, *, about: bytes) -> bytes | None:
    """The secret; None when it was sealed by another instance, about another, or changed."""
    try:
        return _cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        return None


def _cipher() -> AESGCM:
    secret = current_app.secret_key
    assert secret
    key = secret if isinstance(secret, bytes) else secret.encode()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"kbstrack.people.sealing").derive(key))
