"""A row in every table, as a small apprenticeship would write them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kbstrack.assessment.models import ActionPoint, Decision, Reopening, SignOff, SignOffBasis
from kbstrack.db import Base
from kbstrack.evidence import models as evidence
from kbstrack.mail.models import Message
from kbstrack.once import UsedKey
from kbstrack.people import models as people

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
SHA = "a" * 64


def fill(engine: Engine) -> None:
    """Write the rows of `everything()`, parents before children."""
    order = [table.name for table in Base.metadata.sorted_tables]
    rows = sorted(everything(), key=lambda row: order.index(row.__tablename__))
    with Session(engine) as session:
        for row in rows:
            session.add(row)
            session.flush()
        session.commit()


def everything() -> list[Base]:
    """One row per table."""
    provider, employer, member, enrolment, item, version, upload, decision, sign_off = (
        uuid.uuid4() for _ in range(9)
    )
    person = uuid.uuid4()
    return [
        people.Provider(id=provider, name="Northbridge", ukprn="10000001", created_at=AT),
        people.Employer(id=employer, provider_id=provider, name="Oakwell", created_at=AT),
        people.Person(id=person, email="ann@example.org", fs_uniquifier="u", created_at=AT),
        people.Member(
            id=member, provider_id=provider, person_id=person, name="Ann Żak", invited_at=AT
        ),
        people.MemberRole(member_id=member, role="employer", employer_id=employer),
        people.Enrolment(
            id=enrolment,
            provider_id=provider,
            apprentice_id=person,
            uln="9000000016",
            standard_reference="ST0321",
            standard_version="1.0",
            standard_hash=SHA,
            start_on=DAY,
            planned_end_on=date(2027, 3, 2),
            created_at=AT,
        ),
        people.AssessorAssignment(
            enrolment_id=enrolment, assessor_id=person, from_on=DAY, assigned_at=AT
        ),
        people.EmployerAssignment(
            enrolment_id=enrolment,
            employer_id=employer,
            line_manager_id=person,
            from_on=DAY,
            assigned_at=AT,
        ),
        people.SignInFailure(subject=SHA, failed_at=AT),
        evidence.StoredFile(
            sha256=SHA, size_bytes=3_000_000_000, media_type="video/mp4", family="video",
            stored_at=AT,
        ),
        evidence.Upload(
            id=upload, enrolment_id=enrolment, uploaded_by=person, sha256=SHA, name="x.mp4",
            uploaded_at=AT,
        ),
        evidence.Evidence(id=item, enrolment_id=enrolment, number=1, created_at=AT),
        evidence.Draft(evidence_id=item, title="Advert", description="", saved_at=AT),
        evidence.DraftClaim(evidence_id=item, code="K1", rationale="", locator=""),
        evidence.DraftFile(evidence_id=item, upload_id=upload, position=1),
        evidence.EvidenceVersion(
            id=version, evidence_id=item, number=1, title="Advert", kind="work_product",
            first_on=DAY, description="I wrote it.", sha256=SHA, submitted_by=person,
            submitted_at=AT, declaration="This is my own work.",
        ),
        evidence.Claim(
            version_id=version, code="K1", rationale="It shows it.", locator="", statement_hash=SHA
        ),
        evidence.VersionFile(version_id=version, upload_id=upload, position=1),
        evidence.Withdrawal(
            version_id=version, reason="Wrong file", withdrawn_by=person, withdrawn_at=AT
        ),
        Decision(
            id=decision, version_id=version, code="K1", outcome="met", feedback="Clear.",
            is_valid=True, is_authentic=True, is_current=True, is_sufficient=True,
            version_sha256=SHA, statement_hash=SHA, decided_by=person, decided_at=AT,
        ),
        ActionPoint(decision_id=decision, position=1, text="Add the date", due_on=DAY),
        SignOff(
            id=sign_off, enrolment_id=enrolment, code="K1", round=1, statement_hash=SHA,
            role="assessor", declaration="I am satisfied.", reason="", signed_by=person,
            signed_at=AT,
        ),
        SignOffBasis(sign_off_id=sign_off, decision_id=decision),
        Reopening(sign_off_id=sign_off, reason="New facts", reopened_by=person, reopened_at=AT),
        Message(recipient="ann@example.org", subject="Hello", body="Welcome", queued_at=AT),
        UsedKey(key=uuid.uuid4(), person_id=person, action="a", result="r", used_at=AT),
    ]  # fmt: skip
