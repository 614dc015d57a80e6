"""What a person may read of evidence and decisions: load, may they, show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kbstrack import access
from kbstrack.access import Action, Actor
from kbstrack.assessment import decision_queries, list_queries, queries, sign_off_queries
from kbstrack.assessment.change_queries import ChangedRow, changed_sign_offs
from kbstrack.assessment.changes import Change, changes_since
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.list_queries import EvidenceItem
from kbstrack.assessment.queries import QueueRow
from kbstrack.assessment.returned_queries import ReturnedRow, returned_sign_offs
from kbstrack.assessment.rules import in_order
from kbstrack.assessment.standing import ClaimRow, SignOffRow, standings
from kbstrack.errors import NotFound
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.models import Evidence
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.evidence.rules import EvidenceState
from kbstrack.people import enrolment_queries
from kbstrack.people import queries as people_queries
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.standards.rules import Standard


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A piece of evidence as a person may see it; without its draft for everybody but its
    apprentice. `decisions` is by version number, then by KSB code; `sign_offs` are those that
    stand, by KSB code, and `changes` what changed under each of them in this piece. `still_met`
    are the KSBs met on an earlier version, which count until the newer one is decided."""

    enrolment: EnrolmentRow
    standard: Standard
    evidence: EvidenceRow
    state: EvidenceState
    decisions: Mapping[int, Mapping[str, DecisionRow]]
    sign_offs: Mapping[str, SignOffRow]
    names: Mapping[uuid.UUID, str]
    changes: Mapping[str, tuple[Change, ...]]
    still_met: Mapping[str, DecisionRow]

    @property
    def changed_sign_offs(self) -> dict[str, tuple[Change, ...]]:
        """What was changed under sign-offs, by KSB code; none without a change."""
        return {code: self.changes[code] for code in in_order(self.changes) if self.changes[code]}

    @property
    def is_redecided(self) -> bool:
        """Whether something on the version that counts is decided, or was and is open again."""
        current = self.evidence.current
        return current is not None and bool(self.decisions.get(current.number))


def see_evidence(actor: Actor, evidence_id: uuid.UUID) -> EvidencePage:
    """One piece with everything that belongs to it. Raises NotFound."""
    enrolment = see_enrolment(actor, evidence_queries.enrolment_of(evidence_id))
    piece = evidence_queries.evidence(evidence_id)
    if not access.allows(actor, Action.DRAFT_SEE, enrolment.scope):
        if piece.latest is None:
            raise NotFound(NOT_HERE)
        piece = replace(piece, draft=None)
    decisions = decision_queries.decisions_of(piece)
    signed = {row.code: row for row in sign_off_queries.sign_offs(enrolment.id) if row.stands}
    claims = queries.claims_where(Evidence.id == piece.id)
    return EvidencePage(
        enrolment=enrolment,
        standard=standard_of(enrolment),
        evidence=piece,
        state=queries.state_of(piece),
        decisions=decisions,
        sign_offs=signed,
        changes={code: changes_since(claims, row.decision_ids) for code, row in signed.items()},
        still_met=_still_met(claims, decisions),
        names=people_queries.names(
            enrolment.provider_id, [version.submitted_by for version in piece.versions]
        ),
    )


def _still_met(
    claims: Sequence[ClaimRow], decisions: Mapping[int, Mapping[str, DecisionRow]]
) -> dict[str, DecisionRow]:
    rows = {row.id: row for found in decisions.values() for row in found.values()}
    found = {code: pieces[0] for code, pieces in standings(claims).items()}
    still = {
        code: item.decision_id
        for code, item in found.items()
        if item.counts_though_changed and item.decision_id is not None
    }
    return {code: rows[still[code]] for code in in_order(still)}


def see_enrolment(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    """An enrolment that the person may see. Raises NotFound."""
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.ENROLMENT_SEE, enrolment.scope)
    return enrolment


def list_evidence(actor: Actor, enrolment_id: uuid.UUID) -> list[EvidenceItem]:
    """An enrolment's evidence, the latest change first; drafts for its apprentice only.

    Raises NotFound.
    """
    enrolment = see_enrolment(actor, enrolment_id)
    with_drafts = access.allows(actor, Action.DRAFT_SEE, enrolment.scope)
    items = list_queries.evidence_items([enrolment.id], with_drafts=with_drafts)
    return items.get(enrolment.id, [])


def see_changed(actor: Actor) -> list[ChangedRow]:
    """The sign-offs in this assessor's caseload under which something was changed since."""
    return changed_sign_offs([row.id for row in enrolment_queries.assessed_by(actor)])


def see_returned(actor: Actor) -> list[ReturnedRow]:
    """The sign-offs in this assessor's caseload that a countersigner sent back, until signed."""
    enrolments = [row.id for row in enrolment_queries.assessed_by(actor)]
    return returned_sign_offs(enrolments, assessor_id=actor.person_id)


def see_queue(actor: Actor) -> list[QueueRow]:
    """What waits for this assessor's decision, oldest first."""
    return queries.queue([row.id for row in enrolment_queries.assessed_by(actor)])
