"""Files: the checked copy to look at, the original to download; never by a path from outside."""

from __future__ import annotations

import uuid

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from kbstrack.current import store
from kbstrack.errors import NotFound
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.service import visible_file
from kbstrack.storage.names import content_disposition
from kbstrack.web.session import current_actor

blueprint = Blueprint("files", __name__)

DAMAGED = (
    "This file is damaged where it is kept, so it is not shown. Tell your training provider: "
    "it can be restored from a backup."
)

INLINE = frozenset({"image/jpeg", "image/png", "application/pdf"})
"""What is shown in the browser, and only as a copy that we made."""

# Chromium's own PDF viewer starts in this sandbox too; where a browser's does not, the original
# can still be downloaded.
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"


def is_shown_inline(file: FileRow) -> bool:
    """Whether there is a checked copy that a browser shows."""
    return file.copy_sha256 is not None and file.copy_media_type in INLINE


@blueprint.get("/files/<uuid:upload_id>")
def show(upload_id: uuid.UUID) -> Response:
    """A picture or a PDF to look at; anything else as a download."""
    return look_at(visible_file(current_actor(), upload_id))


@blueprint.get("/files/<uuid:upload_id>/original")
def original(upload_id: uuid.UUID) -> Response:
    """The bytes as they were given, as a download."""
    return download(visible_file(current_actor(), upload_id))


def look_at(file: FileRow) -> Response:
    """The checked copy of a file that the person may see, or the file as a download."""
    if not is_shown_inline(file):
        return download(file)
    assert file.copy_sha256 is not None
    assert file.copy_media_type is not None
    return _answer(file.copy_sha256, file.name, media_type=file.copy_media_type, inline=True)


def download(file: FileRow) -> Response:
    """The bytes of a file that the person may see, as they were given."""
    return _answer(file.sha256, file.name, media_type=file.media_type, inline=False)


def _answer(sha256: str, name: str, *, media_type: str, inline: bool) -> Response:
    """The bytes, whole or the asked-for part of them (sound and film ask for parts)."""
    path = store().path(sha256)
    if not path.is_file():
        raise NotFound("The file is not there any more.")
    # Nobody decides on a picture that was exchanged on the disk. A part is asked for after the
    # whole was begun, and reading all of a film for each part would take too long.
    if request.range is None and not store().verify(sha256):
        raise NotFound(DAMAGED)
    answer = send_file(path, mimetype=media_type, conditional=True, etag=sha256, last_modified=None)
    answer.headers["Content-Disposition"] = content_disposition(name, inline, media_type=media_type)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
