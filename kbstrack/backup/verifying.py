"""Proving a backup: every byte against the manifest, and the manifest against the database."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kbstrack.backup import manifest as manifests
from kbstrack.backup import snapshot
from kbstrack.backup.archive import (
    BLOCK_BYTES,
    DATABASE,
    MARK,
    SECRET_KEY,
    BadArchive,
    Member,
    Part,
    check_mark,
    padded,
    part_at,
    read_manifest,
    read_part,
)
from kbstrack.backup.disk import say_disk_troubles
from kbstrack.backup.manifest import FORMAT, Manifest
from kbstrack.backup.progress import SILENT, Progress
from kbstrack.backup.soundness import Finding, sqlite_findings
from kbstrack.standards.checks import check_bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a backup's check. `manifest` is None where it cannot be read.

    `lost` is what was missing already when an incomplete backup was made, as the manifest says.
    """

    manifest: Manifest | None
    sha256: str
    findings: tuple[Finding, ...]
    lost: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is there, as it was."""
        return not self.findings and not self.lost


def verify_backup(path: Path, *, seal: str | None = None, progress: Progress = SILENT) -> Verified:
    """Read all of a backup and say what is wrong with it.

    `seal` is the one that was noted when it was made: another whole backup has another.
    The database's copy is opened in the folder for temporary files (TMPDIR). Raises RuleBroken
    when the file cannot be read or there is no room for the copy.
    """
    with say_disk_troubles(path, "The backup was not checked"), path.open("rb") as file:
        return verify_file(file, seal=seal, progress=progress)


def verify_file(
    file: BinaryIO, *, seal: str | None = None, progress: Progress = SILENT
) -> Verified:
    """`verify_backup` for a file that is open already."""
    try:
        if check_mark(file) > FORMAT:
            raise BadArchive(
                "It was made by a newer version of kbstrack: use that version, or a newer one."
            )
        content, sha256, end = read_manifest(file)
        manifest = manifests.read(content)
        if seal is not None and seal.strip().lower() != sha256:
            raise BadArchive(f"It is not the backup you noted: its seal is {sha256}.")
    except BadArchive as problem:
        return Verified(None, "", (Finding("file", str(problem)),))
    progress.start("checking the backup", end)
    place = Path(tempfile.gettempdir())
    with (
        say_disk_troubles(place, "The backup was not checked"),
        tempfile.TemporaryDirectory(prefix="kbstrack-verify-") as folder,
    ):
        copy = Path(folder) / DATABASE
        findings = list(_check_parts(file, manifest, end, copy, progress))
        lost: list[Finding] = []
        if copy.exists() and not any(finding.place == DATABASE for finding in findings):
            findings += _check_contents(file, manifest, copy)
            lost = [_say_lost(name) for name in manifest.lost]
    return Verified(manifest, sha256, tuple(findings), tuple(lost))


def parts(file: BinaryIO, manifest: Manifest, end: int) -> Iterator[tuple[Part, Member | None]]:
    """What stands before the manifest, with the member that it is by its name.

    Where a heading cannot be read, it is taken for that of the member whose turn it is.
    """
    turns = {member.name: turn for turn, member in enumerate(manifest.members)}
    turn = offset = 0
    while offset < end:
        file.seek(offset)
        part = part_at(file.read(BLOCK_BYTES), offset)
        if part.name is not None:
            turn = turns.get(part.name, turn)
            is_known = part.name in turns
            offset = part.next_offset
        else:
            is_known = turn < len(manifest.members)
            offset = end
        member = manifest.members[turn] if is_known else None
        if part.name is None and member is not None:
            offset = part.offset + BLOCK_BYTES + padded(member.size_bytes)
        turn += is_known
        yield part, member
    if offset != end:
        yield Part(None, 0, end), None


def _check_parts(
    file: BinaryIO, manifest: Manifest, end: int, copy: Path, progress: Progress
) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for part, member in parts(file, manifest, end):
        progress.add(BLOCK_BYTES + padded(member.size_bytes if member else 0))
        if member is None:
            yield _say_stranger(part)
            continue
        if member.name in seen:
            yield Finding(member.name, "It stands there a second time.")
        seen[member.name] = part.offset
        if part.name is None:
            yield Finding(member.name, "Its heading was changed.")
        else:
            yield from _check_part(file, part, member, copy)
    wanted = [member.name for member in manifest.members]
    yield from (Finding(name, "It is missing.") for name in wanted if name not in seen)
    if list(seen) != [name for name in wanted if name in seen]:
        yield Finding("end", "Its parts are in another order than in the manifest.")


def _check_part(file: BinaryIO, part: Part, member: Member, copy: Path) -> Iterator[Finding]:
    digest = hashlib.sha256()
    try:
        with ExitStack() as stack:
            keep = stack.enter_context(copy.open("wb")) if member.name == DATABASE else None
            for chunk in read_part(file, part):
                digest.update(chunk)
                if keep is not None:
                    keep.write(chunk)
    except BadArchive as problem:
        yield Finding(member.name, str(problem))
        return
    if (part.size_bytes, digest.hexdigest()) != (member.size_bytes, member.sha256):
        yield Finding(
            member.name,
            "It is not what the manifest names: changed, or of another backup.",
        )


def _check_contents(file: BinaryIO, manifest: Manifest, copy: Path) -> Iterator[Finding]:
    """The manifest agrees with the database, whose copy is sound; standards say what was pinned."""
    with snapshot.opened(copy) as database:
        unsound = list(sqlite_findings(database))
        yield from unsound
        if not unsound:
            yield from _check_against(database, manifest)
    yield from _check_standards(file, manifest)


def _check_against(database: sqlite3.Connection, manifest: Manifest) -> Iterator[Finding]:
    counted = snapshot.count_rows(database)
    if counted != manifest.rows or snapshot.revision_in(database) != manifest.revision:
        yield Finding(DATABASE, "Its revision or numbers of rows are not those of the manifest.")
    members = {member.name: member for member in manifest.members}
    for name in (MARK, DATABASE, SECRET_KEY):
        if name not in members:
            yield Finding(name, "It is missing, also from the manifest.")
    files = snapshot.files_in(database)
    for sha256, size_bytes in files.items():
        name = f"files/{sha256}"
        if members.get(name) != Member(name, size_bytes, sha256) and name not in manifest.lost:
            yield Finding(name, "The database speaks of this file, but its bytes are not there.")
    for member in manifest.files:
        if member.name.removeprefix("files/") not in files:
            yield Finding(member.name, "The database does not speak of this file.")
    for pin, is_needed in snapshot.pins_in(database).items():
        if is_needed and pin not in manifest.pins and pin.member not in manifest.lost:
            yield Finding(pin.member, "Enrolments are pinned to it, but it is not there.")


def _check_standards(file: BinaryIO, manifest: Manifest) -> Iterator[Finding]:
    pins = {pin.member: pin for pin in manifest.pins}
    for part, member in parts(file, manifest, end_of(manifest)):
        if member is None or not member.name.startswith("standards/"):
            continue
        pin = pins.pop(member.name, None)
        try:
            content = b"".join(read_part(file, part))
        except BadArchive:
            continue  # which has been said of the part
        standard = check_bytes(content, member.name).standard
        if pin is None or standard is None or standard.content_hash != pin.content_hash:
            yield Finding(member.name, "It does not say what enrolments were pinned to.")
    yield from (Finding(name, "It is missing, also from the manifest.") for name in pins)


def end_of(manifest: Manifest) -> int:
    """Where the last member ends, if all is as it should be."""
    return sum(BLOCK_BYTES + padded(member.size_bytes) for member in manifest.members)


def _say_stranger(part: Part) -> Finding:
    if part.name is None:
        return Finding("end", f"At byte {part.offset:,} there is something that is no part of it.")
    return Finding(part.name, "It was added: the manifest does not name it.")


def _say_lost(name: str) -> Finding:
    return Finding(name, "It was missing or damaged already when the backup was made.")
