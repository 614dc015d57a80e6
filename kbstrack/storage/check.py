"""Compares what rows say with the bytes that are kept: `kbstrack fsck`."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kbstrack.errors import NotFound
from kbstrack.storage.stored import FileStore

KNOWN_AT_ONCE = 500


@dataclass
class Report:
    """What a check found. Bytes without a row are no fault: a sweep removes them after a day."""

    checked: int = 0
    checked_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every row has its bytes, unharmed."""
        return not self.missing and not self.damaged


def check_store(
    store: FileStore,
    rows: Iterable[tuple[str, int]],
    known: Callable[[Sequence[str]], set[str]],
) -> Report:
    """Read every byte that a row speaks of, and list the bytes no row speaks of.

    `rows` are (SHA-256, size in bytes), each SHA-256 once or more; `known` answers which of some
    SHA-256s a row speaks of.
    """
    report = Report()
    seen: set[str] = set()
    for sha256, size_bytes in rows:
        if sha256 not in seen:
            seen.add(sha256)
            _check_one(store, sha256, size_bytes, report)
    kept = store.iterate()
    while batch := [item.sha256 for item in itertools.islice(kept, KNOWN_AT_ONCE)]:
        spoken_of = known(batch)
        report.without_row += [sha256 for sha256 in batch if sha256 not in spoken_of]
    return report


def _check_one(store: FileStore, sha256: str, size_bytes: int, report: Report) -> None:
    report.checked += 1
    try:
        size = store.size(sha256)
        is_unharmed = size == size_bytes and store.verify(sha256)
    except NotFound:
        report.missing.append(sha256)
        return
    except OSError:
        # The disk cannot read it: for whoever needs the file that is the same as damaged.
        is_unharmed, size = False, 0
    report.checked_bytes += size
    if not is_unharmed:
        report.damaged.append(sha256)
