"""The kind of a file by the bytes it begins with; what a name claims does not count."""

import re

from kbstrack.storage.kinds import OLE, PDF, RTF, ZIP

HEAD_BYTES = 8192

# A value is a media type, or a key of kinds.REFUSED.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"{\\rtf", RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", "archive"),
    (b"PK\x07\x08", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MSCF", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"dex\n", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (b"#!AMR", "recording"),
    (b"#!", "script"),
    (b"<?php", "script"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"II+\x00", "picture"),
    (b"8BPS", "picture"),
    (b"%!PS", "picture"),
    (b"\xc5\xd0\xd3\xc6", "picture"),
    (b"BM", "picture"),
    (b"\x00\x00\x01\x00", "picture"),
    (b"\xff\x0a", "picture"),
    (b"\x00\x00\x00\x0cjP  ", "picture"),
    (b"\x00\x00\x00\x0cJXL ", "picture"),
    (b"FORM", "recording"),
    (b"0&\xb2u\x8ef\xcf\x11", "recording"),
    (b"FLV\x01", "recording"),
    (b"\x00\x00\x01\xba", "recording"),
    (b"\x00\x00\x01\xb3", "recording"),
)
# Beginnings that are also plain words: they count only where the bytes are no text.
_ALSO_WORDS = frozenset({b"MZ", b"BM", b"BZh", b"FORM", b"MSCF", b"ID3", b"fLaC", b"OggS"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# By the first three letters, which the versions of a brand share.
_BRANDS = {
    b"avi": "picture",
    b"crx": "picture",
    b"jxl": "picture",
    b"M4A": "audio/mp4",
    b"M4B": "audio/mp4",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp",
    b"qt ": "video/quicktime",
}
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide"})
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype\s[^>]*>|\s)*<([a-z][a-z0-9:]*)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = frozenset(
    b"html head body script iframe title meta link style object embed form img a p div table "
    b"base frameset applet video audio span h1 br b".split()
)
_EMAIL = re.compile(
    rb"(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|X-[\w-]+): .*\n", re.IGNORECASE
)


def by_content(head: bytes) -> str | None:
    """A media type or a key of kinds.REFUSED; None when nothing is known (it may be text).

    `head` is the file's first HEAD_BYTES.
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            if beginning in _ALSO_WORDS and _looks_like_words(head):
                return None
            return kind
    return _boxed(head) or _riff(head) or _matroska(head) or _sound_frames(head) or _marked_up(head)


def _boxed(head: bytes) -> str | None:
    if head[4:8] in _OLD_QUICKTIME and head[0] == 0:
        return "video/quicktime"
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in _HEIC_BRANDS:
        return "picture" if _is_avif(head) else "image/heic"
    # Anything else in such boxes is a film for one device or another.
    return _BRANDS.get(brand[:3], "video/mp4")


def _is_avif(head: bytes) -> bool:
    length = int.from_bytes(head[:4])
    brands = {head[i : i + 4] for i in range(16, min(length, len(head)), 4)}
    return b"avif" in brands and not brands & {b"heic", b"heix"}


def _riff(head: bytes) -> str | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "recording"}.get(head[8:12])


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    if b"webm" not in head[:64]:
        return "recording"
    return "audio/webm" if b"A_" in head and b"V_" not in head else "video/webm"


def _sound_frames(head: bytes) -> str | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        return "audio/aac"
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    is_mp3 = layer == 1 and version != 1 and bit_rate not in {0, 15} and sample_rate != 3
    return "audio/mpeg" if is_mp3 else None


def _marked_up(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if found := _MARKUP.match(text):
        tag = found.group(1).lower()
        if tag == b"svg" or tag.endswith(b":svg"):
            return "drawing"
        if tag in _HTML_TAGS or text.lstrip()[:9].lower().startswith((b"<?xml", b"<!doctype")):
            return "web page"
    if text.lstrip()[:14].lower() in {b"<!doctype html"}:
        return "web page"
    if _EMAIL.match(text):
        return "email"
    # Some programs write a few bytes of their own before the header of a PDF.
    return PDF if b"%PDF-" in head[:1024] else None


def _looks_like_words(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\n\r\f" for byte in head)
