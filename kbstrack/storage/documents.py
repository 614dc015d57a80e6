"""Office documents: told apart by what is in them, never rendered, only downloaded.

Runs in the child process only.
"""

import mmap
import zipfile
from pathlib import Path

from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import (
    FAMILIES,
    UNSAFE,
    FileFamily,
    Inspected,
    Limits,
    refuse,
    refuse_unknown,
)
from kbstrack.storage.names import extension

MOST_PARTS = 20_000
_MOST_TYPE_BYTES = 1_000_000
MACROS = "This document contains macros. Open it only if you trust who made it."

# The main part's content type without its ending -> media types without and with macros.
_OPEN_XML = {
    "wordprocessingml.document": "vnd.ms-word.document.macroEnabled",
    "spreadsheetml.sheet": "vnd.ms-excel.sheet.macroEnabled",
    "presentationml.presentation": "vnd.ms-powerpoint.presentation.macroEnabled",
    "presentationml.slideshow": "vnd.ms-powerpoint.slideshow.macroEnabled",
}
_SHOWN_AS = {"presentationml.slideshow": "presentationml.presentation"}
# Streams that name the program a document of the old Office format belongs to, and its extensions.
_OLE_STREAMS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("WordDocument", "application/msword", frozenset({"doc", "dot"})),
    ("Workbook", "application/vnd.ms-excel", frozenset({"xls", "xlt"})),
    ("PowerPoint Document", "application/vnd.ms-powerpoint", frozenset({"ppt", "pps"})),
    ("Book", "application/vnd.ms-excel", frozenset({"xls", "xlt"})),
)


def inspect_zip(path: Path, limits: Limits) -> Inspected:
    """A document in a zip: Word, Excel, PowerPoint or OpenDocument. Raises RuleBroken."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _in_zip(archive, limits)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as problem:
        raise RuleBroken(UNSAFE) from problem
    except (OSError, ValueError, KeyError, RuntimeError, EOFError) as problem:
        raise RuleBroken(UNSAFE) from problem


def inspect_ole(path: Path, name: str) -> Inspected:
    """A document of Office 97 to 2003, by the streams it holds. Raises RuleBroken."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("__properties_version1.0".encode("utf-16-le")) >= 0:
            raise refuse("email")
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise refuse("locked office")
        found = [s for s in _OLE_STREAMS if data.find(s[0].encode("utf-16-le")) >= 0]
        has_macros = data.find("_VBA_PROJECT".encode("utf-16-le")) >= 0
    if not found:
        raise refuse_unknown(name)
    # A document can hold another one; its own name then says which of them it is.
    matching = [s for s in found if extension(name) in s[2]]
    media_type = (matching or found)[0][1]
    return Inspected(media_type, FileFamily.OFFICE, note=MACROS if has_macros else None)


def _in_zip(archive: zipfile.ZipFile, limits: Limits) -> Inspected:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > 4 * limits.most_unpacked_bytes:
        raise RuleBroken(UNSAFE)
    names = {part.filename for part in parts}
    if "[Content_Types].xml" in names:
        media_type = _open_xml_type(_start_of(archive, "[Content_Types].xml"))
    elif "mimetype" in names:
        media_type = _start_of(archive, "mimetype").strip()
    else:
        raise refuse("archive")
    if FAMILIES.get(media_type) is not FileFamily.OFFICE:
        raise refuse("archive")
    has_macros = "macroEnabled" in media_type or any(
        name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names
    )
    return Inspected(media_type, FileFamily.OFFICE, note=MACROS if has_macros else None)


def _start_of(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as part:
        return part.read(_MOST_TYPE_BYTES).decode("utf-8", "replace")


def _open_xml_type(content_types: str) -> str:
    for kind, with_macros in _OPEN_XML.items():
        if f"openxmlformats-officedocument.{kind}.main+xml" in content_types:
            shown = _SHOWN_AS.get(kind, kind)
            return f"application/vnd.openxmlformats-officedocument.{shown}"
        if f"application/{with_macros}.main+xml" in content_types:
            shown = with_macros.replace("slideshow", "presentation")
            return f"application/{shown}.12"
    return ""
