"""Writes down which characters the bundled fonts have: `python -m kbstrack.pdf.coverage`.

The list is a file so that making the HTML needs no font reader; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable

from kbstrack.pdf.fonts import COVERAGE_FILE, font_files

HEADING = "# Characters the bundled fonts have; written by python -m kbstrack.pdf.coverage\n"


def covered_by_fonts() -> set[int]:
    """The code points for which at least one regular face has a letter."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in font_files():
        if path.stem.endswith("-Regular"):
            with TTFont(path, lazy=True) as font:
                found.update(font.getBestCmap())
    return found


def say_ranges(code_points: Iterable[int]) -> str:
    """The file's text: a heading, then a range of hexadecimal numbers on each line."""
    ranges: list[list[int]] = []
    for point in sorted(code_points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return HEADING + "".join(f"{first:X}-{last:X}\n" for first, last in ranges)


if __name__ == "__main__":
    COVERAGE_FILE.write_text(say_ranges(covered_by_fonts()), encoding="ascii")
