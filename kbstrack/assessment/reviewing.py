"""What an assessor needs before them to decide on a piece, and what is wrong with an answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kbstrack import access
from kbstrack.access import Action, Actor
from kbstrack.assessment import queries, rules, standing, turns
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.queries import QueueRow
from kbstrack.assessment.reading import EvidencePage, see_evidence, see_queue
from kbstrack.assessment.rules import DecisionText
from kbstrack.assessment.sign_off_rules import Basis, basis_of, sign_off_problems
from kbstrack.assessment.signing import action_for
from kbstrack.assessment.standing import Standing
from kbstrack.clock import day_of
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence.queries import VersionRow
from kbstrack.evidence.rules import TESTIMONY, EvidenceState, Missing
from kbstrack.evidence.service import check_running
from kbstrack.formats import say_count
from kbstrack.people import countersigners
from kbstrack.people.enrolment_queries import NOT_HERE


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """What was decided on the same claim of an earlier version, and what is different now."""

    decision: DecisionRow
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A submitted piece as its assessor sees it; `next_up` waits longest of all the others.

    `offers` are the KSBs that this assessor may sign off with the decision, by code, each with
    what it rests on once this piece is met too.
    """

    page: EvidencePage
    version: VersionRow
    offers: Mapping[str, Basis]
    earlier: Mapping[str, tuple[EarlierDecision, ...]]
    next_up: QueueRow | None
    is_open: bool
    # Who countersigns what this person decides; None for the qualified.
    countersigner: str | None
    open_codes: tuple[str, ...]
    turn: int

    def is_now(self, version_number: int, turn: int) -> bool:
        """Whether an answer made on this can be given: nothing happened since."""
        return self.is_open and (version_number, turn) == (self.version.number, self.turn)

    def codes(self, version_number: int, turn: int) -> tuple[str, ...]:
        """What is asked on a page: what is open now, or all that an earlier page can have asked."""
        if self.is_now(version_number, turn):
            return self.open_codes
        for version in self.page.evidence.versions:
            if version.number == version_number:
                return _codes(version)
        return _codes(self.version)


def see_review(actor: Actor, evidence_id: uuid.UUID) -> ReviewPage:
    """A piece with all its assessor needs to decide. Raises NotFound, NotAllowed."""
    page = see_evidence(actor, evidence_id)
    access.require(actor, Action.EVIDENCE_DECIDE, page.enrolment.scope)
    version = page.evidence.current
    if version is None:
        raise NotFound(NOT_HERE)
    is_open = page.state is EvidenceState.SUBMITTED and page.enrolment.ended_on is None
    countersigner = countersigners.needed_by(page.enrolment.provider_id, actor.person_id)
    return ReviewPage(
        page=page,
        version=version,
        # What waits for its countersignature is nothing to sign off on.
        offers=_offers(actor, page, version) if is_open and not countersigner else {},
        countersigner=countersigner,
        open_codes=tuple(queries.open_codes(version.id)),
        turn=queries.turn(version.id),
        earlier={code: _earlier(page, version, code) for code in _codes(version)},
        next_up=next((row for row in see_queue(actor) if row.evidence_id != evidence_id), None),
        is_open=is_open,
    )


def problems(
    review: ReviewPage,
    decisions: Sequence[DecisionText],
    *,
    sign_offs: Mapping[str, str],
    is_declared: bool,
    at: datetime,
) -> list[Missing]:
    """Everything that is wrong with an answer, each with its field, in the order of the page.

    `sign_offs` are codes with their reasons. What changes until the answer is carried out is
    found by `decide`.
    """
    cleaned = [rules.clean_decision(decision) for decision in decisions]
    found = rules.problems(cleaned, signed_with=sign_offs, today=day_of(at))
    for code in rules.in_order(sign_offs):
        if offer := review.offers.get(code):
            found += sign_off_problems(offer, reason=sign_offs[code], is_declared=is_declared)
    return list(dict.fromkeys(found))


def why_closed(review: ReviewPage, *, asked: int, turn: int) -> str:
    """Why what somebody had before them can't be decided on now; empty if it can.

    `asked` and `turn` are the version and the turn that their page was made on.
    """
    try:
        turns.check_decidable(review.page.state, latest=review.version.number, asked=asked)
        check_running(review.page.enrolment)
    except (Conflict, RuleBroken) as refusal:
        return str(refusal)
    return "" if turn == review.turn else turns.DECIDED_MEANWHILE


def changes_since(before: VersionRow, after: VersionRow, code: str) -> tuple[str, ...]:
    """What a later version says differently, as far as it matters for one claim."""
    old, new = before.text, after.text
    changes = []
    if old.title != new.title:
        changes.append("the title")
    if (old.kind, old.first_on, old.last_on) != (new.kind, new.first_on, new.last_on):
        changes.append("kind or date")
    if old.description != new.description:
        changes.append("the description")
    claims = [
        next((claim for claim in text.claims if claim.code == code), None) for text in (old, new)
    ]
    if claims[0] != claims[1]:
        changes.append(f"the reason for {code}")
    given, kept = {file.sha256 for file in before.files}, {file.sha256 for file in after.files}
    if kept - given:
        changes.append(f"{say_count(len(kept - given), 'file')} added")
    if given - kept:
        changes.append(f"{say_count(len(given - kept), 'file')} removed")
    return tuple(changes)


def _codes(version: VersionRow) -> tuple[str, ...]:
    return tuple(claim.code for claim in version.text.claims)


def _offers(actor: Actor, page: EvidencePage, version: VersionRow) -> dict[str, Basis]:
    standings = standing.standings(
        claim
        for claim in queries.claim_rows(page.enrolment.id)
        if claim.evidence_id != page.evidence.id
    )
    found = {
        code: _with_this_one(_basis(page, code, standings.get(code, [])), version)
        for code in queries.open_codes(version.id)
        if code not in page.sign_offs
        and access.allows(actor, action_for(page.standard, code), page.enrolment.scope)
    }
    # What no reason helps against is no offer, nor is what waits for a countersignature.
    return {
        code: basis
        for code, basis in found.items()
        if not basis.obstacle and not basis.uncountersigned_count
    }


def _basis(page: EvidencePage, code: str, pieces: Sequence[Standing]) -> Basis:
    ksb = page.standard.ksb(code)
    return basis_of(ksb, page.standard.sign_off_roles.role_for(ksb.kind), pieces)


def _with_this_one(basis: Basis, version: VersionRow) -> Basis:
    """With the piece that is decided on now: its own earlier decision is replaced by this one."""
    return replace(
        basis,
        accepted_count=basis.accepted_count + 1,
        testimony_count=basis.testimony_count + (version.text.kind in TESTIMONY),
    )


def _earlier(page: EvidencePage, latest: VersionRow, code: str) -> tuple[EarlierDecision, ...]:
    """What was decided on the claim before: taken back on this version, then on earlier ones."""
    taken_back, last = [], page.decisions.get(latest.number, {}).get(code)
    if last is not None:
        taken_back = [row for row in (*last.former, last) if not row.stands]
    return (
        *(EarlierDecision(row, ()) for row in reversed(taken_back)),
        *(
            EarlierDecision(
                page.decisions[before.number][code], changes_since(before, latest, code)
            )
            for before in reversed(page.evidence.versions)
            if before.number < latest.number and code in page.decisions.get(before.number, {})
        ),
    )
