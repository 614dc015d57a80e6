"""Characters in people's texts that are printed as their numbers, named in the job's report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from kbstrack.formats import join_words
from kbstrack.pdf.printable import unprintable
from kbstrack.portfolio.rules import PortfolioPiece

_MOST_NAMED = 5


def unprinted(piece: PortfolioPiece) -> tuple[str, ...]:
    """A sentence about a piece's characters that no bundled font has, if it has any."""
    found = dict.fromkeys(
        character for text in _texts(asdict(piece)) for character in unprintable(text)
    )
    if not found:
        return ()
    names = [f"U+{ord(character):04X}" for character in found]
    more = len(names) - _MOST_NAMED
    named = [*names[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    is_one = len(names) == 1
    return (
        f"The character{'' if is_one else 's'} {join_words(named)} {'is' if is_one else 'are'} "
        f"printed as {'its number' if is_one else 'their numbers'}: no font has "
        f"{'it' if is_one else 'them'}.",
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
