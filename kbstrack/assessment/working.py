"""What an apprentice works on: their draft, or the last version as the start of the next one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kbstrack import access
from kbstrack.access import Action, Actor
from kbstrack.assessment import queries, turns
from kbstrack.assessment.reading import EvidencePage, see_enrolment, see_evidence
from kbstrack.clock import day_of
from kbstrack.db import transaction
from kbstrack.errors import Conflict
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.drafting import CHANGED_MEANWHILE, change_draft
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.rules import (
    EvidenceState,
    EvidenceText,
    FileText,
    clean_evidence,
    clean_files,
)
from kbstrack.evidence.service import check_running, open_enrolment
from kbstrack.people.enrolment_queries import EnrolmentRow


@dataclass(frozen=True, slots=True)
class Work:
    """A piece as its apprentice goes on with it; revision 0 means that no draft exists yet."""

    page: EvidencePage
    text: EvidenceText
    files: tuple[FileRow, ...]
    revision: int

    @property
    def version(self) -> int:
        """The number of the version that was submitted last, which this follows on; or 0."""
        return len(self.page.evidence.versions)

    @property
    def counts_again(self) -> int | None:
        """The accepted version that counts alone once the change to it is taken back, if any."""
        standing = [row.number for row in self.page.evidence.versions if row.withdrawn_at is None]
        return standing[-2] if self.page.still_met and len(standing) > 1 else None

    @property
    def made_on(self) -> dict[str, int]:
        """What a form about this state carries, so that it is not taken for a later one."""
        return {"revision": self.revision, "version": self.version}


@dataclass(frozen=True, slots=True)
class Offers:
    """What a page may offer this person for this piece now."""

    is_own: bool
    may_edit: bool
    may_change: bool
    may_discard: bool
    may_withdraw: bool
    may_decide: bool


def see_own_enrolment(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    """The apprentice's own running enrolment, to begin a piece in.

    Raises NotFound, NotAllowed, RuleBroken once it has ended.
    """
    enrolment = see_enrolment(actor, enrolment_id)
    access.require(actor, Action.EVIDENCE_WRITE, enrolment.scope)
    check_running(enrolment)
    return enrolment


def see_work(actor: Actor, evidence_id: uuid.UUID) -> Work:
    """A piece with what was written last. Raises NotFound, NotAllowed."""
    page = see_evidence(actor, evidence_id)
    access.require(actor, Action.EVIDENCE_WRITE, page.enrolment.scope)
    draft, latest = page.evidence.draft, page.evidence.latest
    if draft is not None:
        return Work(page, draft.text, draft.files, draft.revision)
    assert latest is not None, "a piece has a draft or a version"
    return Work(page, latest.text, latest.files, 0)


def check_open(work: Work) -> None:
    """The piece can be changed now. Raises RuleBroken or Conflict with what to do instead."""
    check_running(work.page.enrolment)
    turns.check_changeable(work.page.state, has_draft=bool(work.revision))


def begin_change(actor: Actor, evidence_id: uuid.UUID, *, version: int, at: datetime) -> int:
    """Begin a draft of an accepted piece, with what was submitted last, and answer its revision.

    `version` is the number of the version submitted last that the page was made on; a draft that
    was begun already is gone on with. Raises NotFound, NotAllowed, RuleBroken once the enrolment
    has ended, or Conflict when the piece is not accepted any more.
    """
    with transaction():
        enrolment = open_enrolment(actor, evidence_queries.enrolment_of(evidence_id))
        piece = evidence_queries.evidence(evidence_id)
        if piece.latest is None or piece.latest.number != version:
            raise Conflict(CHANGED_MEANWHILE)
        if piece.draft is not None:
            return piece.draft.revision
        turns.check_accepted(queries.state_of(piece))
        return change_draft(
            enrolment,
            evidence_id,
            text=piece.latest.text,
            files=[file.text for file in piece.latest.files],
            revision=0,
            at=at,
        )


def save_work(
    actor: Actor,
    work: Work,
    *,
    text: EvidenceText,
    files: Sequence[FileText],
    revision: int,
    version: int,
    at: datetime,
) -> int:
    """Keep the draft as it is now and answer its new revision; 0 begins one after a submission.

    `version` is the number of the version submitted last that the page was made on, or 0. The
    same text sent twice is saved once. Raises NotFound, NotAllowed, RuleBroken naming the
    fields, or Conflict when something else was saved, submitted or accepted meanwhile.
    """
    evidence_id = work.page.evidence.id
    try:
        with transaction():
            enrolment = open_enrolment(actor, evidence_queries.enrolment_of(evidence_id))
            # The page was made before; it may have been submitted or accepted since.
            piece = evidence_queries.evidence(evidence_id)
            state, has_draft = queries.state_of(piece), piece.draft is not None
            turns.check_changeable(state, has_draft=has_draft)
            if version != len(piece.versions):
                raise Conflict(CHANGED_MEANWHILE)
            return change_draft(
                enrolment, evidence_id, text=text, files=files, revision=revision, at=at
            )
    except Conflict:
        now = see_work(actor, evidence_id)
        cleaned = clean_evidence(text, codes=work.page.standard.codes, today=day_of(at))
        is_the_same = tuple(file.text for file in now.files) == clean_files(files)
        if now.revision and is_the_same and now.text == cleaned:
            return now.revision
        raise


def offers(actor: Actor, page: EvidencePage) -> Offers:
    """What this person can do with the piece as it stands."""
    scope, is_running = page.enrolment.scope, page.enrolment.ended_on is None
    is_own = access.allows(actor, Action.EVIDENCE_WRITE, scope)
    is_waiting = page.state is EvidenceState.SUBMITTED
    is_accepted, has_draft = page.state is EvidenceState.ACCEPTED, page.evidence.draft is not None
    is_changing = not is_waiting and (has_draft or not is_accepted)
    return Offers(
        is_own=is_own,
        may_edit=is_own and is_running and is_changing,
        may_change=is_own and is_running and is_accepted and not has_draft,
        may_discard=is_own and is_running and has_draft,
        may_withdraw=is_own and is_running and is_waiting and not page.is_redecided,
        may_decide=is_waiting
        and is_running
        and access.allows(actor, Action.EVIDENCE_DECIDE, scope),
    )


def may_begin(actor: Actor, enrolment: EnrolmentRow) -> bool:
    """Whether this person can add evidence to the enrolment."""
    return enrolment.ended_on is None and access.allows(
        actor, Action.EVIDENCE_WRITE, enrolment.scope
    )
