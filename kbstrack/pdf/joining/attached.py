"""Files inside the document, each with what it has to do with it (ISO 19005-3, 6.8)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pikepdf import Name, String

from kbstrack.pdf.joining.writer import Writer

_CHUNK = 1 << 20


def add_attachments(writer: Writer, directory: Path, attached: list[dict[str, Any]]) -> bytes:
    """Write the files; returns the entries for the catalogue's names and itself, maybe none."""
    if not attached:
        return b""
    written = [
        (String(item["name"]).unparse(), _add(writer, directory / item["file"], item))
        for item in sorted(attached, key=lambda item: str(item["name"]).encode())
    ]
    named = b" ".join(name + b" %d 0 R" % number for name, number in written)
    tree = writer.add(b"<< /Names [%s] >>" % named)
    listed = b" ".join(b"%d 0 R" % number for _, number in written)
    return b"/EmbeddedFiles %d 0 R >> /AF [%s]" % (tree, listed)


def _add(writer: Writer, path: Path, item: dict[str, Any]) -> int:
    name, description = (String(item[key]).unparse() for key in ("name", "description"))
    file = writer.reserve()
    entries = (
        b"/Type /EmbeddedFile /Subtype %s /Params << /Size %d /CheckSum <%s> /ModDate %s >>"
        % (
            Name(f"/{item['media_type']}").unparse(),
            path.stat().st_size,
            _md5(path),
            String(item["modified"]).unparse(),
        )
    )
    writer.put_file(file, entries, path)
    return writer.add(
        b"<< /Type /Filespec /F %s /UF %s /Desc %s /AFRelationship %s "
        b"/EF << /F %d 0 R /UF %d 0 R >> >>"
        % (name, name, description, Name(f"/{item['relationship']}").unparse(), file, file)
    )


def _md5(path: Path) -> bytes:
    """What ISO 32000-1, 7.11.4 asks for; what can be relied on are the SHA-256s on the pages."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return digest.hexdigest().encode()
