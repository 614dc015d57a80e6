"""Reading files: what was given under which name, and what is known of the bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import StoredFile, Upload, VersionFile
from kbstrack.evidence.rules import FileText
from kbstrack.people.enrolment_queries import NOT_HERE


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it was given, and what is known of its bytes.

    `caption` is what its apprentice says it shows, in the piece that it was read with.
    """

    upload_id: uuid.UUID
    enrolment_id: uuid.UUID
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    family: str
    width: int | None
    height: int | None
    pages: int | None
    copy_sha256: str | None
    copy_size_bytes: int | None
    copy_media_type: str | None
    caption: str = ""

    @property
    def text(self) -> FileText:
        """What the apprentice gave and wrote: the file and its caption."""
        return FileText(self.upload_id, self.caption)

    @property
    def is_picture(self) -> bool:
        """Whether it is something to look at, so that who can't see it needs words for it."""
        return self.family == "image"


def upload(upload_id: uuid.UUID) -> FileRow:
    """Raises NotFound."""
    rows = uploads([upload_id])
    if not rows:
        raise NotFound(NOT_HERE)
    return rows[0]


def uploads(upload_ids: Sequence[uuid.UUID]) -> list[FileRow]:
    """These files in the order asked for; those that do not exist are left out."""
    rows = db.session.execute(
        select(Upload, StoredFile)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(Upload.id.in_(upload_ids))
    )
    found = {given.id: file_row(given, stored) for given, stored in rows}
    return [found[upload_id] for upload_id in upload_ids if upload_id in found]


def is_submitted(upload_id: uuid.UUID) -> bool:
    """Whether a submitted version names the file: only then others may see it."""
    query = select(VersionFile.version_id).where(VersionFile.upload_id == upload_id).limit(1)
    return db.session.scalar(query) is not None


def stored_file(sha256: str) -> StoredFile | None:
    """What is known of these bytes, if they were looked into before."""
    return db.session.get(StoredFile, sha256)


def stored_hashes() -> Iterator[tuple[str, int]]:
    """The hash and size of everything that must lie in the store, in order of the hash."""
    rows = db.session.execute(
        select(
            StoredFile.sha256,
            StoredFile.size_bytes,
            StoredFile.copy_sha256,
            StoredFile.copy_size_bytes,
        ).order_by(StoredFile.sha256)
    )
    for sha256, size_bytes, copy_sha256, copy_size_bytes in rows:
        yield sha256, size_bytes
        if copy_sha256 is not None and copy_size_bytes is not None:
            yield copy_sha256, copy_size_bytes


def known_hashes(hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that a row names."""
    known = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    copies = select(StoredFile.copy_sha256).where(StoredFile.copy_sha256.in_(hashes))
    return known | {sha256 for sha256 in db.session.scalars(copies) if sha256}


def file_row(given: Upload, stored: StoredFile, caption: str = "") -> FileRow:
    """The two rows as one, with the caption that the file has in a piece."""
    return FileRow(
        upload_id=given.id,
        enrolment_id=given.enrolment_id,
        name=given.name,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=stored.media_type,
        family=stored.family,
        width=stored.width,
        height=stored.height,
        pages=stored.pages,
        copy_sha256=stored.copy_sha256,
        copy_size_bytes=stored.copy_size_bytes,
        copy_media_type=stored.copy_media_type,
        caption=caption,
    )
