"""A world with every kind of row that somebody handed in, decided or signed."""

from __future__ import annotations

import io
import uuid
from datetime import datetime

from PIL import Image
from sqlalchemy import func, select, update

from kbstrack.access import OPERATOR
from kbstrack.assessment import events, redeciding, signing
from kbstrack.assessment import service as assessment
from kbstrack.assessment.models import (
    Countersignature,
    Decision,
    Renewal,
    RenewalBasis,
    SignOff,
)
from kbstrack.current import store
from kbstrack.db import db, transaction
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.ids import new_id, seeded
from kbstrack.ledger.rules import Signer
from kbstrack.ledger.service import append
from kbstrack.people import enrolling, replacing
from kbstrack.people.models import Enrolment, MemberRole, Provider
from tests.builders import (
    FRIDAY,
    MONDAY,
    START,
    THURSDAY,
    TUESDAY,
    ULNS,
    WEDNESDAY,
    World,
    decide,
    file_texts,
    make_draft,
    make_evidence,
    make_world,
    met,
    not_yet_met,
    proved,
    submit,
    text,
)
from tests.record.asked import add_confirmations
from tests.record.frozen import add_issue
from tests.record.sampled import add_samples
from tests.worlds import made_once

NOTES = b"Notes on the applications I read.\n"
DRAFT = b"Nobody has seen this yet.\n"
CAPTIONS = ("", "A board with three columns")


_bytes: dict[str, bytes] = {}
"""The files of the world, by their SHA-256."""


def make_full() -> World:
    """Three pieces with files, decisions of every kind, sign-offs, and a changed enrolment."""
    is_free = db.session.scalar(select(func.count()).select_from(Provider)) == 0
    world = made_once(_build, "a full world", is_free=is_free)
    for sha256, content in _bytes.items():
        if not store().exists(sha256):
            store().put(io.BytesIO(content), most_bytes=len(content))
    return world


def _build() -> World:
    world = make_world()
    with seeded("a full world"):
        piece = _decided_piece(world)
        make_draft(world, title="Not handed in", upload_ids=[_upload(world, "draft.txt", DRAFT)])
        _withdrawn_piece(world)
        _sign(world, "K1")
        signing.reopen(
            world.assessor, world.enrolment_id, "K1", round=1, reason="New facts", at=THURSDAY
        )
        _take_back(world, piece, "S1")
        _sign(world, "K2")
        _sign_again(world)
        add_confirmations(world, piece)
        add_samples(world)
        add_issue(world)
        _replace_people(world)
    _bytes.update({kept.sha256: store().read(kept.sha256) for kept in store().iterate()})
    return world


def _decided_piece(world: World) -> uuid.UUID:
    """Two versions: K1 and K2 are met, S1 is not; the second waits for a countersignature."""
    files = [_upload(world, "notes.txt", NOTES), _upload(world, "whiteboard.png", picture())]
    piece = make_evidence(world, claims=["K1", "K2", "S1"], upload_ids=files, captions=CAPTIONS)
    decide(world, piece, met("K1"), met("K2"), not_yet_met("S1"), at=TUESDAY)
    evidence.save_draft(
        world.apprentice,
        piece,
        text=text("Shortlist, again", claims=["K1", "K2", "S1"]),
        files=file_texts(files, CAPTIONS),
        revision=0,
        at=TUESDAY,
    )
    submit(world, piece, at=TUESDAY)
    with transaction():
        db.session.execute(
            update(MemberRole)
            .where(MemberRole.member_id == world.people["assessor"].id)
            .values(is_qualified=False, countersigner_id=world.other_assessor.person_id)
        )
    decide(world, piece, met("K1"), met("K2"), met("S1"), at=WEDNESDAY)
    for decision in _decisions(piece):
        if decision.needs_countersignature:
            _countersign(world, decision.id)
    return piece


def _withdrawn_piece(world: World) -> None:
    piece = make_evidence(world, title="A second piece")
    assessment.withdraw_evidence(
        world.apprentice, piece, version_number=1, reason="The wrong file", at=WEDNESDAY
    )


def _sign(world: World, code: str) -> None:
    signing.sign_off(
        world.assessor,
        world.enrolment_id,
        code,
        reason="",
        is_declared=True,
        proof=proved(THURSDAY),
        at=THURSDAY,
    )


def _take_back(world: World, piece: uuid.UUID, code: str) -> None:
    decision = next(
        row for row in _decisions(piece) if row.code == code and row.needs_countersignature
    )
    redeciding.reopen_decision(world.assessor, decision.id, reason="I was wrong", at=THURSDAY)


def _countersign(world: World, decision_id: uuid.UUID) -> None:
    by = world.other_assessor.person_id
    with transaction():
        row = Countersignature(
            id=new_id(), decision_id=decision_id, remark="Well judged", declaration="I agree.",
            proof_method="password", proved_at=WEDNESDAY, signed_by=by, signed_at=WEDNESDAY,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        event = events.countersignature_event(row)
        append(world.enrolment_id, event, by=Signer(by, "Other", "countersigner"), at=WEDNESDAY)


def _sign_again(world: World) -> None:
    by = world.assessor.person_id
    signed = db.session.scalars(select(SignOff).where(SignOff.code == "K2")).one()
    basis = db.session.scalars(select(Decision.id).where(Decision.code == "K2")).all()
    with transaction():
        row = Renewal(
            id=new_id(), sign_off_id=signed.id, number=1, reason="", declaration="Still met.",
            proof_method="password", proved_at=FRIDAY, signed_by=by, signed_at=FRIDAY,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add_all(
            RenewalBasis(renewal_id=row.id, decision_id=decision_id) for decision_id in basis
        )
        db.session.flush()
        event = events.renewal_event(row, basis)
        append(world.enrolment_id, event, by=Signer(by, "Assessor", "assessor"), at=FRIDAY)


def _replace_people(world: World) -> None:
    given = world.enrolment_id
    replacing.replace_assessor(
        OPERATOR,
        given,
        assessor_id=world.other_assessor.person_id,
        from_on=FRIDAY.date(),
        at=FRIDAY,
    )
    replacing.replace_employer(
        OPERATOR,
        given,
        employer_id=world.employer_id,
        line_manager_id=world.actor("other_manager").person_id,
        from_on=FRIDAY.date(),
        at=FRIDAY,
    )
    db.session.rollback()
    row = db.session.get_one(Enrolment, given)
    enrolling.change_enrolment(
        OPERATOR,
        given,
        uln=ULNS[3],
        start_on=START,
        planned_end_on=row.planned_end_on,
        revision=row.revision,
        at=FRIDAY,
    )
    enrolling.end_enrolment(OPERATOR, given, ended_on=FRIDAY.date(), reason="Moved", at=FRIDAY)


def _upload(world: World, name: str, content: bytes, at: datetime = MONDAY) -> uuid.UUID:
    file = evidence.add_upload(
        world.apprentice, world.enrolment_id, stream=io.BytesIO(content), name=name, at=at
    )
    return file.upload_id


def picture() -> bytes:
    """A small photo, of which a checked copy is made."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def _decisions(piece: uuid.UUID) -> list[Decision]:
    db.session.rollback()
    versions = [version.id for version in evidence_queries.evidence(piece).versions]
    query = select(Decision).where(Decision.version_id.in_(versions))
    return list(db.session.scalars(query.order_by(Decision.id)))
