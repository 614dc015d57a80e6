"""What a store of bytes promises, wherever it keeps them: on this disk now, elsewhere later."""

import errno
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from kbstrack.errors import NotFound, RuleBroken

_SHA256 = re.compile(r"[0-9a-f]{64}")

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when the disk, a quota or the limit of this process is full."""


class NoRoom(RuleBroken):
    """There is no room left for bytes: nothing was kept, and whoever sent them can do no better."""

    def __init__(
        self,
        message: str = "The file was not saved, because there is no room left for files. "
        "Tell your training provider, then try again.",
        *,
        field: str | None = None,
    ) -> None:
        super().__init__(message, field=field)


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safely kept: their SHA-256 in lower-case hex is their name."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """Bytes found in the store; `modified_at` is when they were last handed in (UTC)."""

    sha256: str
    size_bytes: int
    modified_at: datetime


class FileStore(Protocol):
    """Keeps bytes under their SHA-256 and never changes them."""

    def put(self, stream: BinaryIO, *, most_bytes: int) -> Stored: ...

    def open(self, sha256: str) -> BinaryIO: ...

    def exists(self, sha256: str) -> bool: ...

    def size(self, sha256: str) -> int: ...

    def verify(self, sha256: str) -> bool: ...

    def iterate(self) -> Iterator[StoredBytes]: ...

    def sweep(
        self,
        known: Callable[[Sequence[str]], set[str]],
        older_than: timedelta,
        at: datetime,
        delete: bool,
    ) -> list[StoredBytes]: ...


def is_sha256(text: str) -> bool:
    """Whether this is a SHA-256 as the store writes it: 64 lower-case hex digits."""
    return _SHA256.fullmatch(text) is not None


def checked_sha256(text: str) -> str:
    """The same text, if it is a SHA-256. Raises NotFound: nothing can lie under another name."""
    if not is_sha256(text):
        raise NotFound("There is no such file.")
    return text
