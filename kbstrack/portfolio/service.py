"""Gathering one enrolment into a frozen portfolio, of what the person may see."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from kbstrack import access
from kbstrack.access import Action, Actor
from kbstrack.assessment import decision_queries, queries, sign_off_queries
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.rules import in_order
from kbstrack.assessment.standing import ClaimRow, standings
from kbstrack.auditing import service as auditing
from kbstrack.clock import day_of
from kbstrack.db import db
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.queries import EvidenceRow, VersionRow
from kbstrack.evidence.rules import evidence_state
from kbstrack.formats import say_date
from kbstrack.ledger import queries as ledger
from kbstrack.people import enrolment_queries
from kbstrack.people import queries as people_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.portfolio import statements
from kbstrack.portfolio.matrix import Decisions, matrix_rows
from kbstrack.portfolio.rules import (
    KindSummary,
    PieceState,
    Portfolio,
    PortfolioActionPoint,
    PortfolioClaim,
    PortfolioDecision,
    PortfolioFile,
    PortfolioImage,
    PortfolioPiece,
    PortfolioReopening,
    PortfolioStandard,
    PortfolioVersion,
)
from kbstrack.portfolio.said import with_said
from kbstrack.portfolio.seconds import second_of
from kbstrack.progress import rules as progress_rules
from kbstrack.standards.rules import Standard

StillMet = Mapping[uuid.UUID, tuple[str, ...]]

_TRIES = 20


def find_portfolio(actor: Actor, text: str) -> uuid.UUID:
    """The enrolment that an id or a ULN means, among those the person may see.

    Raises NotFound, or RuleBroken when several have this ULN.
    """
    found = enrolment_queries.find(text, actor)
    if not found:
        raise NotFound(f"There is no enrolment with the id or ULN {text}.")
    if len(found) > 1:
        raise RuleBroken(
            "Several enrolments have this ULN; name one by its id:\n"
            + "\n".join(
                f"  {row.id}  {row.standard_reference}, from {say_date(row.start_on)}"
                for row in found
            )
        )
    return found[0].id


def build_portfolio(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> Portfolio:
    """Everything submitted, decided and signed in an enrolment, as issued on this day.

    Drafts and withdrawn versions are not in it. Raises NotFound, NotAllowed.
    """
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_SEE, enrolment.scope)
    standard = standard_of(enrolment)
    decisions = decision_queries.decisions_by_version(enrolment.id)
    claims = queries.claim_rows(enrolment.id)
    pieces = with_said(_pieces(enrolment, decisions, _still_met(claims)), enrolment.id)
    signed = sign_off_queries.sign_offs(enrolment.id)
    progress = progress_rules.progress(standard, claims, signed)
    head = ledger.head(enrolment.id) or (0, "")
    return Portfolio(
        apprentice=enrolment.apprentice,
        uln=enrolment.uln,
        provider=enrolment.provider,
        ukprn=enrolment.ukprn,
        employer=enrolment.employer or "",
        line_manager=enrolment.line_manager or "",
        assessor=enrolment.assessor or "",
        standard=_standard(standard),
        start_on=enrolment.start_on,
        planned_end_on=enrolment.planned_end_on,
        ended_on=enrolment.ended_on,
        issued_on=day_of(at),
        summaries=tuple(
            KindSummary(kind, count.met_count, count.total_count) for kind, count in progress.kinds
        ),
        ksbs=matrix_rows(enrolment, progress, signed, decisions, pieces),
        pieces=pieces,
        statements=statements.for_signature(
            apprentice=enrolment.apprentice,
            assessor=enrolment.assessor or "",
            provider=enrolment.provider,
            line_manager=enrolment.line_manager or "",
            employer=enrolment.employer or "",
        ),
        copy_for=auditing.name_of(actor),
        ledger_sequence=head[0],
        ledger_hash=head[1],
    )


def settled_portfolio(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> Portfolio:
    """`build_portfolio` of one moment: nothing was entered while it was read.

    Begins a transaction of its own. Raises NotFound, NotAllowed, or Conflict when the record does
    not come to rest.
    """
    for _ in range(_TRIES):
        db.session.rollback()
        before = ledger.head(enrolment_id) or (0, "")
        portfolio = build_portfolio(actor, enrolment_id, at=at)
        if before == (portfolio.ledger_sequence, portfolio.ledger_hash):
            return portfolio
    raise Conflict("The record is being changed at this moment: try again in a minute.")


def _standard(standard: Standard) -> PortfolioStandard:
    return PortfolioStandard(
        reference=standard.reference,
        version=standard.version,
        version_note=standard.version_note,
        title=standard.title,
        level=standard.level,
        occupation_code=standard.occupation_code,
        content_hash=standard.content_hash,
        licence=standard.licence,
        terms=standard.terms,
    )


def _still_met(claims: Sequence[ClaimRow]) -> StillMet:
    """By piece: the KSBs that it is met for by a decision on an earlier version."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for code, pieces in standings(claims).items():
        for piece in pieces:
            if piece.counts_though_changed:
                found[piece.evidence_id].append(code)
    return {key: tuple(in_order(codes)) for key, codes in found.items()}


def _pieces(
    enrolment: EnrolmentRow, decisions: Decisions, still_met: StillMet
) -> tuple[PortfolioPiece, ...]:
    found = [row for row in evidence_queries.evidence_of(enrolment.id) if _standing(row)]
    names = people_queries.names(
        enrolment.provider_id,
        {version.submitted_by for row in found for version in row.versions},
    )
    return tuple(_piece(row, decisions, names, still_met.get(row.id, ())) for row in found)


def _piece(
    row: EvidenceRow,
    decisions: Decisions,
    names: Mapping[uuid.UUID, str],
    still_met: tuple[str, ...],
) -> PortfolioPiece:
    assert row.number is not None
    standing = _standing(row)
    latest = standing[-1]
    outcomes = [row.is_met for row in decisions.get(latest.id, {}).values() if row.stands]
    state = evidence_state(
        has_version=True,
        is_withdrawn=False,
        outcomes=outcomes,
        is_open=len(outcomes) < len(latest.text.claims),
    )
    return PortfolioPiece(
        number=row.number,
        state=PieceState(state.value),
        versions=tuple(
            _version(version, decisions.get(version.id, {}), names[version.submitted_by])
            for version in standing
        ),
        still_met=still_met,
    )


def _standing(row: EvidenceRow) -> list[VersionRow]:
    """The versions that were not withdrawn; what was decided on them stays in the record."""
    return [version for version in row.versions if version.withdrawn_at is None]


def _version(
    version: VersionRow, decisions: Mapping[str, DecisionRow], submitted_by: str
) -> PortfolioVersion:
    text = version.text
    assert text.kind is not None
    assert text.first_on is not None
    return PortfolioVersion(
        number=version.number,
        title=text.title,
        kind=text.kind.label,
        first_on=text.first_on,
        last_on=text.last_on,
        description=text.description,
        sha256=version.sha256,
        submitted_at=version.submitted_at,
        submitted_by=submitted_by,
        declaration=version.declaration,
        claims=tuple(
            PortfolioClaim(
                code=claim.code,
                rationale=claim.rationale,
                locator=claim.locator,
                decision=_decided(decisions.get(claim.code)),
                former=_former(decisions.get(claim.code)),
            )
            for claim in text.claims
        ),
        files=tuple(_file(file) for file in version.files),
    )


def _decided(row: DecisionRow | None) -> PortfolioDecision | None:
    return _decision(row) if row is not None else None


def _former(row: DecisionRow | None) -> tuple[PortfolioDecision, ...]:
    return tuple(_decision(before) for before in row.former) if row is not None else ()


def _decision(row: DecisionRow) -> PortfolioDecision:
    reopening = None
    if row.reopened_at is not None:
        reopening = PortfolioReopening(
            row.reopening_reason or "", row.reopened_by or "", row.reopened_at
        )
    return PortfolioDecision(
        is_met=row.is_met,
        feedback=row.feedback,
        is_valid=row.is_valid,
        is_authentic=row.is_authentic,
        is_current=row.is_current,
        is_sufficient=row.is_sufficient,
        assessor=row.assessor,
        decided_at=row.decided_at,
        action_points=tuple(
            PortfolioActionPoint(action.text, action.due_on) for action in row.actions
        ),
        reopening=reopening,
        second=second_of(row),
    )


def _file(row: FileRow) -> PortfolioFile:
    image = None
    if row.family == "image" and row.copy_sha256 and row.width and row.height:
        image = PortfolioImage(
            row.copy_sha256, row.copy_media_type or row.media_type, row.width, row.height
        )
    return PortfolioFile(
        name=row.name,
        family=row.family,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        pages=row.pages,
        image=image,
        paper_sha256=_paper(row),
        caption=row.caption,
    )


def _paper(row: FileRow) -> str | None:
    """What is printed of a file behind its piece: a text that needed no copy is its own."""
    if row.family == "text":
        return row.copy_sha256 or row.sha256
    return row.copy_sha256 if row.family == "pdf" else None
