"""What all pages of evidence share: the blueprint, and what is shown of one piece."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, url_for

from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.reading import EvidencePage
from kbstrack.assessment.working import Work, see_work
from kbstrack.errors import NotFound
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.rules import ClaimText, EvidenceText
from kbstrack.formats import say_count
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.standards.rules import Ksb, Standard
from kbstrack.web.files import is_shown_inline
from kbstrack.web.session import current_actor

blueprint = Blueprint("evidence", "kbstrack.web.evidence")

Page = tuple[str, int]
PLAYED = ("audio", "video")


@dataclass(frozen=True, slots=True)
class FileView:
    """A file on a page; `href` opens what can be shown and downloads the rest.

    `caption` is what its apprentice says it shows; `alternative` is what is said for a picture to
    whoever can't see it, the caption if there is one.
    """

    id: uuid.UUID
    name: str
    href: str
    original_href: str
    media_type: str
    size_bytes: int
    note: str
    is_picture: bool
    player: str
    width: int | None
    height: int | None
    caption: str
    alternative: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with the standard's wording and what was decided on it, if anything."""

    ksb: Ksb
    claim: ClaimText
    decision: DecisionRow | None
    href: str


def file_views(files: Sequence[FileRow]) -> list[FileView]:
    """The files in their order."""
    pictures = [file for file in files if _is_shown_picture(file)]
    return [_file_view(file, pictures) for file in files]


def claim_views(
    text: EvidenceText,
    standard: Standard,
    enrolment: EnrolmentRow,
    decisions: Mapping[str, DecisionRow],
) -> list[ClaimView]:
    """The claims in the standard's order."""
    return [
        ClaimView(
            ksb=standard.ksb(claim.code),
            claim=claim,
            decision=decisions.get(claim.code),
            href=url_for("progress.ksb", enrolment_id=enrolment.id, code=claim.code),
        )
        for claim in text.claims
    ]


def submitted_work(evidence_id: uuid.UUID) -> Work:
    """A piece of which something was submitted, as its apprentice works on it.

    Raises NotFound, NotAllowed.
    """
    work = see_work(current_actor(), evidence_id)
    if work.page.evidence.latest is None:
        raise NotFound(NOT_HERE)
    return work


def asked_for(page: EvidencePage) -> list[ClaimView]:
    """The claims of the version that counts that are not yet met, with what the assessor said."""
    current = page.evidence.current
    if current is None:
        return []
    decisions = page.decisions.get(current.number, {})
    views = claim_views(current.text, page.standard, page.enrolment, decisions)
    return [
        view
        for view in views
        if view.decision is not None and view.decision.stands and not view.decision.is_met
    ]


def caption_of(enrolment: EnrolmentRow) -> str:
    """Whose record a page belongs to."""
    return f"{enrolment.apprentice}, {enrolment.standard_reference}"


def _is_shown_picture(file: FileRow) -> bool:
    return file.is_picture and is_shown_inline(file)


def _file_view(file: FileRow, pictures: Sequence[FileRow]) -> FileView:
    original = url_for("files.original", upload_id=file.upload_id)
    is_inline = is_shown_inline(file)
    return FileView(
        id=file.upload_id,
        name=file.name,
        href=url_for("files.show", upload_id=file.upload_id) if is_inline else original,
        original_href=original,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        note=say_count(file.pages, "page") if file.pages else "",
        is_picture=file in pictures,
        player=file.family if file.family in PLAYED else "",
        width=file.width,
        height=file.height,
        caption=file.caption,
        alternative=file.caption or _bare_alternative(file, pictures),
    )


def _bare_alternative(file: FileRow, pictures: Sequence[FileRow]) -> str:
    """What can be said of a picture that nobody has described: "Picture 2 of 3: board.jpg, …"."""
    if file not in pictures:
        return ""
    place = f" {pictures.index(file) + 1} of {len(pictures)}" if len(pictures) > 1 else ""
    return f"Picture{place}: {file.name}, without a description"
