"""What a font's codes mean as text; PDF/A-3a and PDF/UA want to know it of every letter.

A code that stands for a private character of some symbol font is given the public one that looks
like it where there is one, else the mark for an unknown character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fontTools import agl
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from kbstrack.pdf.foreign.budget import TooMuch, bounded_bytes
from kbstrack.pdf.foreign.content import NotADrawing

_STANDARD = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding"})
# Fonts that another one is made of, which speaks for them.
_PARTS = frozenset({"/CIDFontType0", "/CIDFontType2"})
_MOST_MAP_BYTES = 2_000_000
_MOST_CODES = 65_536
_UNKNOWN = "\ufffd"
# What Symbol and Wingdings draw there: bullets, arrows and ticks of everyday documents.
_LIKE = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf06e": "■",
    "\uf0a8": "◻",
    "\uf071": "❑",
    "\uf076": "❖",
    "\uf0d8": "➢",
    "\uf0e0": "→",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf02d": "−",
}
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_SPACES = re.compile(rb"begincodespacerange(.*?)endcodespacerange", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
{spaces}
endcodespacerange
"""
_FOOT = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


def all_say_what_they_mean(pdf: Pdf) -> bool:
    """Whether every font in the file says which characters its letters are."""
    fonts = [item for item in pdf.objects if isinstance(item, Dictionary)]
    return all(
        isinstance(font.get(Name.ToUnicode), Stream) or _has_named_letters(font)
        for font in fonts
        if font.get(Name.Type) == Name.Font and str(font.get(Name.Subtype)) not in _PARTS
    )


def make_public(font: Object, pdf: Pdf) -> None:
    """Mend what the font says its codes mean, where it says private characters or none.

    Raises NotADrawing where what it says cannot be read.
    """
    meaning = font.get(Name.ToUnicode)
    if isinstance(meaning, Stream):
        try:
            content = bounded_bytes(meaning, _MOST_MAP_BYTES)
        except TooMuch as problem:
            raise NotADrawing("a font says too much") from problem
        if _is_odd(content):
            font.ToUnicode = pdf.make_stream(_mended(content))


def _has_named_letters(font: Object) -> bool:
    encoding = font.get(Name.Encoding)
    if isinstance(encoding, Name):
        return str(encoding) in _STANDARD
    if not isinstance(encoding, Dictionary) or font.get(Name.Subtype) == Name.Type0:
        return False
    differences = encoding.get(Name.Differences)
    names = (
        [v for v in differences if isinstance(v, Name)] if isinstance(differences, Array) else []
    )
    has_base = str(encoding.get(Name.BaseEncoding)) in _STANDARD
    return (has_base or bool(names)) and all(agl.toUnicode(str(name)[1:]) for name in names)


def _is_odd(content: bytes) -> bool:
    return any(_public(text) != text for _code, _length, text in _codes(content))


def _mended(content: bytes) -> bytes:
    spaces = _SPACES.search(content)
    lines = [
        f"<{code:0{length * 2}X}> <{_public(text).encode('utf-16-be').hex().upper()}>"
        for code, length, text in _codes(content)
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    head = _HEAD.format(
        spaces=spaces[1].strip().decode("ascii", "replace") if spaces else "<0000> <FFFF>"
    )
    body = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (head + body + _FOOT).encode("ascii", "replace")


def _codes(content: bytes) -> Iterator[tuple[int, int, str]]:
    """Every code, its length in bytes, and its text. Raises NotADrawing for what is not a map."""
    count = 0
    for block in _BLOCK.finditer(content):
        pairs = _ranges(block[2]) if block[1] == b"bfrange" else _single(block[2])
        for pair in pairs:
            count += 1
            if count > _MOST_CODES:
                raise NotADrawing("a font has too many codes")
            yield pair


def _single(block: bytes) -> Iterator[tuple[int, int, str]]:
    tokens = [found[1] for found in _TOKEN.finditer(block)]
    if len(tokens) % 2 or None in tokens:
        raise NotADrawing("a font's map cannot be read")
    for code, text in zip(tokens[::2], tokens[1::2], strict=True):
        yield _number(code), _length(code), _text(text)


def _ranges(block: bytes) -> Iterator[tuple[int, int, str]]:
    tokens = list(_TOKEN.finditer(block))
    place = 0
    while place + 2 < len(tokens):
        first, last, third = tokens[place : place + 3]
        if first[1] is None or last[1] is None:
            raise NotADrawing("a font's map cannot be read")
        low, high, length = _number(first[1]), _number(last[1]), _length(first[1])
        if high - low > _MOST_CODES:
            raise NotADrawing("a font has too many codes")
        place += 3
        if third[2] is None:
            start = _text(third[1] or b"")
            for step in range(high - low + 1):
                yield low + step, length, _counted(start, step)
            continue
        for code in range(low, high + 1):
            if place >= len(tokens) or tokens[place][3] is not None:
                break
            yield code, length, _text(tokens[place][1] or b"")
            place += 1
        while place < len(tokens) and tokens[place][3] is None:
            place += 1
        place += 1


def _counted(start: str, step: int) -> str:
    last = ord(start[-1]) + step if start else 0
    return start[:-1] + chr(last) if 0 < last < 0x110000 else ""


def _number(digits: bytes) -> int:
    plain = b"".join(digits.split())
    return int(plain, 16) if plain else 0


def _length(digits: bytes) -> int:
    return max(1, len(b"".join(digits.split())) // 2)


def _text(digits: bytes) -> str:
    plain = b"".join(digits.split()).decode()
    return bytes.fromhex(plain + "0" * (len(plain) % 2)).decode("utf-16-be", "replace")


def _public(text: str) -> str:
    return "".join(_LIKE.get(c, _UNKNOWN) if _is_private(c) else c for c in text) or _UNKNOWN


def _is_private(character: str) -> bool:
    code = ord(character)
    return (
        code in {0, 0xFEFF, 0xFFFE}
        or 0xD800 <= code <= 0xDFFF
        or 0xE000 <= code <= 0xF8FF
        or code >= 0xF0000
    )
