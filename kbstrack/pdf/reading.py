"""Reading the PDFs of a portfolio: each once, in limited processes, or as it was read before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kbstrack.pdf.foreign.pages import ForeignFile, Limits, as_json, from_json
from kbstrack.pdf.foreign.reading import read_pages
from kbstrack.storage.derived import DerivedStore


class PaperReader:
    """Leaves the pages of each PDF in `directory`, as `<key>.pdf`."""

    def __init__(
        self,
        directory: Path,
        read: Callable[[str], bytes],
        store: DerivedStore | None,
        versions: str,
    ) -> None:
        self._directory = directory
        self._read = read
        self._store = store
        self._versions = versions

    def read_all(
        self, hashes: Collection[str], *, at_once: int, limits: Limits | None = None
    ) -> dict[str, ForeignFile]:
        """What is in these PDFs, by the SHA-256 of their checked copies.

        What cannot be shown of one is a sentence in the answer. Raises whatever `read` raises.
        """
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            found = pool.map(lambda sha256: self._found(sha256, limits), hashes)
            return dict(zip(hashes, found, strict=True))

    def key(self, sha256: str) -> str:
        """The name under which the pages of this PDF lie."""
        return key_of(self._versions, sha256)

    def _found(self, sha256: str, limits: Limits | None) -> ForeignFile:
        key = self.key(sha256)
        kept = self._store.take(key) if self._store is not None else None
        result = self._directory / f"{key}.pdf"
        if kept is not None:
            said, _, pages = kept.partition(b"\n")
            result.write_bytes(pages)
            return from_json(json.loads(said))
        original = self._directory / f"{key}.original"
        original.write_bytes(self._read(sha256))
        found = read_pages(original, result, limits=limits)
        original.unlink()
        if self._store is not None:
            pages = result.read_bytes() if found.pages else b""
            self._store.keep(key, json.dumps(as_json(found)).encode() + b"\n" + pages)
        return found


def key_of(versions: str, sha256: str) -> str:
    """The name under which the pages of a PDF lie, as this version of kbstrack draws them."""
    return hashlib.sha256(f"paper\0{versions}\0{sha256}".encode()).hexdigest()
