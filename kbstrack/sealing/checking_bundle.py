"""Checking a bundle: its form, its manifest, every file in it, and the PDF of the issue inside."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from kbstrack.errors import RuleBroken
from kbstrack.record.keys import KeySet
from kbstrack.sealing import manifest as manifests
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import Finding, NotChecked, note, well, wrong
from kbstrack.sealing.keyed import key_finding
from kbstrack.sealing.manifest import BUNDLE, Listed, Manifest, SignedManifest, read_manifest
from kbstrack.sealing.zipform import (
    MOST_DAY,
    MOST_FILES,
    MOST_NAME_BYTES,
    BadForm,
    Packed,
    check_form,
    content_of,
    dos_moment,
)

PDF = "portfolio.pdf"
_IN_MEMORY = 8_000_000
_NONE = (
    "It is no bundle of kbstrack: there is no manifest.json at its top, or in the one folder there."
)


def check_bundle(file: BinaryIO, keys: KeySet | None) -> list[Finding]:
    """Everything that can be checked of a bundle, or of one part. Raises NotChecked."""
    infos = _infos(file)
    root, content = _manifest(file, infos)
    own = Listed(manifests.NAME, hashlib.sha256(content).hexdigest(), len(content))
    try:
        signed = read_manifest(content)
    except RuleBroken as error:
        raise NotChecked(str(error)) from error
    return list(_Bundle(file, infos, root, own=own, signed=signed, keys=keys).findings())


def _infos(file: BinaryIO) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except Exception as error:
        # The library says in many ways that bytes make no sense to it.
        raise NotChecked("It is damaged: it cannot be read as a ZIP.") from error
    if len(found) > MOST_FILES:
        raise NotChecked(f"There are more than {MOST_FILES} files in it: no bundle has.")
    return found


def _manifest(file: BinaryIO, infos: list[zipfile.ZipInfo]) -> tuple[str, bytes]:
    """The folder that the manifest lies in (with its slash), and its bytes."""
    tops = {info.filename.partition("/")[0] for info in infos if "/" in info.filename}
    roots = ["", *(f"{top}/" for top in tops if len(tops) == 1)]
    found = [
        (root, info)
        for info in infos
        for root in roots
        if info.filename == f"{root}{manifests.NAME}"
    ]
    if len(found) != 1:
        raise NotChecked(_NONE)
    root, info = found[0]
    if info.file_size > manifests.MOST_BYTES:
        raise NotChecked("Its manifest is larger than any that kbstrack writes.")
    try:
        # The moment stands in the manifest; where the bytes lie does not depend on it.
        return root, b"".join(content_of(file, _packed(info, (0, 0))))
    except BadForm as error:
        raise NotChecked(f"Its manifest cannot be read. {error}") from error


def _packed(info: zipfile.ZipInfo, moment: tuple[int, int]) -> Packed:
    """Raises NotChecked where the list of contents says what no ZIP can hold."""
    if info.header_offset < 0 or len(info.filename.encode()) > MOST_NAME_BYTES:
        raise NotChecked("It is damaged: it cannot be read as a ZIP.")
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        raise NotChecked(
            "Its files are packed in another way than in a bundle of kbstrack: somebody packed "
            "them anew."
        )
    return Packed(
        path=info.filename,
        crc=info.CRC,
        size_bytes=info.file_size,
        header_at=info.header_offset,
        moment=moment,
    )


class _Bundle:
    def __init__(
        self,
        file: BinaryIO,
        infos: list[zipfile.ZipInfo],
        root: str,
        *,
        own: Listed,
        signed: SignedManifest,
        keys: KeySet | None,
    ) -> None:
        self._file = file
        self._root = root
        self._signed = signed
        self._keys = keys
        self._own = own
        moment = _moment(signed.manifest)
        self._packed = [_packed(info, moment) for info in infos]

    def findings(self) -> Iterator[Finding]:
        said = self._signed.manifest
        if not self._signed.is_signed or said.holds != BUNDLE:
            yield wrong("manifest", "The manifest of the bundle is not signed with its key.")
        else:
            yield well(
                "manifest",
                f"The manifest of the bundle is signed with the key {self._signed.key.key_id}.",
            )
        yield key_finding(self._signed, self._keys, None)
        if said.parts > 1:
            yield note(
                "part",
                f"It is part {said.part} of {said.parts}: check the others, too, each by itself.",
            )
        yield self._form()
        yield from self._files(said)
        yield from self._inside(said)

    def _form(self) -> Finding:
        names = [packed.path for packed in self._packed]
        if len(set(names)) != len(names):
            return wrong("zip", "Two files in the ZIP have the same name.")
        try:
            check_form(self._file, self._packed)
        except (BadForm, UnicodeError) as error:
            return wrong("zip", str(error))
        return well("zip", "There is nothing in the ZIP but its files.")

    def _files(self, said: Manifest) -> Iterator[Finding]:
        own = f"{self._root}{manifests.NAME}"
        wanted = {own: self._own} | {f"{self._root}{file.name}": file for file in said.files}
        for packed in self._packed:
            listed = wanted.pop(packed.path, None)
            if listed is None:
                yield wrong("file", f"“{packed.path}” is in it, but not named by the manifest.")
            elif not self._is(packed, listed):
                yield wrong("file", f"“{listed.name}” is not the file that the manifest names.")
            elif packed.path != own:
                yield well("file", f"“{listed.name}” is the file that the manifest names.")
        for missing in sorted(file.name for file in wanted.values()):
            yield wrong("file", f"“{missing}” is missing: the manifest names it.")

    def _is(self, packed: Packed, listed: Listed) -> bool:
        """Whether it is that file, and its checksum is right, too."""
        digest, crc = hashlib.sha256(), 0
        if packed.size_bytes != listed.size_bytes:
            return False
        try:
            for chunk in content_of(self._file, packed):
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
        except BadForm:
            return False
        return (digest.hexdigest(), crc) == (listed.sha256, packed.crc)

    def _inside(self, said: Manifest) -> Iterator[Finding]:
        """The PDF of the issue, which is in the first part."""
        if said.part != 1:
            return
        listed = _pdf_of(said)
        path = self._root + listed.name if listed else None
        packed = next((each for each in self._packed if each.path == path), None)
        if listed is None or packed is None:
            yield wrong("pdf", f"The portfolio, {PDF}, is missing.")
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            try:
                for chunk in content_of(self._file, packed):
                    copy.write(chunk)
                copy.rollover()
                checked = check_pdf(copy, self._keys)  # type: ignore[arg-type]
            except RuleBroken as error:
                yield wrong("pdf", f"{PDF}: {error}")
                return
        for finding in checked.findings:
            yield Finding(finding.mark, f"pdf {finding.about}", f"{PDF}: {finding.sentence}")
        if checked.signed is not None:
            yield _sameness(said, checked.signed.manifest)


def _moment(said: Manifest) -> tuple[int, int]:
    """The moment that all files carry: that of freezing. Zeros where a ZIP cannot have it."""
    try:
        day, time = dos_moment(datetime.fromisoformat(said.issue.frozen_at))
    except (ValueError, OverflowError):
        return (0, 0)
    return (day, time) if 0 <= day <= MOST_DAY else (0, 0)


def _pdf_of(said: Manifest) -> Listed | None:
    """The portfolio: originals of that name lie in folders below it."""
    found = [file for file in said.files if file.name.rpartition("/")[2] == PDF]
    return min(found, key=lambda file: file.name.count("/"), default=None)


def _sameness(bundle: Manifest, pdf: Manifest) -> Finding:
    ours = {file.name: file.sha256 for file in bundle.files}
    is_same = (bundle.issue, bundle.portfolio_sha256, bundle.ledger) == (
        pdf.issue,
        pdf.portfolio_sha256,
        pdf.ledger,
    ) and all(ours.get(file.name, file.sha256) == file.sha256 for file in pdf.files)
    if not is_same:
        return wrong("issue", f"The bundle and {PDF} are not of one issue.")
    return well("issue", f"The bundle is of the same issue as {PDF}.")
