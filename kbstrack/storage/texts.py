"""Plain text: told by its bytes, and copied as UTF-8 where it is written in something else.

Runs in the child process only.
"""

import codecs
from pathlib import Path

from kbstrack.storage.kinds import (
    TEXT,
    FileFamily,
    Inspected,
    check_name,
    refuse,
    refuse_unknown,
)
from kbstrack.storage.signatures import by_content

CHUNK = 1 << 16
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1b\x1a\x85")


def inspect_text(path: Path, name: str, head: bytes, copy: Path) -> Inspected:
    """Text in UTF-8, UTF-16 or Windows-1252. Raises RuleBroken for anything else."""
    check_name(FileFamily.TEXT, name)
    for encoding in _encodings(head):
        if _reads_as_text(path, encoding):
            break
    else:
        raise refuse_unknown(name)
    if encoding == "utf-8":
        return Inspected(TEXT, FileFamily.TEXT)
    with path.open(encoding=encoding, newline="") as file, copy.open("wb") as out:
        while chunk := file.read(CHUNK):
            out.write(chunk.encode())
    return Inspected(TEXT, FileFamily.TEXT, copy=copy, copy_media_type=TEXT)


def _refuse_markup(path: Path, encoding: str) -> None:
    """Refuse markup that hides behind an encoding. Raises RuleBroken."""
    with path.open(encoding=encoding, newline="") as file:
        kind = by_content(file.read(4096).encode())
    if kind in {"web page", "drawing", "script"}:
        raise refuse(kind)


def _encodings(head: bytes) -> tuple[str, ...]:
    if head.startswith(codecs.BOM_UTF8):
        return ("utf-8",)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "cp1252")


def _reads_as_text(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while chunk := file.read(CHUNK):
                if any(c < " " and c not in _TEXT_CONTROLS for c in chunk):
                    return False
    except UnicodeError:
        return False
    _refuse_markup(path, encoding)
    return True
