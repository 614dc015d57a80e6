"""Office documents, and small programs that stand where LibreOffice would, well behaved or not."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from kbstrack.pdf.office.documents import OfficeWish
from kbstrack.pdf.office.program import OfficeSetting
from kbstrack.portfolio.rules import PortfolioFile
from tests.pdf.foreign.made import make_written
from tests.pdf.samples import PICTURES

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAME = "StandIn 9.8.7"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = "application/vnd.oasis.opendocument"
# Leaves what lies beside it as `made.pdf`.
WELL = 'cp "$here/made.pdf" document.pdf'
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "ooo": "http://openoffice.org/2004/office",
}


def stand_in(folder: Path, body: str = WELL, *, version: str = f"{NAME} 1(Build:2)") -> Path:
    """A program that tells this version, and otherwise does what `body` says, in sh.

    `$here` is its folder, in which it also notes each of its starts with all arguments.
    """
    folder.mkdir(exist_ok=True)
    path = folder / "soffice"
    path.write_text(
        "#!/bin/sh\n"
        f"here={folder}\n"
        f'if [ "$1" = --version ]; then echo "{version}"; exit; fi\n'
        'echo "$@" 2>/dev/null >> "$here/starts"\n'
        f"{body}\n"
    )
    path.chmod(0o755)
    (folder / "made.pdf").write_bytes(make_written("Made for the first page.", "And a second."))
    return path


def starts(program: Path) -> list[str]:
    """What a stand-in was started with, a line each."""
    noted = program.parent / "starts"
    return noted.read_text().splitlines() if noted.exists() else []


def wish(program: Path, at: datetime = NOON) -> OfficeWish:
    """That this program makes the pages, without bubblewrap, which not every machine has."""
    return OfficeWish(OfficeSetting(str(program), is_confined=False), at)


def make_office(
    name: str = "report.docx", content: bytes | None = None, media_type: str = DOCX
) -> PortfolioFile:
    """An office document as it was handed in."""
    content = f"The document {name}".encode() if content is None else content
    PICTURES[sha256 := hashlib.sha256(content).hexdigest()] = content
    return PortfolioFile(name, "office", media_type, len(content), sha256, None, None)


def open_document(
    kind: str, body: str, *, before: str = "", parts: dict[str, str] | None = None
) -> bytes:
    """An OpenDocument file: `kind` is text, spreadsheet or presentation; `before` its body."""
    parts = parts or {}
    names = " ".join(f'xmlns:{name}="{address}"' for name, address in _NAMES.items())
    entries = {"/": f"{OPEN}.{kind}", "content.xml": "text/xml"} | dict.fromkeys(parts, "text/xml")
    listed = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{media_type}"/>'
        for path, media_type in entries.items()
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", f"{OPEN}.{kind}")
        package.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2">{before}<office:body>'
            f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        for path, content in parts.items():
            package.writestr(path, content)
        package.writestr(
            "META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}">{listed}</m:manifest>'
        )
    return target.getvalue()
