"""Which kinds of file are taken, what a look at one finds, and the sentences that refuse others."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kbstrack.errors import RuleBroken
from kbstrack.storage.names import RUNNABLE, clean_name, extension

ASK_FOR_PDF = "Take a photo of it or save it as a PDF and add that."


class FileFamily(StrEnum):
    """How a file is shown: pictures and PDFs in the page, everything else as a download."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"
    OFFICE = "office"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True)
class Inspected:
    """What a look at a file found.

    `copy` is a checked, normalised copy to show and print instead of the file itself; it lies in
    a folder that goes when this value goes, so store it first. Without one, the file's own bytes
    are fit to show (plain text) or only ever downloaded. `width` and `height` are the copy's, in
    pixels. `note` is a sentence for whoever opens the file.
    """

    media_type: str
    family: FileFamily
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    copy: Path | None = None
    copy_media_type: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one look may cost. Reaching any of them refuses the file."""

    cpu_seconds: int = 25
    wall_seconds: float = 60
    memory_bytes: int = 1500 * 1024 * 1024
    most_pixels: int = 50_000_000
    # A stream of a PDF or a part of an office document, once unpacked.
    most_unpacked_bytes: int = 400_000_000


PDF = "application/pdf"
TEXT = "text/plain"
RTF = "application/rtf"
OLE = "application/x-ole-storage"
ZIP = "application/zip"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

FAMILIES: dict[str, FileFamily] = {
    PDF: FileFamily.PDF,
    TEXT: FileFamily.TEXT,
    "image/jpeg": FileFamily.IMAGE,
    "image/png": FileFamily.IMAGE,
    "image/webp": FileFamily.IMAGE,
    "image/gif": FileFamily.IMAGE,
    "image/heic": FileFamily.IMAGE,
    "audio/mpeg": FileFamily.AUDIO,
    "audio/mp4": FileFamily.AUDIO,
    "audio/wav": FileFamily.AUDIO,
    "audio/ogg": FileFamily.AUDIO,
    "audio/aac": FileFamily.AUDIO,
    "audio/flac": FileFamily.AUDIO,
    "audio/webm": FileFamily.AUDIO,
    "video/mp4": FileFamily.VIDEO,
    "video/quicktime": FileFamily.VIDEO,
    "video/webm": FileFamily.VIDEO,
    "video/3gpp": FileFamily.VIDEO,
    RTF: FileFamily.OFFICE,
    "application/msword": FileFamily.OFFICE,
    "application/vnd.ms-excel": FileFamily.OFFICE,
    "application/vnd.ms-powerpoint": FileFamily.OFFICE,
    "application/vnd.ms-word.document.macroEnabled.12": FileFamily.OFFICE,
    "application/vnd.ms-excel.sheet.macroEnabled.12": FileFamily.OFFICE,
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12": FileFamily.OFFICE,
    f"{_OPEN_XML}.wordprocessingml.document": FileFamily.OFFICE,
    f"{_OPEN_XML}.spreadsheetml.sheet": FileFamily.OFFICE,
    f"{_OPEN_XML}.presentationml.presentation": FileFamily.OFFICE,
    f"{_OPEN_DOCUMENT}.text": FileFamily.OFFICE,
    f"{_OPEN_DOCUMENT}.spreadsheet": FileFamily.OFFICE,
    f"{_OPEN_DOCUMENT}.presentation": FileFamily.OFFICE,
}

# Recognised so that the refusal can say what the file is, whatever its name claims.
REFUSED: dict[str, str] = {
    "program": f"This file is a program, which we can't take. {ASK_FOR_PDF}",
    "script": f"This file is a script, which we can't take. {ASK_FOR_PDF}",
    "web page": f"This file is a web page, which we can't take. {ASK_FOR_PDF}",
    "drawing": "This file is an SVG drawing, which we can't take. Save it as a PNG or PDF and "
    "add that.",
    "archive": "This file is an archive of other files (such as a .zip). Unpack it and add the "
    "files one by one.",
    "email": "This file is an email message. Save or print it as a PDF and add that.",
    "picture": "We can't take pictures of this kind. Save it as a JPG or PNG and add that.",
    "recording": "We can't take recordings of this kind. Save it as an MP4 (video) or MP3 (sound) "
    "and add that.",
    "locked office": "This document is locked with a password. Save it without a password and "
    "add that.",
}
UNSAFE = (
    "We could not open this file safely, so it was not saved. Save it again on your device, or "
    "take a photo or make a PDF of it, and add that."
)
EMPTY = "The file is empty. Open it on your device to check, then add it again."


def refuse(kind: str) -> RuleBroken:
    """The refusal for a kind of file that was recognised (a key of REFUSED)."""
    return RuleBroken(REFUSED[kind])


def refuse_unknown(name: str) -> RuleBroken:
    """The refusal for a file of which only the name says what it is."""
    ending = extension(clean_name(name))
    what = f".{ending} files" if ending else "files of this kind"
    return RuleBroken(f"We can't take {what}. {ASK_FOR_PDF}")


def check_name(family: str, name: str) -> None:
    """A text must not have a name that a computer would run. Raises RuleBroken.

    The same bytes can arrive again under another name, so this is asked for every name.
    """
    if family == FileFamily.TEXT and extension(clean_name(name)) in RUNNABLE:
        raise refuse_unknown(name)
