"""Which files go into which part, when there are more than one file may hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kbstrack.bundle.layouts import MOST_PARTS, Laid, PieceFiles
from kbstrack.bundle.zipped import Entry
from kbstrack.errors import RuleBroken, refuse_any
from kbstrack.formats import say_size


@dataclass(frozen=True, slots=True)
class Share:
    """What one part holds besides its README and manifest; `pieces` are those with files here."""

    entries: tuple[Entry, ...]
    piece_numbers: tuple[int, ...]


def split(
    laid: Laid, *, room_bytes: int, most_bytes: int, cost: Callable[[Entry], int]
) -> tuple[Share, ...]:
    """The parts, the first with the documents; the pieces stay in their order.

    `cost` is the most a file takes up in a part, `room_bytes` what a part has for files,
    `most_bytes` the limit as people set it. The files of a piece stay together if a part can hold
    them. Raises RuleBroken, which names every file that no part can hold.
    """
    documents_bytes = sum(cost(entry) for entry in laid.documents)
    if documents_bytes > room_bytes:
        raise RuleBroken(
            f"The portfolio’s PDF and its record take {say_size(documents_bytes)}, and a part may "
            f"have {say_size(most_bytes)}. Allow larger parts.",
            field="limit",
        )
    refuse_any(
        RuleBroken(
            f"{entry.label} has {say_size(entry.size_bytes)}, and a part may have "
            f"{say_size(most_bytes)} with all that goes with it. Allow larger parts: a file is "
            "never cut.",
            field="limit",
        )
        for piece in laid.pieces
        for entry in piece.entries
        if cost(entry) > room_bytes
    )
    filling = _Filling(room_bytes, cost)
    for entry in laid.documents:
        filling.add(entry, None)
    for piece in laid.pieces:
        filling.add_piece(piece)
    if len(filling.parts) > MOST_PARTS:
        raise RuleBroken(
            f"These would be {len(filling.parts)} parts, and {MOST_PARTS} is the most. "
            "Allow larger parts.",
            field="limit",
        )
    return tuple(
        Share(tuple(entries), tuple(dict.fromkeys(numbers))) for entries, numbers in filling.parts
    )


class _Filling:
    """Parts while they are filled, the last of which still takes files."""

    def __init__(self, room_bytes: int, cost: Callable[[Entry], int]) -> None:
        self.parts: list[tuple[list[Entry], list[int]]] = [([], [])]
        self._room_bytes, self._cost = room_bytes, cost
        self._left_bytes = room_bytes

    def add_piece(self, found: PieceFiles) -> None:
        whole = sum(self._cost(entry) for entry in found.entries)
        if self._left_bytes < whole <= self._room_bytes:
            self._begin()
        for entry in found.entries:
            self.add(entry, found.piece.number)

    def add(self, entry: Entry, piece_number: int | None) -> None:
        cost = self._cost(entry)
        if cost > self._left_bytes:
            self._begin()
        entries, numbers = self.parts[-1]
        entries.append(entry)
        if piece_number is not None:
            numbers.append(piece_number)
        self._left_bytes -= cost

    def _begin(self) -> None:
        self.parts.append(([], []))
        self._left_bytes = self._room_bytes


def places(shares: Sequence[Share]) -> dict[int, tuple[int, ...]]:
    """By number of the piece: the parts that its files are in."""
    found: dict[int, tuple[int, ...]] = {}
    for number, share in enumerate(shares, start=1):
        for piece_number in share.piece_numbers:
            found[piece_number] = (*found.get(piece_number, ()), number)
    return found
