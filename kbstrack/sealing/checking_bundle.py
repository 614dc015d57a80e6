"""Checking a bundle: its form, its manifest, every file in it, and the PDF of the issue inside."""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
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
    dos_moment,
)

PDF = "portfolio.pdf"
_CHUNK_BYTES = 1 << 18
# A bundle that was packed anew is somewhat smaller than its files, not a thousand times.
_MOST_TIMES, _MOST_MORE_BYTES = 20, 1_000_000_000
_NONE = (
    "It is no bundle of kbstrack: there is no manifest.json at its top, or in the one folder there."
)


def check_bundle(file: BinaryIO, keys: KeySet | None) -> list[Finding]:
    """Everything that can be checked of a bundle, or of one part. Raises NotChecked."""
    with _opened(file) as archive:
        infos = archive.infolist()
        if len(infos) > MOST_FILES:
            raise NotChecked(f"There are more than {MOST_FILES} files in it: no bundle has.")
        _check_room(infos, file.seek(0, 2))
        root, content = _manifest(archive)
        own = Listed(manifests.NAME, hashlib.sha256(content).hexdigest(), len(content))
        try:
            signed = read_manifest(content)
        except RuleBroken as error:
            raise NotChecked(str(error)) from error
        return list(_Bundle(file, archive, root, own=own, signed=signed, keys=keys).findings())


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except Exception as error:
        # The library says in many ways that bytes make no sense to it.
        raise NotChecked("It is damaged: it cannot be read as a ZIP.") from error


def _check_room(infos: list[zipfile.ZipInfo], size_bytes: int) -> None:
    """Before anything is unpacked: a small file must not fill a disk, or take days."""
    if sum(info.compress_size for info in infos) > size_bytes:
        raise NotChecked("Files in the ZIP lie over one another: in no bundle they do.")
    if sum(info.file_size for info in infos) > _MOST_TIMES * size_bytes + _MOST_MORE_BYTES:
        raise NotChecked("It would unpack to far more than any bundle of its size.")


def _manifest(archive: zipfile.ZipFile) -> tuple[str, bytes]:
    """The folder that the manifest lies in (with its slash, or none), and its bytes."""
    names = [name.rpartition(manifests.NAME) for name in archive.namelist()]
    roots = [folder for folder, name, rest in names if name and not rest]
    # An original of that name lies deeper.
    roots = [""] * roots.count("") or [each for each in roots if re.fullmatch("[^/]+/", each)]
    if len(roots) != 1:
        raise NotChecked(_NONE)
    info = archive.getinfo(roots[0] + manifests.NAME)
    try:
        return roots[0], b"".join(_content(archive, info, manifests.MOST_BYTES))
    except BadForm as error:
        raise NotChecked(f"Its manifest cannot be read: {error}") from error


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most_bytes: int) -> Iterator[bytes]:
    """A file's bytes in chunks, with its checksum checked at their end. Raises BadForm."""
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BadForm("it is packed in a way that no bundle is.")
    left = most_bytes
    try:
        with archive.open(info) as source:
            while chunk := source.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise BadForm("it is larger than it may be.")
                yield chunk
    except BadForm:
        raise
    except Exception as error:
        # The library says in many ways that bytes make no sense to it.
        raise BadForm("it is damaged.") from error


def _is_stored(info: zipfile.ZipInfo) -> bool:
    """Whether it is listed as a file whose bytes lie there as they are."""
    return (
        info.compress_type == zipfile.ZIP_STORED
        and info.compress_size == info.file_size
        and info.header_offset >= 0
        and len(info.filename.encode()) <= MOST_NAME_BYTES
    )


class _Bundle:
    def __init__(
        self,
        file: BinaryIO,
        archive: zipfile.ZipFile,
        root: str,
        *,
        own: Listed,
        signed: SignedManifest,
        keys: KeySet | None,
    ) -> None:
        self._file = file
        self._archive = archive
        self._infos = archive.infolist()
        self._root = root
        self._signed = signed
        self._keys = keys
        self._own = own

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
                f"It is part {said.part} of {said.parts} of issue {said.issue.number}, with the "
                f"code {said.issue.code}: check the others, too, each by itself.",
            )
        yield self._form()
        yield from self._files(said)
        yield from self._inside(said)

    def _form(self) -> Finding:
        if len({info.filename for info in self._infos}) != len(self._infos):
            return wrong("zip", "Two files in the ZIP have the same name.")
        if not all(_is_stored(info) for info in self._infos):
            return wrong("zip", "The ZIP was packed by another program than kbstrack.")
        moment = _moment(self._signed.manifest)
        packed = [
            Packed(info.filename, info.CRC, info.file_size, info.header_offset, moment)
            for info in self._infos
        ]
        try:
            check_form(self._file, packed)
        except (BadForm, UnicodeError) as error:
            return wrong("zip", str(error))
        return well("zip", "There is nothing in the ZIP but its files.")

    def _files(self, said: Manifest) -> Iterator[Finding]:
        own = f"{self._root}{manifests.NAME}"
        wanted = {own: self._own} | {f"{self._root}{file.name}": file for file in said.files}
        for info in self._infos:
            listed = wanted.pop(info.filename, None)
            if listed is None:
                if not info.is_dir():
                    yield wrong(
                        "file", f"“{info.filename}” is in it, but not named by the manifest."
                    )
            elif not self._is(info, listed):
                yield wrong("file", f"“{listed.name}” is not the file that the manifest names.")
            elif info.filename != own:
                yield well("file", f"“{listed.name}” is the file that the manifest names.")
        for missing in sorted(file.name for file in wanted.values()):
            yield wrong("file", f"“{missing}” is missing: the manifest names it.")

    def _is(self, info: zipfile.ZipInfo, listed: Listed) -> bool:
        """Whether it is that file."""
        digest, size_bytes = hashlib.sha256(), 0
        try:
            for chunk in _content(self._archive, info, listed.size_bytes):
                digest.update(chunk)
                size_bytes += len(chunk)
        except BadForm:
            return False
        return (digest.hexdigest(), size_bytes) == (listed.sha256, listed.size_bytes)

    def _inside(self, said: Manifest) -> Iterator[Finding]:
        """The PDF of the issue, which is in the first part."""
        if said.part != 1:
            return
        listed = _pdf_of(said)
        path = self._root + listed.name if listed else None
        info = next((each for each in self._infos if each.filename == path), None)
        if listed is None or info is None:
            yield wrong("pdf", f"The portfolio, {PDF}, is missing.")
            return
        with tempfile.TemporaryFile() as copy:
            try:
                for chunk in _content(self._archive, info, listed.size_bytes):
                    copy.write(chunk)
                checked = check_pdf(copy, self._keys)
            except RuleBroken as error:
                yield wrong("pdf", f"{PDF}: {error}")
                return
        for finding in checked.findings:
            yield Finding(finding.mark, f"pdf {finding.about}", f"{PDF}: {finding.sentence}")
        if checked.signed is not None:
            yield _sameness(said, checked.signed.manifest)
            yield from self._two_keys(checked.signed)

    def _two_keys(self, pdf: SignedManifest) -> Iterator[Finding]:
        """Whoever puts a true PDF between files of their own signs these with another key."""
        if self._keys is None and pdf.key.key_id != self._signed.key.key_id:
            yield wrong(
                "key",
                f"The bundle is signed with another key than {PDF}. Only the list of keys that you "
                "saved tells whether both are of one instance: give it with --keys.",
            )


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
