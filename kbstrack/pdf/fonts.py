"""The fonts of the document: only those that come with kbstrack, whatever the machine has."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
# The pages' fonts are shared with the web; the scripts that only paper needs lie beside this file.
DIRECTORIES = (HERE.parent / "static" / "fonts", HERE / "fonts")
COVERAGE_FILE = HERE / "fonts" / "coverage.txt"

# The order in which a character looks for its letter; fontconfig's own order is never asked.
FAMILIES = (
    "Atkinson Hyperlegible",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Gurmukhi",
    "Noto Sans Gujarati",
    "Noto Sans Oriya",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Kannada",
    "Noto Sans Malayalam",
    "Noto Sans Sinhala",
    "Noto Sans Thai",
    "Noto Sans Lao",
    "Noto Sans Khmer",
    "Noto Sans Myanmar",
    "Noto Serif Tibetan",
    "Noto Sans Ethiopic",
    "Noto Sans Syriac",
    "Noto Sans Thaana",
    "Noto Sans KR",
    "Droid Sans Fallback",
    "Noto Emoji",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
)

# Web fonts lie beside the others; a machine that can read them would find each face twice.
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{directories}
  <cachedir>{cache}</cachedir>
  <selectfont>
    <rejectfont><glob>*.woff</glob></rejectfont>
    <rejectfont><glob>*.woff2</glob></rejectfont>
  </selectfont>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def font_files() -> list[Path]:
    """Every font that may appear in a document, by name."""
    return sorted(
        (path for folder in DIRECTORIES for path in folder.glob("*.ttf")),
        key=lambda path: path.name,
    )


def fontconfig_file(cache_directory: Path) -> str:
    """A configuration in which the bundled fonts are the only ones there are."""
    return _CONFIGURATION.format(
        directories="\n".join(f"  <dir>{escape(str(folder))}</dir>" for folder in DIRECTORIES),
        cache=escape(str(cache_directory)),
    )


def is_covered(character: str) -> bool:
    """Whether a bundled font has a letter for this character."""
    starts, ends = _coverage()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    starts, ends = [], []
    for line in COVERAGE_FILE.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            first, last = line.split("-")
            starts.append(int(first, 16))
            ends.append(int(last, 16))
    return starts, ends
