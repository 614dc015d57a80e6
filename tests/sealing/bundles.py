"""Bundles as kbstrack writes them: Python's zipfile, on a stream that cannot be wound back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from kbstrack.clock import LONDON
from kbstrack.ledger.rules import moment
from kbstrack.record import keys
from kbstrack.sealing.manifest import BUNDLE, IssueName, Listed, Manifest, write_manifest
from tests.sealing.certificates import AT

ROOT = "Portfolio ST0321 Amara Nwosu-Bell 9000000016 issue 2/"


class Sink:
    """Takes what is written, in order."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, chunk: bytes) -> int:
        self.content += chunk
        return len(chunk)

    def flush(self) -> None:
        pass


def zipped(
    files: Iterable[tuple[str, bytes]], *, method: int = ZIP_STORED, at: datetime = AT
) -> bytes:
    """These files as a ZIP."""
    sink = Sink()
    with ZipFile(sink, "w") as archive:
        for name, content in files:
            local = at.astimezone(LONDON)
            info = ZipInfo(name, local.timetuple()[:6])
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            info.compress_type = method
            info.file_size = len(content)
            with archive.open(info, "w") as target:
                target.write(content)
    return bytes(sink.content)


def manifest_of(
    home: Path,
    pdf_manifest: Manifest,
    files: dict[str, bytes],
    *,
    part: int = 1,
    parts: int = 1,
    issue_name: IssueName | None = None,
) -> bytes:
    """The signed manifest of a bundle with these files."""
    known = keys.ensure_key(home, AT)
    said = Manifest(
        holds=BUNDLE,
        issue=issue_name or pdf_manifest.issue,
        portfolio_sha256=pdf_manifest.portfolio_sha256,
        ledger=pdf_manifest.ledger,
        files=tuple(
            Listed(name, hashlib.sha256(content).hexdigest(), len(content))
            for name, content in files.items()
        ),
        part=part,
        parts=parts,
    )
    assert said.issue.frozen_at == moment(AT)
    return write_manifest(said, known.keys[-1], lambda content: keys.sign(home, content))
