"""What a backup says of itself: when, of what, and every part with its size and SHA-256."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from kbstrack.backup.archive import BadArchive, Member, is_name
from kbstrack.canonical import canonical_json

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Pin:
    """A standard's version that enrolments are pinned to, with the hash they name."""

    reference: str
    version: str
    content_hash: str

    @property
    def member(self) -> str:
        """The part of the backup that holds its file."""
        return f"standards/{self.reference}-{self.version}.yaml"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup; `lost` is what was missing already when it was made."""

    program: str
    made_at: str
    database: str
    revision: str
    rows: Mapping[str, int]
    members: tuple[Member, ...]
    pins: tuple[Pin, ...] = ()
    lost: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def files(self) -> tuple[Member, ...]:
        """The uploaded files and their copies."""
        return tuple(member for member in self.members if member.name.startswith("files/"))

    def as_bytes(self) -> bytes:
        """Canonical JSON."""
        facts: dict[str, Any] = asdict(self)
        for name in ("members", "pins", "lost"):
            facts[name] = list(facts[name])
        files = self.files
        facts["counts"] = {
            "files": len(files),
            "file_bytes": sum(member.size_bytes for member in files),
            "rows": sum(self.rows.values()),
        }
        return canonical_json(facts)


def read(content: bytes) -> Manifest:
    """The manifest in these bytes. Raises BadArchive when it is not one this program writes."""
    try:
        facts = json.loads(content)
        facts.pop("counts")
        manifest = Manifest(
            **facts
            | {
                "members": tuple(Member(**it) for it in facts["members"]),
                "pins": tuple(Pin(**it) for it in facts["pins"]),
                "lost": tuple(facts["lost"]),
            }
        )
        is_canonical = manifest.as_bytes() == content and _is_plain(manifest)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        is_canonical = False
    if not is_canonical:
        raise BadArchive("Its manifest is not written as kbstrack writes it.")
    return manifest


def _is_plain(manifest: Manifest) -> bool:
    """Every value is of the kind it should be, and no part is named twice or wrongly."""
    names = [member.name for member in manifest.members]
    return (
        manifest.format == FORMAT
        and datetime.fromisoformat(manifest.made_at).tzinfo is not None
        and _are(str, [manifest.program, manifest.made_at, manifest.database, manifest.revision])
        and _are(str, [*manifest.rows, *manifest.lost])
        and _are(str, [text for pin in manifest.pins for text in asdict(pin).values()])
        and _are(int, manifest.rows.values())
        and _are(int, [member.size_bytes for member in manifest.members])
        and all(member.size_bytes >= 0 for member in manifest.members)
        and len(set(names)) == len(names)
        and all(is_name(name) for name in names)
    )


def _are(kind: type, values: Iterable[object]) -> bool:
    return all(type(value) is kind for value in values)
