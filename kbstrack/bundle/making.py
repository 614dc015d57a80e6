"""Making a bundle: first its plan, with every size and hash in it, then one part at a time.

    parts = plan_bundle(issue, Layout.PLAIN, most_bytes=…, originals=store, key=…, sign=…)
    for chunk in stream_part(parts[0], store): …

A plan is made of what the issue says, so it is the same whenever it is made: a page may plan
again for every part that somebody downloads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.layouts import MOST_PARTS, Laid, lay_out, part_root
from kbstrack.bundle.parts import Share, places, split
from kbstrack.bundle.readme import readme
from kbstrack.bundle.zipped import (
    MOST_FRAME_BYTES,
    Entry,
    Originals,
    damaged,
    document,
    most_bytes_of,
    zip_size,
    zip_stream,
)
from kbstrack.canonical import canonical_json
from kbstrack.errors import NotFound, RuleBroken, refuse_any
from kbstrack.record.keys import PublicKey
from kbstrack.sealing import manifest as manifests
from kbstrack.sealing.manifest import BUNDLE, Listed, Manifest, write_manifest

DEFAULT_MOST_BYTES = 2_000_000_000
README = "README.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """One ZIP of a bundle: `size_bytes` is exact; `entries` are its files in their order."""

    name: str
    number: int
    count: int
    size_bytes: int
    entries: tuple[Entry, ...]
    at: datetime


def plan_bundle(
    issue: FrozenIssue,
    layout: Layout,
    *,
    most_bytes: int = DEFAULT_MOST_BYTES,
    originals: Originals,
    key: PublicKey,
    sign: Callable[[bytes], bytes],
) -> tuple[Part, ...]:
    """The parts of a bundle, none larger than `most_bytes`; `sign` is that key's.

    `originals` holds the PDF, the record, the ledger's file and what people handed in. Raises
    RuleBroken, which names every file that is not there as it was handed in or that is larger than
    a part may be.
    """
    laid = lay_out(issue, layout)
    _check_present(laid, originals)
    longest_root = part_root(laid.root, MOST_PARTS, MOST_PARTS)
    shares = split(
        laid,
        room_bytes=most_bytes - _overhead(issue, laid, longest_root),
        most_bytes=most_bytes,
        cost=partial(_cost, longest_root),
    )
    sealing = _Sealing(issue, key, sign)
    return tuple(_part(laid, shares, number, sealing) for number in range(1, len(shares) + 1))


def stream_part(part: Part, originals: Originals) -> Iterator[bytes]:
    """The bytes of one part, in chunks, in constant memory.

    Raises NotFound or RuleBroken in between when a file was damaged since it was planned: what was
    sent until then is no whole ZIP.
    """
    return zip_stream(part.entries, originals, part.at)


@dataclass(frozen=True, slots=True)
class _Sealing:
    """What a part's manifest needs beside the files."""

    issue: FrozenIssue
    key: PublicKey
    sign: Callable[[bytes], bytes]

    def manifest(self, files: Sequence[Entry], number: int, count: int) -> bytes:
        issue = self.issue
        found = Manifest(
            holds=BUNDLE,
            issue=issue.name,
            portfolio_sha256=issue.portfolio_sha256,
            ledger=(issue.portfolio.ledger_sequence, issue.portfolio.ledger_hash),
            files=tuple(Listed(file.path, file.sha256, file.size_bytes) for file in files),
            part=number,
            parts=count,
        )
        return write_manifest(found, self.key, self.sign)


def _part(laid: Laid, shares: Sequence[Share], number: int, sealing: _Sealing) -> Part:
    count, root = len(shares), part_root(laid.root, number, len(shares))
    text = readme(sealing.issue, laid, number=number, count=count, places=places(shares))
    files = [document(README, text), *shares[number - 1].entries]
    manifest = document(manifests.NAME, sealing.manifest(files, number, count))
    entries = tuple(
        replace(entry, path=f"{root}/{entry.path}") for entry in (files[0], manifest, *files[1:])
    )
    return Part(
        name=f"{root}.zip",
        number=number,
        count=count,
        size_bytes=zip_size(entries),
        entries=entries,
        at=sealing.issue.said.frozen_at,
    )


def _cost(root: str, entry: Entry) -> int:
    """The most that a file takes up: in the ZIP, and as a line of the manifest."""
    line = canonical_json(
        {"name": entry.path, "sha256": entry.sha256, "size_bytes": entry.size_bytes}
    )
    return most_bytes_of(replace(entry, path=f"{root}/{entry.path}")) + len(line) + 2


def _overhead(issue: FrozenIssue, laid: Laid, root: str) -> int:
    """The most that a part takes up besides the files it shares out."""
    numbers = {piece.piece.number: (MOST_PARTS - 1, MOST_PARTS) for piece in laid.pieces}
    text = readme(issue, laid, number=MOST_PARTS, count=MOST_PARTS, places=numbers)
    # Of a manifest without files, whichever key will sign it.
    blank = PublicKey("x" * 43, bytes(32), "2000-01-01T00:00:00.000000+00:00")
    empty = _Sealing(issue, blank, lambda _said: bytes(64)).manifest((), MOST_PARTS, MOST_PARTS)
    own = (document(README, text), document(manifests.NAME, empty))
    return MOST_FRAME_BYTES + sum(_cost(root, entry) for entry in own)


def _check_present(laid: Laid, originals: Originals) -> None:
    entries = (*laid.documents, *(entry for piece in laid.pieces for entry in piece.entries))
    refuse_any(
        RuleBroken(damaged(entry))
        for entry in entries
        if entry.content is None and _size(entry, originals) != entry.size_bytes
    )


def _size(entry: Entry, originals: Originals) -> int | None:
    try:
        return originals.size(entry.sha256)
    except NotFound:
        return None
