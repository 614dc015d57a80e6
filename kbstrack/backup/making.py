"""Making a backup: the database first, then every file it speaks of, all of it or nothing."""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from kbstrack.backup import snapshot
from kbstrack.backup.archive import DATABASE, MARK, SECRET_KEY, BadArchive, Member, Writer, is_name
from kbstrack.backup.disk import fsync_folder, say_disk_troubles
from kbstrack.backup.manifest import FORMAT, Manifest, Pin
from kbstrack.backup.progress import SILENT, Progress
from kbstrack.config import Settings
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.formats import join_words, say_count
from kbstrack.standards.catalogue import builtin_directory, files_by_version
from kbstrack.standards.checks import check_bytes
from kbstrack.storage.local import Store

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    manifest: Manifest
    sha256: str
    size_bytes: int


@dataclass(slots=True)
class _Contents:
    """What has been put in so far."""

    members: list[Member] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def make_backup(
    settings: Settings,
    target: Path,
    *,
    at: datetime,
    may_replace: bool = False,
    may_be_incomplete: bool = False,
    progress: Progress = SILENT,
) -> Made:
    """Write a backup of the instance to the file `target`; people may go on working.

    It is written beside `target` and gets its name when it is complete and on the disk. Raises
    RuleBroken when it cannot be written there or, unless `may_be_incomplete`, when files that the
    database speaks of are missing or damaged; DatabaseNotReady when there is no database.
    """
    target = target.absolute()
    with say_disk_troubles(target.parent, "No backup was made"):
        _check_target(target, may_replace=may_replace)
        with _workshop(target) as workshop, snapshot.engine_of(settings) as engine:
            copy = workshop / DATABASE
            snapshot.take_snapshot(engine, copy)
            unfinished = workshop / "backup"
            with unfinished.open("xb") as file:
                writer = Writer(file, progress)
                made = _write(
                    settings, copy, writer, kind=engine.dialect.name, at=at, progress=progress
                )
                if made.lost and not may_be_incomplete:
                    _refuse_incomplete(made.lost)
                sha256 = writer.finish(made.as_bytes())
                file.flush()
                os.fsync(file.fileno())
                size_bytes = file.tell()
            unfinished.chmod(0o600)
            _check_target(target, may_replace=may_replace)
            unfinished.replace(target)
            fsync_folder(target.parent)
    return Made(made, sha256, size_bytes)


def _check_target(target: Path, *, may_replace: bool) -> None:
    if not target.parent.is_dir():
        raise RuleBroken(
            f"There is no folder {target.parent}: make it first, or name another place."
        )
    if not os.path.lexists(target):
        return
    if not stat.S_ISREG(target.lstat().st_mode):
        raise RuleBroken(f"{target} is not an ordinary file: name another one.")
    if not may_replace:
        raise RuleBroken(
            f"{target} is there already: name another file, or add --force to replace it."
        )


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """A folder of one's own beside the target, on the same disk, which goes away again."""
    workshop = Path(tempfile.mkdtemp(dir=target.parent, prefix=".kbstrack-backup-"))
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _write(
    settings: Settings, copy: Path, writer: Writer, *, kind: str, at: datetime, progress: Progress
) -> Manifest:
    with snapshot.opened(copy) as database:
        files = snapshot.files_in(database)
        pins = snapshot.pins_in(database)
        counted = snapshot.count_rows(database)
        revision = snapshot.revision_in(database)
    progress.start("writing the backup", copy.stat().st_size + sum(files.values()))
    contents = _Contents()
    contents.members.append(_add_bytes(writer, MARK, str(FORMAT).encode()))
    with copy.open("rb") as stream:
        contents.members.append(writer.add(DATABASE, stream, copy.stat().st_size))
    _add_keys(settings.home, writer, contents)
    _add_standards(settings, pins, writer, contents)
    store = Store(settings.home / "files")
    for sha256, size_bytes in files.items():
        _add_file(store, sha256, size_bytes, writer, contents)
    return Manifest(
        program=version("kbstrack"),
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        database=kind,
        revision=revision,
        rows=counted,
        members=tuple(contents.members),
        pins=tuple(contents.pins),
        lost=tuple(contents.lost),
    )


def _add_keys(home: Path, writer: Writer, contents: _Contents) -> None:
    if not (home / "secret-key").is_file():
        raise RuleBroken(f"There is no secret-key in {home}. Check KBSTRACK_HOME.")
    contents.members.append(_add_bytes(writer, SECRET_KEY, (home / "secret-key").read_bytes()))
    folder = home / "keys"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = f"keys/{path.name}"
        if not is_name(name) or not path.is_file():
            raise RuleBroken(
                f"{path} does not belong there: move what is not a key to another place."
            )
        contents.members.append(_add_bytes(writer, name, path.read_bytes()))


def _add_standards(
    settings: Settings, pins: dict[Pin, bool], writer: Writer, contents: _Contents
) -> None:
    known = files_by_version([builtin_directory(), *settings.standards_directories])
    for pin, is_needed in pins.items():
        path = known.get((pin.reference, pin.version))
        content = path.read_bytes() if path else b""
        standard = check_bytes(content, pin.member).standard
        if standard is not None and standard.content_hash == pin.content_hash:
            contents.members.append(_add_bytes(writer, pin.member, content))
            contents.pins.append(pin)
        elif is_needed:
            contents.lost.append(pin.member)


def _add_file(
    store: Store, sha256: str, size_bytes: int, writer: Writer, contents: _Contents
) -> None:
    name = f"files/{sha256}"
    try:
        stream = store.open(sha256)
    except (NotFound, PermissionError):
        contents.lost.append(name)
        return
    with stream, suppress(BadArchive):
        member = writer.add(name, stream, size_bytes)
        if member.sha256 == sha256:
            contents.members.append(member)
            return
    writer.take_back()
    contents.lost.append(name)


def _add_bytes(writer: Writer, name: str, content: bytes) -> Member:
    stream: BinaryIO = io.BytesIO(content)
    return writer.add(name, stream, len(content))


def _refuse_incomplete(lost: list[str] | tuple[str, ...]) -> None:
    named = join_words([*lost[:MOST_NAMED], *(["others"] if len(lost) > MOST_NAMED else [])])
    raise RuleBroken(
        f"No backup was made: {say_count(len(lost), 'part')} of the instance "
        f"{'is' if len(lost) == 1 else 'are'} missing or damaged ({named}). `kbstrack fsck` says "
        "more. Put them back, or add --incomplete to back up what is there."
    )
