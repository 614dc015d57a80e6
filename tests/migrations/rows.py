"""A row in every table, as a small apprenticeship would write them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kbstrack.assessment.models import (
    ActionPoint,
    Countersignature,
    Decision,
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.auditing import models as auditing
from kbstrack.confirmation import models as confirmation
from kbstrack.db import Base
from kbstrack.evidence import models as evidence
from kbstrack.issues.models import Issue
from kbstrack.jobs.models import Job
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.mail.models import Message
from kbstrack.once import UsedKey
from kbstrack.people import factor_models as factors
from kbstrack.people import models as people
from kbstrack.quality import models as quality

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


PROVIDER, EMPLOYER, PERSON, MEMBER, ENROLMENT, ITEM, VERSION, UPLOAD, DECISION, SIGN_OFF = (
    uuid.UUID(int=number) for number in range(1, 11)
)
AUDITOR_LINK = uuid.UUID(int=91)
RENEWAL = uuid.UUID(int=11)
REQUEST = uuid.UUID(int=21)
PLAN, SAMPLE = uuid.UUID(int=101), uuid.UUID(int=102)


def everything() -> list[Base]:
    """One row per table."""
    return [
        *people_rows(),
        *auditor_rows(),
        *factor_rows(),
        *enrolment_rows(),
        *draft_rows(),
        *version_rows(),
        *decision_rows(),
        *confirmation_rows(),
        *quality_rows(),
        *job_rows(),
    ]


def job_rows() -> list[Base]:
    """A PDF that was asked for and made, and a portfolio that was frozen."""
    return [
        Issue(
            enrolment_id=ENROLMENT, number=1, kind="interim", code="7K2M-9QWX-4TRB",
            portfolio_sha256=SHA, pdf_sha256=SHA, record_sha256=SHA, extract_sha256=SHA,
            ledger_sequence=1, ledger_hash=SHA, noted="[]", reason="", job_id=PERSON,
            frozen_by=PERSON, frozen_at=AT,
        ),
        Job(
            kind="portfolio", about=ENROLMENT, provider_id=PROVIDER, asked_by=PERSON, same_as="p",
            created_at=AT, next_attempt_at=AT, attempts=1, started_at=AT, finished_at=AT,
            result="{}",
        ),
    ]  # fmt: skip


def auditor_rows() -> list[Base]:
    """A link for an auditor, taken back after one look."""
    return [
        auditing.AuditorLink(
            id=AUDITOR_LINK, provider_id=PROVIDER, name="Ines Audit", organisation="",
            token_hash=SHA, ends_on=DAY, made_by=PERSON, made_at=AT,
        ),
        auditing.AuditorScope(link_id=AUDITOR_LINK, enrolment_id=ENROLMENT),
        auditing.AuditorView(
            link_id=AUDITOR_LINK, enrolment_id=ENROLMENT, what="KSB matrix", at=AT
        ),
        auditing.AuditorRevocation(link_id=AUDITOR_LINK, revoked_by=PERSON, revoked_at=AT),
    ]  # fmt: skip


def people_rows() -> list[Base]:
    """Who exists."""
    return [
        people.Provider(id=PROVIDER, name="Northbridge", ukprn="10000001", created_at=AT),
        people.Employer(id=EMPLOYER, provider_id=PROVIDER, name="Oakwell", created_at=AT),
        people.Person(id=PERSON, email="ann@example.org", fs_uniquifier="u", created_at=AT),
        people.Member(
            id=MEMBER, provider_id=PROVIDER, person_id=PERSON, name="Ann Żak", invited_at=AT
        ),
        people.MemberRole(member_id=MEMBER, role="employer", employer_id=EMPLOYER),
        people.SignInFailure(subject=SHA, failed_at=AT),
        Message(recipient="ann@example.org", subject="Hello", body="Welcome", queued_at=AT),
        UsedKey(key=MEMBER, person_id=PERSON, action="a", result="r", used_at=AT),
    ]


def factor_rows() -> list[Base]:
    """How a person proves who they are beside the password."""
    return [
        factors.Totp(
            person_id=PERSON, name="Phone", sealed_secret=b"sealed", last_step=2**32, added_at=AT
        ),
        factors.Passkey(
            person_id=PERSON, name="Laptop", credential_id=b"id", public_key=b"key",
            sign_count=2**32 - 1, added_at=AT,
        ),
        factors.RecoveryCode(person_id=PERSON, code_hash=SHA, made_at=AT),
        factors.SecondFactorRule(provider_id=PROVIDER, role="assessor", set_at=AT),
        factors.FactorReset(person_id=PERSON, reason="Lost her phone", reset_at=AT),
    ]  # fmt: skip


def enrolment_rows() -> list[Base]:
    """Who is enrolled, and who stands beside them."""
    return [
        people.Enrolment(
            id=ENROLMENT, provider_id=PROVIDER, apprentice_id=PERSON, uln="9000000016",
            standard_reference="ST0321", standard_version="1.0", standard_hash=SHA,
            start_on=DAY, planned_end_on=date(2027, 3, 2), created_at=AT,
        ),
        people.EnrolmentState(
            enrolment_id=ENROLMENT, provider_id=PROVIDER, apprentice_id=PERSON, number=1,
            change="made", uln="9000000016",
            standard_reference="ST0321", standard_version="1.0", standard_hash=SHA,
            start_on=DAY, planned_end_on=date(2027, 3, 2), set_at=AT,
        ),
        LedgerEntry(
            enrolment_id=ENROLMENT, sequence=1, what="enrolment", subject_id=ENROLMENT,
            facts="{}", texts_hash=SHA, side_hash=SHA, by_id=PERSON, role="administrator", at=AT,
            previous_hash="0" * 64, hash=SHA,
        ),
        LedgerSide(
            enrolment_id=ENROLMENT, sequence=1, salt=SHA[:32], by_name="Ann Żak", names="{}"
        ),
        people.AssessorAssignment(
            enrolment_id=ENROLMENT, assessor_id=PERSON, from_on=DAY, assigned_at=AT
        ),
        people.EmployerAssignment(
            enrolment_id=ENROLMENT, employer_id=EMPLOYER, line_manager_id=PERSON,
            from_on=DAY, assigned_at=AT,
        ),
    ]  # fmt: skip


def draft_rows() -> list[Base]:
    """A draft with a file; larger than 32 bits can count."""
    return [
        evidence.StoredFile(
            sha256=SHA, size_bytes=3_000_000_000, media_type="video/mp4", family="video",
            stored_at=AT,
        ),
        evidence.Upload(
            id=UPLOAD, enrolment_id=ENROLMENT, uploaded_by=PERSON, sha256=SHA, name="x.mp4",
            uploaded_at=AT,
        ),
        evidence.Evidence(id=ITEM, enrolment_id=ENROLMENT, number=1, created_at=AT),
        evidence.Draft(evidence_id=ITEM, title="Advert", description="", saved_at=AT),
        evidence.DraftClaim(evidence_id=ITEM, code="K1", rationale="", locator=""),
        evidence.DraftFile(evidence_id=ITEM, upload_id=UPLOAD, position=1, caption="Notes"),
    ]  # fmt: skip


def version_rows() -> list[Base]:
    """A submitted version."""
    return [
        evidence.EvidenceVersion(
            id=VERSION, evidence_id=ITEM, number=1, title="Advert", kind="work_product",
            first_on=DAY, description="I wrote it.", salt=SHA[:32], sha256=SHA, submitted_by=PERSON,
            submitted_at=AT, declaration="This is my own work.",
        ),
        evidence.Claim(
            version_id=VERSION, code="K1", rationale="It shows it.", locator="", statement_hash=SHA
        ),
        evidence.VersionFile(version_id=VERSION, upload_id=UPLOAD, position=1, caption=""),
        evidence.Withdrawal(
            version_id=VERSION, reason="Wrong file", withdrawn_by=PERSON, withdrawn_at=AT
        ),
    ]  # fmt: skip


def decision_rows() -> list[Base]:
    """A decision, a sign-off that rests on it, and a reopening."""
    return [
        Decision(
            id=DECISION, version_id=VERSION, code="K1", round=1, outcome="met", feedback="Clear.",
            is_valid=True, is_authentic=True, is_current=True, is_sufficient=True,
            version_sha256=SHA, statement_hash=SHA, needs_countersignature=True,
            decided_by=PERSON, decided_at=AT,
        ),
        ActionPoint(decision_id=DECISION, position=1, text="Add the date", due_on=DAY),
        SignOff(
            id=SIGN_OFF, enrolment_id=ENROLMENT, code="K1", round=1, statement_hash=SHA,
            role="assessor", declaration="I am satisfied.", reason="",
            needs_countersignature=False, proof_method="password", proved_at=AT,
            signed_by=PERSON, signed_at=AT,
        ),
        SignOffBasis(sign_off_id=SIGN_OFF, decision_id=DECISION),
        Reopening(sign_off_id=SIGN_OFF, reason="New facts", reopened_by=PERSON, reopened_at=AT),
        DecisionReopening(
            decision_id=DECISION, reason="New facts", role="assessor", reopened_by=PERSON,
            reopened_at=AT,
        ),
        Countersignature(
            decision_id=DECISION, remark="", declaration="I agree.", proof_method="password",
            proved_at=AT, signed_by=PERSON, signed_at=AT,
        ),
        Renewal(
            id=RENEWAL, sign_off_id=SIGN_OFF, number=1, reason="", declaration="I am satisfied.",
            proof_method="password", proved_at=AT, signed_by=PERSON, signed_at=AT,
        ),
        RenewalBasis(renewal_id=RENEWAL, decision_id=DECISION),
    ]  # fmt: skip


def quality_rows() -> list[Base]:
    """A plan that drew the decision, and what became of it."""
    return [
        quality.SamplingPlan(
            id=PLAN, provider_id=PROVIDER, name="Spring", from_on=DAY, until_on=DAY,
            phase="interim", rule="{}", seed="s", considered_sha256=SHA, made_by=PERSON,
            made_at=AT,
        ),
        quality.ConsideredDecision(
            plan_id=PLAN, decision_id=DECISION, score=40, band="high", risks="reopened"
        ),
        quality.Sample(
            id=SAMPLE, plan_id=PLAN, decision_id=DECISION, score=40, band="high",
            risks="reopened", reason="", added_by=PERSON, added_at=AT,
        ),
        quality.IqaOutcome(
            sample_id=SAMPLE, result="action_required", feedback="Say why.", due_on=DAY,
            declaration="I looked.", proof_method="password", proved_at=AT, judged_by=PERSON,
            judged_at=AT,
        ),
        quality.IqaReply(
            sample_id=SAMPLE, number=1, text="Because.", replied_by=PERSON, replied_at=AT
        ),
        quality.IqaClosing(sample_id=SAMPLE, note="", closed_by=PERSON, closed_at=AT),
    ]  # fmt: skip


def confirmation_rows() -> list[Base]:
    """A request, its reminder and its end, a confirmation and a witness statement."""
    return [
        confirmation.Request(
            id=REQUEST, enrolment_id=ENROLMENT, version_id=VERSION, version_sha256=SHA,
            what="confirmation", name="Sam Ortiz", email="sam@example.org", job_role="Client",
            message="You saw it.", token_hash=SHA, asked_by=PERSON, role="apprentice",
            asked_at=AT, expires_at=AT.replace(day=16),
        ),
        confirmation.RequestReminder(
            id=uuid.uuid4(), request_id=REQUEST, number=1, token_hash=SHA[::-1], queued_at=AT
        ),
        confirmation.RequestRevocation(
            request_id=REQUEST, how="declined", reason="Not me", revoked_at=AT
        ),
        confirmation.Confirmation(
            enrolment_id=ENROLMENT, request_id=REQUEST, version_id=VERSION, version_sha256=SHA,
            name="Sam Ortiz", job_role="Client", remark="", declaration="I confirm.",
            proof_method="link", proved_at=AT, signed_at=AT,
        ),
        confirmation.WitnessStatement(
            enrolment_id=ENROLMENT, version_id=VERSION, version_sha256=SHA, name="Ann Żak",
            statement="I saw it.", seen_on=DAY, job_role="Team lead", relationship="Manager",
            contact="ann@example.org", declaration="I declare.", proof_method="password",
            proved_at=AT, signed_by=PERSON, signed_at=AT,
        ),
    ]  # fmt: skip
