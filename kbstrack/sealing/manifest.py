"""The manifest: what belongs to an issue by name and SHA-256, signed with the instance's key.

It lies inside the PDF of an issue, and inside every part of a bundle. It is canonical JSON; the
signature is Ed25519 (RFC 8032) over the canonical JSON of all but `signature`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kbstrack.canonical import Json, canonical_json
from kbstrack.errors import RuleBroken
from kbstrack.record import keys
from kbstrack.record.keys import PublicKey

FORMAT = "kbstrack-manifest-1"
NAME = "manifest.json"
MOST_BYTES = 32_000_000

PORTFOLIO, BUNDLE = "portfolio", "bundle"

_WRONG = "The manifest is no manifest of kbstrack, or it was cut off or changed."


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that belongs to it: its name there, its bytes' SHA-256 (hex), and how many."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class IssueName:
    """Which issue it is; `enrolment` is an id, `frozen_at` a moment as the ledger writes it."""

    instance: str
    issued_by: str
    enrolment: str
    number: int
    kind: str
    code: str
    frozen_at: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a manifest says. `holds` is `portfolio` in a PDF and `bundle` in a ZIP, of which
    this may be one part of several; `ledger` is the head that the issue rests on."""

    holds: str
    issue: IssueName
    portfolio_sha256: str
    ledger: tuple[int, str]
    files: tuple[Listed, ...]
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest as it was found, with the key that it names, and whether that key signed it."""

    manifest: Manifest
    key: PublicKey
    is_signed: bool


def write_manifest(manifest: Manifest, key: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The manifest's file, signed; `sign` is that key's."""
    issue, (sequence, head) = manifest.issue, manifest.ledger
    said: dict[str, Json] = {
        "format": FORMAT,
        "holds": manifest.holds,
        "instance": issue.instance,
        "issued_by": issue.issued_by,
        "enrolment": issue.enrolment,
        "number": issue.number,
        "kind": issue.kind,
        "code": issue.code,
        "frozen_at": issue.frozen_at,
        "portfolio_sha256": manifest.portfolio_sha256,
        "ledger": {"sequence": sequence, "hash": head},
        "part": manifest.part,
        "parts": manifest.parts,
        "files": [
            {"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes}
            for file in sorted(manifest.files, key=lambda file: file.name.encode())
        ],
        "key": {"crv": "Ed25519", "kty": "OKP", "x": keys.encoded(key.point), "kid": key.key_id}
        | {"from": key.since},
    }
    return canonical_json({**said, "signature": keys.encoded(sign(canonical_json(said)))})


def read_manifest(content: bytes) -> SignedManifest:
    """What a manifest's file says. Raises RuleBroken when it is none, or not as we write them."""
    try:
        found = json.loads(content)
        signature = keys.decoded(found["signature"])
        said = {name: value for name, value in found.items() if name != "signature"}
        key = keys.listed_key(found["key"])
        manifest = _manifest(found)
        # The one way to write it: otherwise a changed byte could say the same.
        written = write_manifest(manifest, key, lambda _said: signature)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RuleBroken(_WRONG) from error
    if written != content:
        raise RuleBroken(_WRONG)
    return SignedManifest(manifest, key, key.has_signed(signature, canonical_json(said)))


def _manifest(found: dict[str, Any]) -> Manifest:
    """Raises KeyError, TypeError, ValueError."""
    files = tuple(
        Listed(_text(file["name"]), _text(file["sha256"]), _number(file["size_bytes"]))
        for file in found["files"]
    )
    if len({file.name for file in files}) != len(files):
        raise ValueError("two files have one name")
    names = ("instance", "issued_by", "enrolment")
    instance, issued_by, enrolment = (_text(found[name]) for name in names)
    kind, code, frozen_at = (_text(found[name]) for name in ("kind", "code", "frozen_at"))
    return Manifest(
        holds=_text(found["holds"]),
        issue=IssueName(
            instance, issued_by, enrolment, _number(found["number"]), kind, code, frozen_at
        ),
        portfolio_sha256=_text(found["portfolio_sha256"]),
        ledger=(_number(found["ledger"]["sequence"]), _text(found["ledger"]["hash"])),
        files=files,
        part=_number(found["part"]),
        parts=_number(found["parts"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("this is no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("this is no number")
    return value
