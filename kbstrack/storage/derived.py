"""What was computed and can be computed again: kept to save time, and never missed when it is gone.

Each value lies under a key that names everything it was made from. It is written as a whole or not
at all, carries its own SHA-256, and one that does not match counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from kbstrack.storage.stored import checked_sha256

_DIGEST_BYTES = 32


class DerivedStore:
    """Values by key (a SHA-256 in hexadecimal) below `root`, which is made on first use (0700)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def take(self, key: str) -> bytes | None:
        """The value, now used last; None when there is none or it is damaged."""
        path = self._path(key)
        try:
            held = path.read_bytes()
        except OSError:
            return None
        digest, content = held[:_DIGEST_BYTES], held[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return content

    def keep(self, key: str, content: bytes) -> None:
        """Put a value there; where there is no room for it, it is not kept."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            for folder in (self.root, path.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(content).digest() + content)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def sweep(self, *, unused_for: timedelta, at: datetime, delete: bool) -> int:
        """How many bytes nobody took for this long; they are gone if `delete`."""
        before = (at - unused_for).timestamp()
        freed = 0
        for path in self._files():
            with contextlib.suppress(OSError):
                found = path.stat()
                if found.st_mtime < before:
                    freed += found.st_size
                    if delete:
                        path.unlink()
        return freed

    def _path(self, key: str) -> Path:
        """Raises NotFound for a key that is no SHA-256."""
        return self.root / checked_sha256(key)[:2] / key

    def _files(self) -> Iterator[Path]:
        if self.root.is_dir():
            for folder in sorted(self.root.iterdir()):
                if folder.is_dir():
                    yield from sorted(path for path in folder.iterdir() if path.is_file())
