"""What a person may read of the ledger: the history of an enrolment, a KSB, a piece; one entry."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kbstrack import access
from kbstrack.access import Action, Actor, DecisionScope
from kbstrack.assessment.reading import see_enrolment, see_evidence
from kbstrack.errors import NotFound
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import Entry, Flaw, What, entry_hash
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.record import subjects
from kbstrack.record.checkpoints import MOST_SEQUENCE
from kbstrack.record.lines import Line, line
from kbstrack.record.references import References, Seen
from kbstrack.record.resolving import decided_by, references_of
from kbstrack.record.wording import Wording, particulars_of, texts_of, wordings
from kbstrack.standards.rules import Ksb, Standard

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class History:
    """One page of what happened, the latest first; `total` lines on all pages together.

    `ksb` and `piece` say what it is narrowed to. `later` are entries that this person is told of
    later: how many follow directly on the entry of a number.
    """

    enrolment: EnrolmentRow
    standard: Standard
    lines: tuple[Line, ...]
    total: int
    number: int
    ksb: Ksb | None = None
    piece: Seen | None = None
    later: Mapping[int, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // ON_A_PAGE))


@dataclass(frozen=True, slots=True)
class Written:
    """A sample's own page: the assessor's when it was written to them, else quality assurance's."""

    sample_id: uuid.UUID
    is_to_them: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry with what was seen and written then; `flaws` is empty while all is as it was.

    `particulars` are what a confirmation or a statement says beside its words. `basis` are the
    versions that a sign-off or its confirmation rests on, and None for an entry that rests on none
    by its nature. `written` is the sample under which those whom it concerns read what quality
    assurance and the assessor wrote. `proof` is how the signer proved who they were, where the
    entry is a signature.
    """

    enrolment: EnrolmentRow
    standard: Standard
    line: Line
    wordings: tuple[Wording, ...]
    texts: tuple[tuple[str, str], ...]
    particulars: tuple[tuple[str, str], ...]
    written: Written | None
    basis: tuple[Seen, ...] | None
    proof: Proof | None
    flaws: tuple[Flaw, ...]


def see_history(actor: Actor, enrolment_id: uuid.UUID, *, number: int = 1) -> History:
    """What happened to an enrolment, a page of it. Raises NotFound."""
    return _history(actor, see_enrolment(actor, enrolment_id), None, number)


def see_ksb_history(
    actor: Actor, enrolment_id: uuid.UUID, code: str, *, number: int = 1
) -> History:
    """What happened to one KSB. Raises NotFound, for an unknown code too."""
    enrolment = see_enrolment(actor, enrolment_id)
    ksb = standard_of(enrolment).ksb(code)
    return _history(actor, enrolment, subjects.of_ksb(enrolment.id, ksb.code), number, ksb=ksb)


def see_piece_history(actor: Actor, evidence_id: uuid.UUID, *, number: int = 1) -> History:
    """What happened to one piece. Raises NotFound, for one that was never submitted too."""
    page = see_evidence(actor, evidence_id)
    latest = page.evidence.latest
    if latest is None:
        raise NotFound(NOT_HERE)
    piece = Seen(evidence_id, page.evidence.number or 0, latest.number)
    return _history(actor, page.enrolment, subjects.of_piece(evidence_id), number, piece=piece)


def see_entry(actor: Actor, enrolment_id: uuid.UUID, sequence: int) -> EntryPage:
    """One entry of an enrolment's ledger. Raises NotFound."""
    enrolment = see_enrolment(actor, enrolment_id)
    standard = standard_of(enrolment)
    but = _untold(actor, enrolment)
    # An address can name a number that no database can compare with.
    asked = min(sequence, MOST_SEQUENCE - 1)
    found = ledger.latest(enrolment.id, most=1, at_most=asked, but=but)
    if not found or found[0].sequence != sequence:
        raise NotFound(NOT_HERE)
    facts = json.loads(found[0].facts)
    basis = [uuid.UUID(decision_id) for decision_id in facts.get("basis", ())]
    references = references_of(found, basis, with_asked=_is_told_of_requests(actor, enrolment))
    told = line(found[0], references)
    return EntryPage(
        enrolment=enrolment,
        standard=standard,
        line=told,
        wordings=wordings(told, standard),
        texts=texts_of(told.entry),
        particulars=particulars_of(told.entry),
        written=_written(actor, enrolment, told.entry),
        basis=_basis(references, basis) if "basis" in facts else None,
        proof=_proof(facts),
        flaws=_flaws(told.entry),
    )


def _untold(actor: Actor, enrolment: EnrolmentRow) -> Any:
    """The ids of rows that this person is not told of: samples that have no outcome yet."""
    may_see = access.allows(actor, Action.SAMPLING_SEE, enrolment.scope)
    return None if may_see else subjects.unjudged_samples()


def _is_told_of_requests(actor: Actor, enrolment: EnrolmentRow) -> bool:
    return access.allows(actor, Action.CONFIRMATION_ASK, enrolment.scope)


def _history(
    actor: Actor,
    enrolment: EnrolmentRow,
    only: Any,
    number: int,
    *,
    ksb: Ksb | None = None,
    piece: Seen | None = None,
) -> History:
    but = _untold(actor, enrolment)
    total = ledger.count(enrolment.id, only=only, but=but)
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(1, number), pages)
    skip = (number - 1) * ON_A_PAGE
    entries = ledger.latest(enrolment.id, most=ON_A_PAGE, skip=skip, only=only, but=but)
    references = references_of(entries, with_asked=_is_told_of_requests(actor, enrolment))
    return History(
        enrolment=enrolment,
        standard=standard_of(enrolment),
        lines=tuple(line(entry, references) for entry in entries),
        total=total,
        number=number,
        ksb=ksb,
        piece=piece,
        # What a history is narrowed to would tell what such an entry is about.
        later={} if but is None or only is not None else _later(enrolment.id, but),
    )


def _later(enrolment_id: uuid.UUID, untold: Any) -> dict[int, int]:
    """By the number of a told entry: how many follow on it that are not told yet."""
    found: dict[int, int] = {}
    before = 0
    hidden = ledger.sequences(enrolment_id, only=untold)
    for sequence in hidden:
        before = before if sequence - 1 in hidden else sequence - 1
        found[before] = found.get(before, 0) + 1
    return found


def _basis(references: References, decision_ids: Sequence[uuid.UUID]) -> tuple[Seen, ...]:
    found = (references.decisions.get(str(decision_id)) for decision_id in decision_ids)
    seen = {references.versions[decision[0]] for decision in found if decision}
    return tuple(sorted(seen, key=lambda item: (item.evidence_number, item.version_number)))


def _written(actor: Actor, enrolment: EnrolmentRow, entry: Entry) -> Written | None:
    """Where this person reads what was written to and by the assessor; None for everybody else.

    It stays between quality assurance and the assessor: a history is read by others too.
    """
    if entry.what not in (What.IQA_OUTCOME, What.IQA_REPLY, What.IQA_CLOSING):
        return None
    sample_id = uuid.UUID(json.loads(entry.facts)["sample_id"])
    assessor_id = decided_by(sample_id)
    if assessor_id is None:
        return None
    # There is an outcome: these are its entries, its answer and its end.
    scope = DecisionScope(enrolment.scope, assessor_id, is_judged=True)
    if access.allows(actor, Action.SAMPLE_ANSWER, scope):
        return Written(sample_id, is_to_them=True)
    if access.allows(actor, Action.SAMPLING_SEE, scope):
        return Written(sample_id, is_to_them=False)
    return None


def _proof(facts: dict[str, Any]) -> Proof | None:
    if "proof_method" not in facts:
        return None
    return Proof(ProofMethod(facts["proof_method"]), datetime.fromisoformat(facts["proved_at"]))


def _flaws(entry: Entry) -> tuple[Flaw, ...]:
    """What is wrong with the entry by itself; the whole chain is the administrator's check."""
    if entry_hash(entry) != entry.hash:
        return (Flaw("this entry", "What it says is not what was hashed."),)
    if entry.side is not None and entry.side.hash != entry.side_hash:
        return (Flaw("this entry", "The names beside it were changed."),)
    return ()
