"""Text as it can be printed: nothing invisible changes its meaning, nothing is left out.

A character that no bundled font has, or that would only steer the page (controls, direction
overrides), is written as its number between angle brackets, `⟨U+0007⟩`. So the same text gives the
same page on every machine, and whoever reads it sees that something stood there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from kbstrack.pdf.fonts import is_covered

# Joiners and variation selectors belong to the letters around them and draw nothing alone.
_INVISIBLE_PARTS = re.compile("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f]")
# The flags of England, Scotland and Wales are a black flag and letters nobody sees.
_FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_PLAIN = re.compile(r"[\n\t -~]*\Z")


def printable(text: str) -> str:
    """The text in composed form (NFC), every character either with a letter or as its number."""
    if _PLAIN.match(text):
        return text
    parts = _parts(text)
    parts[::2] = ["".join(_shown(character) for character in part) for part in parts[::2]]
    return "".join(parts)


def unprintable(text: str) -> list[str]:
    """The characters of a text that are written as their numbers, as often as they occur."""
    parts = [] if _PLAIN.match(text) else _parts(text)[::2]
    return [character for part in parts for character in part if not _is_printable(character)]


def _parts(text: str) -> list[str]:
    """The composed text, with every flag in a part of its own between others."""
    return _FLAG.split(unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)))


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs; single line breaks stay inside them."""
    lines = _LINE_ENDS.sub("\n", text).strip("\n")
    return [part for part in _BLANK_LINES.split(lines) if part.strip()]


def direction(text: str) -> Literal["ltr", "rtl"]:
    """The way this text runs, by its first letter that runs one way or the other."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def _shown(character: str) -> str:
    return character if _is_printable(character) else f"⟨U+{ord(character):04X}⟩"


def _is_printable(character: str) -> bool:
    if character in "\n\t":
        return True
    if _INVISIBLE_PARTS.match(character):
        return True
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return False
    return is_covered(character)
