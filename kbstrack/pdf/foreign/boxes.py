"""Where a page's visible part lies, and how it becomes the unit square that pictures fill."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from pikepdf import Array, Dictionary, Name, Object

# What every reader falls back on where a page does not say its size (US Letter).
_LETTER = (0.0, 0.0, 612.0, 792.0)
# Coordinates beyond this lose more than a point in the numbers that readers count with.
_MOST = 1_000_000.0
_LEAST_SIDE = 0.01
_MOST_PARENTS = 64


@dataclass(frozen=True, slots=True)
class Visible:
    """The visible part of a page in its own coordinates, and how it is turned and scaled."""

    left: float
    bottom: float
    right: float
    top: float
    # Degrees clockwise: 0, 90, 180 or 270.
    rotate: int
    user_unit: float

    @property
    def width(self) -> float:
        """Points across, as a reader sees the page."""
        across, up = self.right - self.left, self.top - self.bottom
        return (up if self.rotate in {90, 270} else across) * self.user_unit

    @property
    def height(self) -> float:
        """Points from top to bottom, as a reader sees the page."""
        across, up = self.right - self.left, self.top - self.bottom
        return (across if self.rotate in {90, 270} else up) * self.user_unit

    @property
    def box(self) -> Array:
        """The visible part as a PDF rectangle."""
        return Array([number(v) for v in (self.left, self.bottom, self.right, self.top)])

    @property
    def to_unit_square(self) -> Array:
        """The matrix under which the visible part, upright, fills the square from 0 to 1."""
        x, y = 1 / (self.right - self.left), 1 / (self.top - self.bottom)
        left, bottom = self.left * x, self.bottom * y
        matrix = {
            0: (x, 0.0, 0.0, y, -left, -bottom),
            90: (0.0, -x, y, 0.0, -bottom, 1 + left),
            180: (-x, 0.0, 0.0, -y, 1 + left, 1 + bottom),
            270: (0.0, x, -y, 0.0, 1 + bottom, -left),
        }[self.rotate]
        return Array([number(value) for value in matrix])


def visible_part(page: Dictionary) -> Visible:
    """What a reader shows of this page.

    A crop box that lies outside the paper is not followed; a missing, empty or unreadable paper
    size is taken as US Letter, which is what readers do.
    """
    media = _rectangle(inherited(page, Name.MediaBox)) or _LETTER
    crop = _rectangle(inherited(page, Name.CropBox)) or media
    seen = _common(media, crop) or media
    rotate = round(_number(inherited(page, Name.Rotate)) or 0) % 360
    unit = _number(page.get(Name.UserUnit)) or 1.0
    return Visible(
        *seen,
        rotate=rotate if rotate % 90 == 0 else 0,
        user_unit=unit if 0 < unit <= 1000 else 1.0,
    )


def inherited(page: Dictionary, name: Name) -> object:
    """A page's entry, or that of the nearest branch of the page tree above it that has one."""
    branch: object = page
    for _ in range(_MOST_PARENTS):
        if not isinstance(branch, Dictionary):
            return None
        if name in branch:
            return branch.get(name)
        branch = branch.get(Name.Parent)
    return None


def number(value: float) -> Decimal:
    """A number as PDF writes them: no exponent, and ten digits whatever its size."""
    if value == 0:
        return Decimal(0)
    digits = max(0, 10 - 1 - math.floor(math.log10(abs(value))))
    return Decimal(f"{value:.{min(digits, 20)}f}")


def _rectangle(box: object) -> tuple[float, float, float, float] | None:
    if not isinstance(box, Array) or len(box) < 4:
        return None
    values = [_number(value) for value in islice(box, 4)]
    x1, y1, x2, y2 = values
    if x1 is None or y1 is None or x2 is None or y2 is None:
        return None
    left, right = sorted((x1, x2))
    bottom, top = sorted((y1, y2))
    has_size = right - left >= _LEAST_SIDE and top - bottom >= _LEAST_SIDE
    return (left, bottom, right, top) if has_size else None


def _common(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float] | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    has_size = right - left >= _LEAST_SIDE and top - bottom >= _LEAST_SIDE
    return (left, bottom, right, top) if has_size else None


def _number(value: object) -> float | None:
    if isinstance(value, Object) or value is None or isinstance(value, bool):
        return None
    if not isinstance(value, int | float | Decimal):
        return None
    found = float(value)
    return max(-_MOST, min(_MOST, found)) if math.isfinite(found) else None
