"""Each face once: one subset of a font file with the letters that all sections use together."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Object

from kbstrack.pdf.faces import KEY, bundled_faces
from kbstrack.pdf.joining.writer import Writer

_LETTER = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")
_MOST_LETTERS_IN_A_BLOCK = 100
# No glyph of our fonts stands for more than a few letters: in hexadecimal digits.
_LONGEST = 32
_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_FOOT = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_DROPPED_TABLES = ["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "meta", "gasp", "MATH", "kern"]


@dataclass(slots=True)
class _Face:
    """A font of the joined document: its number, its names, and the letters that are used."""

    number: int
    name: bytes = b""
    described: bytes = b""
    widths: dict[int, str] = field(default_factory=dict)
    letters: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a face: its glyph's number, and how wide it is in thousandths of its size."""

    glyph: int
    width: float


class Fonts:
    """The fonts of the document: ask for the `number_of` all that are met, then `embed`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._faces: dict[str, _Face] = {}

    def number_of(self, font: Object) -> int | None:
        """The document's font that stands for this one of a section, whose letters it now has.

        None for what is no bundled font.
        """
        sha256 = _face_of(font)
        if sha256 is None:
            return None
        face = self._face(sha256)
        descendant = font.DescendantFonts[0]
        if not face.name:
            face.name = font.BaseFont.unparse()
            face.described = _described(descendant.FontDescriptor)
        face.widths.update(_widths(descendant.W))
        for glyph, letters in _LETTER.findall(font.ToUnicode.read_bytes()):
            # Where a line was cut, WeasyPrint takes all that is not shown for its last letter.
            known = face.letters.setdefault(int(glyph, 16), letters)
            face.letters[int(glyph, 16)] = min(known, letters, key=len)
        return face.number

    def letters_of(self, stem: str, text: str) -> tuple[int, dict[str, Letter]]:
        """The number of a bundled font by its file's name, and these characters in it."""
        from fontTools.ttLib import TTFont

        [(sha256, path)] = [found for found in bundled_faces().items() if found[1].stem == stem]
        face = self._face(sha256)
        found = {}
        with TTFont(path, lazy=True) as font:
            scale = 1000 / font["head"].unitsPerEm
            for character in text:
                name = font.getBestCmap()[ord(character)]
                letter = Letter(font.getGlyphID(name), font["hmtx"][name][0] * scale)
                face.widths.setdefault(letter.glyph, f"{letter.width:g}")
                face.letters[letter.glyph] = character.encode("utf-16-be").hex().encode()
                found[character] = letter
        return face.number, found

    def embed(self) -> None:
        """Write every face with its file, its widths and what its letters stand for."""
        for sha256, face in sorted(self._faces.items()):
            long = [glyph for glyph, said in face.letters.items() if len(said) > _LONGEST]
            face.letters |= _own_letters(sha256, long)
            self._write(face, _subset(sha256, sorted(face.letters)))

    def _face(self, sha256: str) -> _Face:
        if sha256 not in self._faces:
            self._faces[sha256] = _Face(self._writer.reserve())
        return self._faces[sha256]

    def _write(self, face: _Face, subset: bytes) -> None:
        writer = self._writer
        file = writer.add_stream(b"/Length1 %d" % len(subset), subset)
        descriptor = writer.add(b"<< %s /FontFile2 %d 0 R >>" % (face.described, file))
        descendant = writer.add(
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont %s /CIDToGIDMap /Identity "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            b"/FontDescriptor %d 0 R /W [%s] >>"
            % (face.name, descriptor, _said_widths(face.widths))
        )
        letters = writer.add_stream(b"", _said_letters(face.letters))
        writer.put(
            face.number,
            b"<< /Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H "
            b"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (face.name, descendant, letters),
        )


def _face_of(font: Object) -> str | None:
    if not isinstance(font, Dictionary) or "/DescendantFonts" not in font:
        return None
    descriptor = font.DescendantFonts[0].FontDescriptor
    return str(descriptor[KEY]) if KEY in descriptor else None


def _described(descriptor: Object) -> bytes:
    """The entries of a font's description, without the note of its face."""
    entries = [key for key in sorted(descriptor.keys()) if key != KEY]
    return b" ".join(
        key.encode("ascii") + b" " + Array([descriptor[key]]).unparse()[1:-1].strip()
        for key in entries
    )


def _widths(said: Object) -> dict[int, str]:
    """`[3 [500 600] 9 [250]]` as widths by glyph, as they were written."""
    found = {}
    for at in range(0, len(said), 2):
        for place, width in enumerate(said[at + 1]):
            found[int(said[at]) + place] = f"{float(width):g}"
    return found


def _said_widths(widths: dict[int, str]) -> bytes:
    said: list[str] = []
    before = None
    for glyph in sorted(widths):
        if before is None or glyph != before + 1:
            said += ["]"] if said else []
            said += [str(glyph), "["]
        said.append(widths[glyph])
        before = glyph
    return " ".join([*said, "]"]).encode("ascii")


def _said_letters(letters: dict[int, bytes]) -> bytes:
    lines = [b"<%04x> <%s>\n" % (glyph, letters[glyph]) for glyph in sorted(letters)]
    blocks = [
        lines[at : at + _MOST_LETTERS_IN_A_BLOCK]
        for at in range(0, len(lines), _MOST_LETTERS_IN_A_BLOCK)
    ]
    return b"".join(
        [
            _CMAP_HEAD,
            *(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks),
            _CMAP_FOOT,
        ]
    )


def _own_letters(sha256: str, glyphs: list[int]) -> dict[int, bytes]:
    """The characters that these glyphs are drawn for by the font itself."""
    if not glyphs:
        return {}
    from fontTools.ttLib import TTFont

    with TTFont(bundled_faces()[sha256], lazy=True) as font:
        by_glyph = {font.getGlyphID(name): code for code, name in font.getBestCmap().items()}
    return {
        glyph: chr(by_glyph.get(glyph, 0xFFFD)).encode("utf-16-be").hex().encode()
        for glyph in glyphs
    }


def _subset(sha256: str, glyphs: list[int]) -> bytes:
    """The font file with these glyphs only, under the numbers they have."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        retain_gids=True,
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        recalc_timestamp=False,
        name_IDs=[],
        layout_features=[],
    )
    options.drop_tables += _DROPPED_TABLES
    subsetter = subset.Subsetter(options)
    subsetter.populate(gids=glyphs)
    with TTFont(bundled_faces()[sha256], lazy=True, recalcTimestamp=False) as font:
        subsetter.subset(font)
        target = io.BytesIO()
        font.save(target)
    return target.getvalue()
