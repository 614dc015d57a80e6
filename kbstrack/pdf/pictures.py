"""Which pictures a portfolio draws, and how large."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kbstrack.portfolio.rules import (
    PortfolioFile,
    PortfolioImage,
    PortfolioPiece,
    PortfolioVersion,
)

SCHEME = "kbstrack-image"
# What print can show; more only makes the document large.
DOTS_PER_MM = 220 / 25.4
# As wide as the column beside the labels allows, and low enough to follow a text on its page.
WIDE_MM, WIDE_HIGH_MM = 130.0, 88.0
# A picture taller than wide takes half the column, so that two stand side by side.
TALL_MM, TALL_HIGH_MM = 63.0, 100.0
EARLIER_MM = 60.0
# About what a line of a caption takes, and how many characters fit on a millimetre of it: with its
# caption a picture is as high as without, so that pieces do not grow by a page for a line. What
# can be seen comes first, though: a long caption takes no more from it than this.
CAPTION_LINE_MM, CAPTION_PER_MM, MOST_CAPTION_MM = 4.4, 0.72, 14.0
# Nothing is blown up beyond this; a small screenshot stays small and sharp.
LEAST_DOTS_PER_MM = 110 / 25.4


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture on the page, in millimetres."""

    file: PortfolioFile
    image: PortfolioImage
    width_mm: float
    height_mm: float

    @property
    def is_tall(self) -> bool:
        """Whether it takes half the column."""
        return self.image.height > self.image.width

    @property
    def url(self) -> str:
        """The one address under which the child process finds its bytes, and the width in pixels
        that it is wanted in."""
        return f"{SCHEME}:{self.image.sha256}@{math.ceil(self.width_mm * DOTS_PER_MM)}"


def drawn_images(piece: PortfolioPiece, version: PortfolioVersion) -> tuple[Drawn, ...]:
    """The pictures drawn with this version: those that no later version has, so each once."""
    later = {
        file.sha256
        for other in piece.versions
        if other.number > version.number
        for file in other.files
    }
    is_latest = version.number == piece.latest.number
    return tuple(
        _drawn(file, file.image, is_latest=is_latest)
        for file in version.files
        if file.image is not None and file.sha256 not in later
    )


def listed_files(piece: PortfolioPiece, version: PortfolioVersion) -> tuple[PortfolioFile, ...]:
    """The files named in the version's list: all that are not drawn with it."""
    drawn = [picture.file for picture in drawn_images(piece, version)]
    return tuple(file for file in version.files if file not in drawn)


def _drawn(file: PortfolioFile, image: PortfolioImage, *, is_latest: bool) -> Drawn:
    width, height = max(image.width, 1), max(image.height, 1)
    most_wide, most_high = (EARLIER_MM, EARLIER_MM)
    if is_latest:
        most_wide, most_high = (
            (TALL_MM, TALL_HIGH_MM) if height > width else (WIDE_MM, WIDE_HIGH_MM)
        )
        lines = math.ceil(len(file.caption) / CAPTION_PER_MM / most_wide)
        most_high -= min(CAPTION_LINE_MM * lines + 1.2, MOST_CAPTION_MM) if lines else 0
    scale = min(most_wide / width, most_high / height, 1 / LEAST_DOTS_PER_MM)
    return Drawn(file, image, round(width * scale, 2), round(height * scale, 2))
