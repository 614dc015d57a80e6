"""Photos as a phone takes them: lying on their side, with a note of how to turn them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

LIES_ON_ITS_LEFT = 6
"""EXIF: show me turned by 90 degrees, clockwise."""

_ORIENTATION = 0x0112


def take_photo(folder: Path, name: str = "IMG 2041 (noticeboard).jpg") -> Path:
    """An upright picture, three high and two wide, stored lying down."""
    upright = Image.new("RGB", (600, 900), "#e8e2d4")
    draw = ImageDraw.Draw(upright)
    for row, colour in enumerate(("#0f4c55", "#f2b33d", "#8b3a3a", "#3a5f8b")):
        draw.rectangle((60, 60 + row * 200, 540, 220 + row * 200), fill=colour)
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[_ORIENTATION] = LIES_ON_ITS_LEFT
    path = folder / name
    lying.save(path, "JPEG", quality=85, exif=exif)
    return path
