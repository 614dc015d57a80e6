"""Texts as pictures of squares that a phone reads (QR codes)."""

from __future__ import annotations

import re
from dataclasses import dataclass

QUIET_ZONE = 4
"""The empty border that a camera needs, in squares."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as one SVG path in a square of `size` units."""

    size: int
    path: str


def picture(text: str) -> Picture:
    """The text as a QR code."""
    import segno

    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [
        f"M{run.start() + QUIET_ZONE} {y + QUIET_ZONE}h{len(run.group())}v1h-{len(run.group())}z"
        for y, row in enumerate(rows)
        for run in re.finditer(b"\x01+", row)
    ]
    return Picture(len(rows) + 2 * QUIET_ZONE, "".join(runs))
