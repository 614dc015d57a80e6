"""What a person may read of requests and of what was signed: load, may they, show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.assessment.reading import EvidencePage, see_enrolment, see_evidence
from kbstrack.assessment.signing import SIGNING, action_for
from kbstrack.confirmation import queries, request_queries, rules
from kbstrack.confirmation.queries import ConfirmationRow, StatementRow
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.service import standing_version
from kbstrack.db import db
from kbstrack.errors import Conflict, NotFound
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.queries import VersionRow
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.models import Person
from kbstrack.people.pinned import standard_of
from kbstrack.standards.rules import Ksb, Standard

ANSWERS = ("confirm_by_link", "state_by_link", "decline_by_link")
"""What a form behind a link does, by the name of its use case."""


@dataclass(frozen=True, slots=True)
class Confirmations:
    """What others say of a piece, and who was asked; `version_number` is the one that stands.

    The requests are shown to those who may ask, and to nobody else.
    """

    requests: tuple[RequestRow, ...]
    confirmations: tuple[ConfirmationRow, ...]
    statements: tuple[StatementRow, ...]
    version_number: int | None
    may_ask: bool
    may_confirm: bool
    may_state: bool


@dataclass(frozen=True, slots=True)
class AskedPage:
    """Everything that whoever follows a link may see, and nothing else."""

    request: RequestRow
    enrolment: EnrolmentRow
    standard: Standard
    version: VersionRow
    newer_at: datetime | None


@dataclass(frozen=True, slots=True)
class KsbConfirmations:
    """A KSB with what the employer confirmed of it."""

    enrolment: EnrolmentRow
    ksb: Ksb
    confirmations: tuple[ConfirmationRow, ...]
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class ToSign:
    """A piece as the line manager confirms it, or says what they saw of it."""

    page: EvidencePage
    version: VersionRow


def see_confirmations(actor: Actor, page: EvidencePage, *, at: datetime) -> Confirmations:
    """What others say of a piece that the person sees. Raises nothing: the page was asked for."""
    scope, piece = page.enrolment.scope, page.evidence
    standing = [version for version in piece.versions if version.withdrawn_at is None]
    number = standing[-1].number if standing else None
    is_open = number is not None and page.enrolment.ended_on is None
    may_confirm = is_open and access.allows(actor, Action.CONFIRM, scope)
    may_ask = access.allows(actor, Action.CONFIRMATION_ASK, scope)
    confirmations = tuple(
        row for row in queries.confirmations(page.enrolment.id) if row.evidence_id == piece.id
    )
    statements = tuple(
        row for row in queries.statements(page.enrolment.id) if row.evidence_id == piece.id
    )
    signed = queries.signed_by(actor.person_id, standing[-1].id) if standing else frozenset()
    return Confirmations(
        requests=tuple(request_queries.requests_about(piece.id)) if may_ask else (),
        confirmations=confirmations,
        statements=statements,
        version_number=number,
        may_ask=may_ask and is_open,
        may_confirm=may_confirm and rules.Asked.CONFIRMATION not in signed,
        may_state=may_confirm and rules.Asked.WITNESS_STATEMENT not in signed,
    )


def see_to_ask(actor: Actor, evidence_id: uuid.UUID) -> ToSign:
    """The version that somebody could be asked about. Raises NotFound, NotAllowed, Conflict."""
    return _to_sign(actor, evidence_id, Action.CONFIRMATION_ASK)


def see_to_sign(actor: Actor, evidence_id: uuid.UUID) -> ToSign:
    """The version that the line manager could confirm. Raises NotFound, NotAllowed, Conflict."""
    return _to_sign(actor, evidence_id, Action.CONFIRM)


def see_ksb_confirmations(actor: Actor, enrolment_id: uuid.UUID, code: str) -> KsbConfirmations:
    """What the employer confirmed of one KSB, and whether the person can now. Raises NotFound."""
    enrolment = see_enrolment(actor, enrolment_id)
    ksb, rows = standard_of(enrolment).ksb(code), queries.confirmations(enrolment_id)
    may_confirm = (
        enrolment.ended_on is None
        and access.allows(actor, Action.CONFIRM, enrolment.scope)
        and not queries.has_confirmed_ksb(actor.person_id, enrolment_id, code)
        and action_for(standard_of(enrolment), code) is not SIGNING["employer"]
    )
    found = tuple(row for row in rows if row.code == code)
    return KsbConfirmations(enrolment, ksb, found, may_confirm)


def see_ksb_to_confirm(actor: Actor, enrolment_id: uuid.UUID, code: str) -> KsbConfirmations:
    """A KSB as its line manager confirms it. Raises NotFound, NotAllowed."""
    found = see_ksb_confirmations(actor, enrolment_id, code)
    access.require(actor, Action.CONFIRM, found.enrolment.scope)
    return found


def see_request(actor: Actor, request_id: uuid.UUID) -> RequestRow:
    """A request, for those who may ask. Raises NotFound, NotAllowed."""
    row = request_queries.request(request_id)
    enrolment = enrolment_queries.enrolment(row.enrolment_id)
    access.require(actor, Action.CONFIRMATION_ASK, enrolment.scope)
    return row


def see_waiting(actor: Actor, *, at: datetime) -> list[RequestRow]:
    """What the person's own apprentices, as their line manager, still wait for from them."""
    enrolments = enrolment_queries.managed_by(actor, with_ended=False)
    person = db.session.get(Person, actor.person_id)
    if person is None or not enrolments:
        return []
    return request_queries.open_requests_to(person.email, [row.id for row in enrolments], at)


def see_asked(actor: Actor, *, at: datetime) -> AskedPage:
    """The one item that a link opens. Raises NotFound for everybody whose link is not open."""
    row = _open(actor, at)
    piece = evidence_queries.evidence(row.evidence_id)
    enrolment = enrolment_queries.enrolment(row.enrolment_id)
    newer = [
        version
        for version in piece.versions
        if version.number > row.version_number and version.withdrawn_at is None
    ]
    return AskedPage(
        request=row,
        enrolment=enrolment,
        standard=standard_of(enrolment),
        version=piece.version(row.version_number),
        newer_at=newer[-1].submitted_at if newer else None,
    )


def see_answered(actor: Actor, key: uuid.UUID | None) -> tuple[RequestRow, EnrolmentRow]:
    """The request that this very form answered before. Raises NotFound for every other form."""
    if actor.request_id is None or key is None:
        raise NotFound(rules.NOT_OPEN)
    row = request_queries.request(actor.request_id)
    access.require(actor, Action.CONFIRM_BY_LINK, row.scope)
    results = (once.result_of(key, person_id=actor.person_id, action=action) for action in ANSWERS)
    if not any(results):
        raise NotFound(rules.NOT_OPEN)
    return row, enrolment_queries.enrolment(row.enrolment_id)


def see_asked_file(actor: Actor, upload_id: uuid.UUID, *, at: datetime) -> FileRow:
    """A file of the version that a link opens. Raises NotFound for any other."""
    for file in see_asked(actor, at=at).version.files:
        if file.upload_id == upload_id:
            return file
    raise NotFound(NOT_HERE)


def marks(enrolment_id: uuid.UUID) -> Mapping[uuid.UUID, str]:
    """By piece, what lists say of it: that the employer or somebody else confirmed it."""
    found: dict[uuid.UUID, str] = {}
    for evidence_id, is_by_employer in queries.confirmed_pieces(enrolment_id):
        if is_by_employer:
            found[evidence_id] = "Confirmed by the employer"
        else:
            found.setdefault(evidence_id, "Confirmed")
    return found


def _open(actor: Actor, at: datetime) -> RequestRow:
    if actor.request_id is None:
        raise NotFound(rules.NOT_OPEN)
    row = request_queries.request(actor.request_id)
    access.require(actor, Action.CONFIRM_BY_LINK, row.scope)
    if not row.is_open(at):
        raise NotFound(rules.NOT_OPEN)
    return row


def _to_sign(actor: Actor, evidence_id: uuid.UUID, action: Action) -> ToSign:
    page = see_evidence(actor, evidence_id)
    access.require(actor, action, page.enrolment.scope)
    standing = [row.number for row in page.evidence.versions if row.withdrawn_at is None]
    if not standing:
        raise Conflict("Nothing is handed in at present: there is nothing to confirm.")
    return ToSign(page, standing_version(page.evidence, standing[-1]))
