"""The store on this machine's disk: `root/ab/cd/<sha256>`, written so that a crash loses nothing.

A file appears under its hash only when all its bytes are on the disk: written to `root/tmp`,
fsync, rename, fsync of every folder down to it. A lock file keeps a sweep from deleting bytes
at the moment at which somebody hands them in again.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from kbstrack.errors import NotFound, RuleBroken
from kbstrack.storage.stored import (
    NO_ROOM,
    NoRoom,
    Stored,
    StoredBytes,
    checked_sha256,
    is_sha256,
)

CHUNK_BYTES = 1 << 20
KNOWN_AT_ONCE = 500


class Store:
    """Bytes on the local disk under `root`, which is made on first use (mode 0700)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def workspace(self) -> Path:
        """A folder on the same disk for unfinished files; a sweep clears it."""
        folder = self.root / "tmp"
        if not folder.is_dir():
            self.root.parent.mkdir(parents=True, exist_ok=True)
            _make_private(self.root)
            _make_private(folder)
            _fsync_folder(self.root.parent)
        return folder

    def put(self, stream: BinaryIO, *, most_bytes: int) -> Stored:
        """Keep the bytes of `stream`; when this returns, a crash of the machine keeps them too.

        Constant memory. Raises RuleBroken when there are no bytes, more than `most_bytes`, or no
        room on the disk (NoRoom); nothing is left behind then.
        """
        try:
            return self._put(stream, most_bytes)
        except OSError as problem:
            if problem.errno not in NO_ROOM:
                raise
            raise NoRoom from problem

    def path(self, sha256: str) -> Path:
        """Where these bytes lie or would lie. Raises NotFound for anything but a SHA-256."""
        checked_sha256(sha256)
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, to read. Raises NotFound."""
        with _missing_means_not_found():
            return self.path(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """The bytes, all at once: for what fits into memory. Raises NotFound."""
        with self.open(sha256) as file:
            return file.read()

    def exists(self, sha256: str) -> bool:
        """Whether there are bytes under this SHA-256 (they are not read)."""
        return is_sha256(sha256) and self.path(sha256).is_file()

    def size(self, sha256: str) -> int:
        """Their number. Raises NotFound."""
        with _missing_means_not_found():
            return self.path(sha256).stat().st_size

    def verify(self, sha256: str) -> bool:
        """Read every byte again: do they still have this SHA-256? Raises NotFound."""
        with _missing_means_not_found(), self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def iterate(self) -> Iterator[StoredBytes]:
        """Everything kept, ordered by SHA-256. Files that are not ours are passed over."""
        for first in _folders(self.root):
            for second in _folders(first):
                for file in sorted(second.iterdir()):
                    if is_sha256(file.name) and file == self.path(file.name):
                        # A sweep at the same time may take it away between the two calls.
                        with contextlib.suppress(FileNotFoundError):
                            yield _found(file)

    def sweep(
        self,
        known: Callable[[Sequence[str]], set[str]],
        older_than: timedelta,
        at: datetime,
        delete: bool,
    ) -> list[StoredBytes]:
        """Bytes no row speaks of, handed in before `at - older_than`; gone if `delete`.

        `known` gets some SHA-256s and answers those of them that a row speaks of. Unfinished
        files of the same age go too. Safe while others put.
        """
        before = at - older_than
        swept: list[StoredBytes] = []
        batch: list[StoredBytes] = []
        for item in self.iterate():
            if item.modified_at < before:
                batch.append(item)
            if len(batch) == KNOWN_AT_ONCE:
                swept += self._sweep_batch(batch, known, before, delete)
                batch = []
        swept += self._sweep_batch(batch, known, before, delete)
        if delete:
            self._clear_workspace(before)
        return swept

    def _put(self, stream: BinaryIO, most_bytes: int) -> Stored:
        handle, name = tempfile.mkstemp(dir=self.workspace, prefix="put-")
        try:
            with os.fdopen(handle, "wb") as file:
                stored = _copy(stream, file, most_bytes)
                file.flush()
                os.fsync(file.fileno())
            with self._lock(fcntl.LOCK_SH):
                self._settle(Path(name), stored)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
        return stored

    def _settle(self, temporary: Path, stored: Stored) -> None:
        """Give finished bytes their name, or renew the date of the same bytes kept already."""
        final = self.path(stored.sha256)
        _make_private(final.parent.parent)
        _make_private(final.parent)
        if final.is_file() and not self._is_whole(final, stored):
            self._set_aside(final)
        if final.is_file():
            os.utime(final)
        else:
            os.rename(temporary, final)
        # Also for bytes that were there: another process may not have come to its fsync yet.
        for folder in (final.parent, final.parent.parent, self.root):
            _fsync_folder(folder)

    def _is_whole(self, final: Path, stored: Stored) -> bool:
        return final.stat().st_size == stored.size_bytes and self.verify(stored.sha256)

    def _set_aside(self, damaged: Path) -> None:
        # The disk has spoilt these bytes and whole ones are at hand; keep the spoilt ones to study.
        folder = self.root / "damaged"
        _make_private(folder)
        os.rename(damaged, folder / damaged.name)

    def _sweep_batch(
        self,
        batch: Sequence[StoredBytes],
        known: Callable[[Sequence[str]], set[str]],
        before: datetime,
        delete: bool,
    ) -> Iterator[StoredBytes]:
        if not batch:
            return
        kept = known([item.sha256 for item in batch])
        for item in batch:
            if item.sha256 not in kept and (not delete or self._delete(item.sha256, before)):
                yield item

    def _delete(self, sha256: str, before: datetime) -> bool:
        path = self.path(sha256)
        with self._lock(fcntl.LOCK_EX):
            # Asked again under the lock: somebody may have handed the same bytes in meanwhile.
            if not path.is_file() or _found(path).modified_at >= before:
                return False
            path.unlink()
        return True

    def _clear_workspace(self, before: datetime) -> None:
        for path in self.workspace.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if _modified_at(path) < before:
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()

    @contextlib.contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        handle = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


def _copy(stream: BinaryIO, file: BinaryIO, most_bytes: int) -> Stored:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > most_bytes:
            raise RuleBroken(
                f"The file is larger than {_megabytes(most_bytes)}. "
                "Make it smaller or add a part of it."
            )
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise RuleBroken("The file is empty. Open it on your device to check, then add it again.")
    return Stored(digest.hexdigest(), size)


def _megabytes(number: int) -> str:
    return f"{number / 1_000_000:.0f} MB" if number >= 1_000_000 else f"{number:,} bytes"


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(f for f in parent.iterdir() if len(f.name) == 2 and f.is_dir())


def _found(path: Path) -> StoredBytes:
    state = path.stat()
    return StoredBytes(path.name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))


def _modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _missing_means_not_found() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as missing:
        raise NotFound("The file is not there any more.") from missing
