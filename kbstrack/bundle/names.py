"""Names of the files and folders in a bundle: they say what is in them, and Windows keeps them."""

from __future__ import annotations

import unicodedata

from kbstrack.storage.names import harmless_name, one_line
from kbstrack.storage.safe_names import MOST_NAME_UNITS, cut, safe_name, units

MOST_PATH_UNITS = 160
"""For a whole path in a bundle: Windows' 260 without a folder of up to 99 to unpack it in."""

MOST_FOLDER_UNITS = 40

_JOINER = "\u200d"
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`"))


def file_name(label: str, media_type: str, most_units: int = MOST_NAME_UNITS) -> str:
    """The name under which an original lies in a bundle: as the apprentice gave it, made safe."""
    name = harmless_name(safe_name(label), media_type)
    return safe_name(name, most_units)


def folder_name(label: str, title: str) -> str:
    """`E12-Shortlist-for-warehouse-roles`: a piece's number, and as much of its title as fits."""
    words = "".join(_plain(character) for character in one_line(title).translate(_APOSTROPHES))
    slug = "-".join(part for part in words.split("-") if part)
    room = MOST_FOLDER_UNITS - units(label) - 1
    if units(slug) > room:
        most = cut(slug, room + 1)
        # At the end of a word, if that leaves something.
        slug = most.rpartition("-")[0] if "-" in most[room // 2 :] else cut(slug, room)
    slug = slug.strip(f"-.{_JOINER}")
    return f"{label}-{slug}" if slug else label


def _plain(character: str) -> str:
    is_mark = unicodedata.category(character)[0] in "PZ" or character in "$+<=>^|~"
    return "-" if is_mark else character
