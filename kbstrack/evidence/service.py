"""Writing evidence down: drafts and files, seen by nobody but the apprentice until submitted."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.current import settings, store
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence import file_queries, queries
from kbstrack.evidence.drafting import CHANGED_MEANWHILE, change_draft, remove_draft
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.models import (
    Draft,
    Evidence,
    EvidenceVersion,
    StoredFile,
    Upload,
)
from kbstrack.evidence.rules import EvidenceText, FileText
from kbstrack.ids import new_id
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.storage.inspect import Inspected, inspect
from kbstrack.storage.kinds import check_name
from kbstrack.storage.names import clean_name


def start_evidence(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    text: EvidenceText,
    files: Sequence[FileText] = (),
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Keep a new draft and answer its id.

    Raises NotFound, NotAllowed, RuleBroken naming the field.
    """
    with transaction():
        enrolment = open_enrolment(actor, enrolment_id)
        about = (enrolment_id, text, tuple(files))
        first = once.first_result(
            key, person_id=actor.person_id, action="start_evidence", about=about
        )
        if first is not None:
            return uuid.UUID(first)
        evidence_id = new_id()
        db.session.add(Evidence(id=evidence_id, enrolment_id=enrolment.id, created_at=at))
        db.session.flush()
        change_draft(enrolment, evidence_id, text=text, files=files, revision=0, at=at)
        once.remember(
            key,
            person_id=actor.person_id,
            action="start_evidence",
            about=about,
            result=str(evidence_id),
            at=at,
        )
        return evidence_id


def save_draft(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    text: EvidenceText,
    files: Sequence[FileText] = (),
    revision: int,
    at: datetime,
) -> int:
    """Keep a changed draft and answer its new revision; 0 begins one after a submission.

    Raises NotFound, NotAllowed, RuleBroken naming the field, or Conflict when the draft was
    saved or submitted meanwhile.
    """
    with transaction():
        enrolment = open_enrolment(actor, queries.enrolment_of(evidence_id))
        return change_draft(
            enrolment, evidence_id, text=text, files=files, revision=revision, at=at
        )


def discard_draft(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    revision: int,
    version: int | None = None,
    at: datetime,
) -> None:
    """Throw a draft away; with it the whole piece when nothing was ever submitted.

    `revision` and `version` are the draft and the version submitted last that the page showed.
    Raises NotFound, NotAllowed, Conflict when it was saved or submitted meanwhile.
    """
    with transaction():
        open_enrolment(actor, queries.enrolment_of(evidence_id))
        row = db.session.get(Draft, evidence_id, populate_existing=True)
        submitted = db.session.query(EvidenceVersion.id).filter_by(evidence_id=evidence_id).count()
        if row is None or row.revision != revision or version not in (None, submitted):
            raise Conflict(CHANGED_MEANWHILE)
        remove_draft(evidence_id)
        if not submitted:
            db.session.execute(delete(Evidence).where(Evidence.id == evidence_id))


def add_upload(
    actor: Actor, enrolment_id: uuid.UUID, *, stream: BinaryIO, name: str, at: datetime
) -> FileRow:
    """Take a file for an enrolment: look into it, store it, and only then write its row.

    The file belongs to no piece yet; saving a draft that names it does that. Raises NotFound,
    NotAllowed, or RuleBroken (field `files`) with what to do when it cannot be taken; NoRoom is
    one of those.
    """
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.EVIDENCE_WRITE, enrolment.scope)
    check_running(enrolment)
    try:
        facts = _store(stream, name, at)
    except RuleBroken as error:
        raise type(error)(f"{clean_name(name)}: {error}", field="files") from error
    with transaction():
        open_enrolment(actor, enrolment_id)
        _add_facts(facts)
        given = Upload(
            id=new_id(),
            enrolment_id=enrolment_id,
            uploaded_by=actor.person_id,
            sha256=facts.sha256,
            name=clean_name(name),
            uploaded_at=at,
        )
        db.session.add(given)
        db.session.flush()
        return file_queries.upload(given.id)


def open_enrolment(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    """The apprentice's own running enrolment, held until the transaction ends.

    Raises NotFound, NotAllowed, RuleBroken once it has ended.
    """
    lock_enrolment(enrolment_id)
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.EVIDENCE_WRITE, enrolment.scope)
    check_running(enrolment)
    return enrolment


def check_running(enrolment: EnrolmentRow) -> None:
    """Raises RuleBroken once the enrolment has ended."""
    if enrolment.ended_on is not None:
        raise RuleBroken("This enrolment has ended: its record can be read but not added to.")


def _add_facts(facts: StoredFile) -> None:
    if file_queries.stored_file(facts.sha256) is not None:
        return
    # Somebody else may be storing the very same bytes at this moment.
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        db.session.add(facts)


def _store(stream: BinaryIO, name: str, at: datetime) -> StoredFile:
    most_bytes = settings().max_file_bytes
    stored = store().put(stream, most_bytes=most_bytes)
    known = file_queries.stored_file(stored.sha256)
    if known is not None:
        check_name(known.family, name)
        return known
    found = inspect(store().path(stored.sha256), name, workspace=store().workspace)
    row = StoredFile(
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=found.media_type,
        family=found.family,
        width=found.width,
        height=found.height,
        pages=found.pages,
        stored_at=at,
    )
    _store_copy(row, found, most_bytes)
    return row


def _store_copy(row: StoredFile, found: Inspected, most_bytes: int) -> None:
    if found.copy is None:
        return
    with found.copy.open("rb") as file:
        copy = store().put(file, most_bytes=max(most_bytes, found.copy.stat().st_size))
    row.copy_sha256, row.copy_size_bytes = copy.sha256, copy.size_bytes
    row.copy_media_type = found.copy_media_type


def visible_file(actor: Actor, upload_id: uuid.UUID) -> FileRow:
    """A file the person may see: their own, or one that a submitted version names.

    Raises NotFound.
    """
    file = file_queries.upload(upload_id)
    scope = enrolment_queries.enrolment(file.enrolment_id).scope
    if not access.allows(actor, Action.DRAFT_SEE, scope):
        access.require(actor, Action.ENROLMENT_SEE, scope)
        if not file_queries.is_submitted(upload_id):
            raise NotFound(NOT_HERE)
    return file
