"""The instance's keys for checkpoints: Ed25519, one file each, the last one signs."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import re
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from kbstrack.canonical import Json, canonical_json
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.ledger.rules import moment

FOLDER = "keys"
_NAME = re.compile(r"key-(\d{4})\.json")
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as everybody may know it; `until` is None for the one that signs now."""

    key_id: str
    point: bytes
    since: str
    until: str | None = None

    @property
    def since_at(self) -> datetime:
        """From when it signed."""
        return datetime.fromisoformat(self.since)

    @property
    def until_at(self) -> datetime | None:
        """Until when it signed; None for the one that signs now."""
        return None if self.until is None else datetime.fromisoformat(self.until)

    def jwk(self) -> dict[str, Json]:
        """As RFC 8037 writes it, with when it signed."""
        times: dict[str, Json] = {"from": self.since}
        if self.until is not None:
            times["until"] = self.until
        return {**_jwk(self.point), "kid": self.key_id, "use": "sig", "alg": "EdDSA", **times}

    def has_signed(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature is of this key and over these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.point).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class KeySet:
    """Whose keys, and which, the oldest first."""

    instance: str
    keys: tuple[PublicKey, ...]

    def key(self, key_id: str) -> PublicKey | None:
        """The key with this id."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    def plain(self) -> dict[str, Json]:
        """As `/.well-known/kbstrack-keys.json` shows it: a JWK set and the instance's id."""
        return {"instance": self.instance, "keys": [key.jwk() for key in self.keys]}


def key_id_of(point: bytes) -> str:
    """The thumbprint of RFC 7638."""
    return encoded(hashlib.sha256(canonical_json(_jwk(point))).digest())


def public_keys(home: Path) -> KeySet | None:
    """The keys of the instance in `home`; None while none was made. Makes none."""
    kept = [_read(path) for path in _files(home)]
    if not kept:
        return None
    return KeySet(
        str(kept[0]["instance"]),
        tuple(_public(*pair) for pair in zip(kept, [*kept[1:], None], strict=True)),
    )


def sign(home: Path, content: bytes) -> bytes:
    """The signature of the key that signs now. Raises RuleBroken when it cannot be read."""
    return _private(_read(_files(home)[-1])).sign(content)


def ensure_key(home: Path, at: datetime) -> KeySet:
    """The instance's keys; the first one is made if there is none.

    Of two processes that make it at once, one wins and both use that one.
    """
    if not _files(home):
        with contextlib.suppress(FileExistsError):
            _make(home, 1, str(uuid.uuid4()), at)
    found = public_keys(home)
    assert found is not None
    return found


def rotate_key(home: Path, at: datetime) -> KeySet:
    """Make a new key, which signs from now on; the former ones stay listed.

    Raises Conflict when somebody else did so at the same moment.
    """
    present = ensure_key(home, at)
    try:
        _make(home, len(present.keys) + 1, present.instance, at)
    except FileExistsError:
        raise Conflict("Somebody else made a new key at this moment: nothing was done.") from None
    found = public_keys(home)
    assert found is not None
    return found


def read_keys(path: Path) -> KeySet:
    """The public keys in a file that was saved from an instance. Raises RuleBroken."""
    wrong = (
        f"{path} is no list of kbstrack's keys: save /.well-known/kbstrack-keys.json of the "
        "instance, or what `kbstrack ledger keys` writes."
    )
    found = read_json(path, MOST_BYTES, wrong)
    try:
        keys = tuple(listed_key(key) for key in found["keys"])
        instance = found["instance"]
    except (KeyError, TypeError, ValueError) as error:
        raise RuleBroken(wrong) from error
    if not keys or not isinstance(instance, str):
        raise RuleBroken(wrong)
    return KeySet(instance, keys)


def read_json(path: Path, most_bytes: int, wrong: str) -> dict[str, Any]:
    """The JSON object in a file of no more than so many bytes. Raises RuleBroken with `wrong`."""
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise RuleBroken(f"{wrong} It is larger than any such file.")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RuleBroken(wrong) from error
    if not isinstance(found, dict):
        raise RuleBroken(wrong)
    return found


def put_new(path: Path, content: bytes) -> None:
    """Write a secret for its owner only, all or nothing. Raises FileExistsError if it is there."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".key-") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        # A link is all or nothing: of two processes that make this key at once, one wins.
        os.link(file.name, path)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def listed_key(key: Any) -> PublicKey:
    """A key as `PublicKey.jwk` writes it. Raises KeyError, TypeError, ValueError."""
    point = decoded(key["x"])
    Ed25519PublicKey.from_public_bytes(point)
    if key["crv"] != "Ed25519" or key["kid"] != key_id_of(point):
        raise ValueError("this is not the key that it names")
    until = None if key.get("until") is None else _moment_in(key["until"])
    return PublicKey(key["kid"], point, _moment_in(key["from"]), until)


def encoded(content: bytes) -> str:
    """Base64url without padding, as JSON Web Keys write bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: object) -> bytes:
    """The bytes that `encoded` wrote. Raises ValueError."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("this is not base64url")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("this is not base64url") from error


def _jwk(point: bytes) -> dict[str, Json]:
    return {"crv": "Ed25519", "kty": "OKP", "x": encoded(point)}


def _moment_in(text: Any) -> str:
    """The text, if it is a moment as keys have it. Raises TypeError, ValueError."""
    if moment(datetime.fromisoformat(text)) != text:
        raise ValueError("this is not a moment")
    return str(text)


def _files(home: Path) -> list[Path]:
    folder = home / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _read(path: Path) -> dict[str, Any]:
    """A private key's file. Raises RuleBroken when it was damaged."""
    wrong = f"The key in {path} is damaged: put the file back from your last backup."
    found = read_json(path, MOST_BYTES, wrong)
    try:
        point = _private(found).public_key().public_bytes_raw()
        is_whole = key_id_of(point) == found["kid"] and found["instance"]
        _moment_in(found["from"])
    except (KeyError, TypeError, ValueError):
        is_whole = False
    if not is_whole:
        raise RuleBroken(wrong)
    return found


def _private(key: dict[str, Any]) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(decoded(key["d"]))


def _public(key: dict[str, Any], following: dict[str, Any] | None) -> PublicKey:
    until = str(following["from"]) if following else None
    return PublicKey(str(key["kid"]), decoded(key["x"]), str(key["from"]), until)


def _make(home: Path, number: int, instance: str, at: datetime) -> None:
    """Write a new key, all or nothing. Raises FileExistsError when there is one of this number."""
    private = Ed25519PrivateKey.generate()
    point = private.public_key().public_bytes_raw()
    content = canonical_json(
        {
            **_jwk(point),
            "d": encoded(private.private_bytes_raw()),
            "kid": key_id_of(point),
            "from": moment(at),
            "instance": instance,
        }
    )
    put_new(home / FOLDER / f"key-{number:04}.json", content)
