"""The PDF of an issue, opened: its one signature field, and the files inside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String, settings

from kbstrack.sealing import extract, manifest
from kbstrack.sealing.findings import NotChecked
from kbstrack.sealing.signature import ByteRange

FIELD = "Signature"
RECORD = "record.json"
MOST_RECORD_BYTES = 200_000_000
# The largest of what has to be unpacked to find one's way is an object stream of 200 objects.
_MOST_UNPACKED_BYTES = 128_000_000
_KEPT = {
    manifest.NAME: manifest.MOST_BYTES,
    extract.NAME: extract.MOST_BYTES,
    RECORD: MOST_RECORD_BYTES,
}
_MOMENT = re.compile(r"D:(\d{14})Z")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside: `content` of ours only, and None when it is larger than any of these is."""

    name: str
    sha256: str
    size_bytes: int
    content: bytes | None


class Opened:
    """A PDF that can be read."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf

    @property
    def has_manifest(self) -> bool:
        """Whether it says that it is an issue."""
        return any(name == manifest.NAME for name, _ in self._files())

    def is_only_signature(self, covers: ByteRange) -> bool:
        """Whether its one field is signed by the signature that covers this, for no change."""
        fields = self._pdf.Root.AcroForm.Fields
        signature = fields[0].V
        reference = signature.Reference[0]
        said = [int(number) for number in signature.ByteRange]
        return bool(
            len(fields) == 1
            and str(fields[0].T) == FIELD
            and said == [0, covers.start, covers.end, covers.rest]
            and self._pdf.Root.Perms.DocMDP.objgen == signature.objgen
            and reference.TransformMethod == Name.DocMDP
            and int(reference.TransformParams.P) == 1
        )

    def signed_at(self) -> datetime | None:
        """When the signature says that it was made."""
        found = _MOMENT.fullmatch(str(self._pdf.Root.AcroForm.Fields[0].V.M))
        if found is None:
            return None
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)

    def files(self) -> Iterator[Embedded]:
        """Every file inside, one after the other; what is large is not kept."""
        for name, spec in self._files():
            stream = spec.EF.F
            if "/Filter" in stream or str(spec.UF) != name:
                raise NotChecked("The files inside it are not written as kbstrack writes them.")
            content = stream.read_raw_bytes()
            is_kept = len(content) <= _KEPT.get(name, -1)
            yield Embedded(
                name,
                hashlib.sha256(content).hexdigest(),
                len(content),
                content if is_kept else None,
            )

    def _files(self) -> Iterator[tuple[str, Object]]:
        names = self._pdf.Root.get("/Names")
        tree = names.get("/EmbeddedFiles") if isinstance(names, Dictionary) else None
        listed = tree.get("/Names") if isinstance(tree, Dictionary) else None
        if not isinstance(listed, Array):
            return
        for at in range(0, len(listed) - 1, 2):
            if not isinstance(listed[at], String):
                raise NotChecked("The files inside it are not written as kbstrack writes them.")
            yield str(listed[at]), listed[at + 1]


@contextmanager
def opened(file: BinaryIO) -> Iterator[Opened]:
    """The PDF in `file`. Raises NotChecked when it cannot be read, then or while it is read."""
    before = settings.set_qpdf_limits(flate_max_memory=_MOST_UNPACKED_BYTES)
    try:
        # Not mended: a reader that guesses could show another document than the one that is there.
        with pikepdf.open(
            file, attempt_recovery=False, suppress_warnings=True, inherit_page_attributes=False
        ) as pdf:
            yield Opened(pdf)
    except NotChecked:
        raise
    except Exception as error:
        # The library says in many ways that bytes make no sense to it.
        raise NotChecked("It is damaged: it cannot be read as a PDF.") from error
    finally:
        settings.set_qpdf_limits(flate_max_memory=int(before["flate_max_memory"]))
