"""Restoring a backup: proved first, unpacked beside its place, and moved there in one step."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Engine

from kbstrack import migrations
from kbstrack.backup import placing, rows
from kbstrack.backup.archive import DATABASE, MARK, SECRET_KEY, BadArchive, Member, Part, read_part
from kbstrack.backup.disk import fsync_folder, say_disk_troubles
from kbstrack.backup.manifest import Manifest
from kbstrack.backup.placing import SQLITE_FILE
from kbstrack.backup.progress import SILENT, Progress
from kbstrack.backup.soundness import Finding
from kbstrack.backup.verifying import end_of, parts, verify_file
from kbstrack.errors import RuleBroken
from kbstrack.standards.catalogue import builtin_directory, files_by_version
from kbstrack.standards.checks import check_file
from kbstrack.storage.local import Store


class NotProved(RuleBroken):
    """The backup does not verify; nothing was restored."""


@dataclass(frozen=True, slots=True)
class Restored:
    """An instance that was put in its place; `kept` is where the former one lies."""

    manifest: Manifest
    home: Path
    standards: Path | None
    kept: Path | None
    lost: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody who restores asks for; `seal` is the one they noted when it was made."""

    may_replace: bool = False
    may_lose_newer: bool = False
    may_be_incomplete: bool = False
    seal: str | None = None


def restore_backup(
    path: Path,
    home: Path,
    *,
    into: Engine | None = None,
    wishes: Wishes = Wishes(),
    at: datetime,
    progress: Progress = SILENT,
) -> Restored:
    """Make the folder `home` the instance that the backup holds.

    The rows go into `into`, an empty PostgreSQL database, where one is given, and otherwise into
    an SQLite file in `home`. What is in `home` is replaced only with `may_replace`, and is kept
    beside it. Raises RuleBroken, NotProved among them, before anything is replaced.
    """
    home = home.absolute().resolve()
    with say_disk_troubles(home.parent, "Nothing was restored"), path.open("rb") as file:
        placing.check_place(home, may_replace=wishes.may_replace)
        if into is not None:
            _check_empty(into)
        manifest, lost = _prove(file, wishes, progress)
        with _workshop(home) as workshop:
            inside = workshop / "home"
            database = _unpack(file, manifest, inside, progress)
            standards = _drop_known_standards(inside)
            if wishes.may_replace and not wishes.may_lose_newer:
                placing.check_not_newer(home, database, manifest, is_elsewhere=into is not None)
            kept = _put_in_place(
                inside, home, database, revision=manifest.revision, into=into, at=at
            )
    return Restored(manifest, home, home / "standards" if standards else None, kept, lost)


def _check_empty(into: Engine) -> None:
    migrations.revision_of(into)  # says it in a sentence when there is no such database
    if not rows.is_empty(into):
        raise RuleBroken(
            "The database that KBSTRACK_DATABASE names is not empty, and nothing was changed: "
            "make a new database, and name that."
        )


def _prove(
    file: BinaryIO, wishes: Wishes, progress: Progress
) -> tuple[Manifest, tuple[Finding, ...]]:
    verified = verify_file(file, seal=wishes.seal, progress=progress)
    findings = verified.findings
    if not wishes.may_be_incomplete:
        findings += verified.lost
    if verified.manifest is None or findings:
        first, others = findings[0], len(findings) - 1
        more = f" (There {'is' if others == 1 else 'are'} {others} more.)" if others else ""
        advice = (
            " `kbstrack backup verify` names everything. Use another backup."
            if verified.findings
            else " Use another backup, or add --incomplete to restore what is there."
        )
        raise NotProved(f"Nothing was restored. {first.place}: {first.sentence}{more}{advice}")
    return verified.manifest, verified.lost


@contextmanager
def _workshop(home: Path) -> Iterator[Path]:
    """A folder of one's own beside the place, on the same disk, which goes away again."""
    workshop = Path(tempfile.mkdtemp(dir=home.parent, prefix=".kbstrack-restore-"))
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _unpack(file: BinaryIO, manifest: Manifest, inside: Path, progress: Progress) -> Path:
    """Write every part below `inside`; the path of the database."""
    inside.mkdir(mode=0o700)
    store = Store(inside / "files")
    store.workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    progress.start("restoring", sum(member.size_bytes for member in manifest.members))
    for part, member in parts(file, manifest, end_of(manifest)):
        if member is None or part.name != member.name:
            raise BadArchive("The backup was changed while it was read: nothing was restored.")
        if member.name != MARK:
            _write(file, part, member, _place_of(member.name, inside, store), progress)
    for folder, _, _ in os.walk(inside, topdown=False):
        fsync_folder(Path(folder))
    return inside / SQLITE_FILE


def _place_of(name: str, inside: Path, store: Store) -> Path:
    if name == DATABASE:
        return inside / SQLITE_FILE
    if name == SECRET_KEY:
        return inside / "secret-key"
    folder, _, rest = name.partition("/")
    # The archive allows no other names, so that nothing can lead out of the folder.
    assert folder in {"files", "keys", "standards"}, name
    return store.path(rest) if folder == "files" else inside / folder / rest


def _write(file: BinaryIO, part: Part, member: Member, path: Path, progress: Progress) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        for chunk in read_part(file, part):
            digest.update(chunk)
            target.write(chunk)
            progress.add(len(chunk))
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != member.sha256:
        raise BadArchive("The backup was changed while it was read: nothing was restored.")


def _drop_known_standards(inside: Path) -> bool:
    """Remove those that come with kbstrack in just these words; whether any are left."""
    folder = inside / "standards"
    if not folder.is_dir():
        return False
    known = files_by_version([builtin_directory()])
    for path in folder.iterdir():
        standard = check_file(path).standard
        assert standard is not None
        own = known.get((standard.reference, standard.version))
        if own is not None and check_file(own).standard == standard:
            path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return folder.is_dir()


def _put_in_place(
    inside: Path, home: Path, database: Path, *, revision: str, into: Engine | None, at: datetime
) -> Path | None:
    if into is None:
        return placing.put_in_place(inside, home, at)
    kept: list[Path | None] = []

    def fill(connection: Connection) -> None:
        rows.into_postgresql(database, connection)
        for path in inside.glob(f"{SQLITE_FILE}*"):
            path.unlink()
        # Last of all: from here on only the database's own answer can be missing.
        kept.append(placing.put_in_place(inside, home, at))

    try:
        migrations.upgrade(into, revision, then=fill)
    except BaseException:
        if kept:
            placing.take_back(inside, home, kept[0])
        raise
    return kept[0]
