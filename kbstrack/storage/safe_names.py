"""Names of files and folders that every computer can keep, Windows too, and that tell them apart.

The rules of Windows: https://learn.microsoft.com/windows/win32/fileio/naming-a-file. Lengths are
counted in UTF-16 units, as it counts them.
"""

from __future__ import annotations

import re
import unicodedata

from kbstrack.storage.names import NO_NAME, clean_name

MOST_NAME_UNITS = 80
"""For one folder or file, unless somebody has more room."""

_REPLACED = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_PORTS = [f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"]
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *_PORTS})
_ENDING = re.compile(r"\.\w{1,10}\Z")
_JOINER = "\u200d"


def units(text: str) -> int:
    """How long Windows takes a name to be."""
    return len(text.encode("utf-16-le")) // 2


def safe_name(text: str, most_units: int = MOST_NAME_UNITS) -> str:
    """The text as the name of a file or a folder, its ending kept; never empty."""
    name = _shortened(clean_name(text.translate(_REPLACED)), most_units).rstrip(" .") or NO_NAME
    # "CON", "con.txt" and "con .tar.gz" are all the console.
    if name.split(".")[0].rstrip(" ").upper() in _RESERVED:
        name = _shortened(f"_{name}", most_units)
    return name


def own_name(name: str, taken: set[str], most_units: int = MOST_NAME_UNITS) -> str:
    """The name, with a number before its ending when `taken` has it; adds it to `taken`.

    Names that differ in upper and lower case only are one name on Windows and macOS.
    """
    found, number = name, 1
    while _key(found) in taken:
        number += 1
        mark = f" ({number})"
        stem, ending = _split(name)
        found = _shortened(stem + ending, most_units - units(mark))
        stem, ending = _split(found)
        found = f"{stem}{mark}{ending}"
    taken.add(_key(found))
    return found


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name.upper().casefold())


def _split(name: str) -> tuple[str, str]:
    found = _ENDING.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


def _shortened(name: str, most_units: int) -> str:
    if units(name) <= most_units:
        return name
    stem, ending = _split(name)
    return cut(stem, most_units - units(ending)).rstrip(f" .{_JOINER}") + ending


def cut(text: str, most_units: int) -> str:
    """As much of the text as has room."""
    # Half of a pair of units is no character.
    return text.encode("utf-16-le")[: 2 * max(most_units, 0)].decode("utf-16-le", "ignore")
