"""What tests are made of: moments, a small world of people, and evidence with defaults."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import zip_longest
from types import MappingProxyType

from sqlalchemy import select

from kbstrack.access import OPERATOR, Actor, Role
from kbstrack.assessment import qualifying
from kbstrack.assessment import service as assessment
from kbstrack.assessment.rules import ActionText, DecisionText, Outcome
from kbstrack.db import db
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import ClaimText, EvidenceKind, EvidenceText, FileText
from kbstrack.people import enrolling, queries
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from kbstrack.people.models import Person, Provider
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.people.queries import MemberRow
from tests.worlds import made_once

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)

START = date(2025, 9, 1)
PLANNED_END = date(2026, 12, 1)
DUE = date(2026, 3, 20)
ULNS = ("9000000016", "9000000024", "9000000032", "9000000040", "9000000059", "9000000067")


@dataclass(frozen=True)
class World:
    """One provider with an apprentice on a standard, and everybody who stands beside them."""

    provider_id: uuid.UUID
    employer_id: uuid.UUID
    enrolment_id: uuid.UUID
    people: Mapping[str, MemberRow]

    def actor(self, name: str) -> Actor:
        """The person with the roles they hold at this moment."""
        return queries.actor_of(self.people[name].person_id)

    @property
    def apprentice(self) -> Actor:
        """Whose enrolment it is."""
        return self.actor("apprentice")

    @property
    def assessor(self) -> Actor:
        """Who assesses it."""
        return self.actor("assessor")

    @property
    def other_assessor(self) -> Actor:
        """An assessor of the same provider who does not assess it."""
        return self.actor("other_assessor")

    @property
    def line_manager(self) -> Actor:
        """The line manager at the employer."""
        return self.actor("line_manager")

    @property
    def administrator(self) -> Actor:
        """Who administrates the provider."""
        return self.actor("administrator")


CAST = {
    "administrator": Role.ADMINISTRATOR,
    "apprentice": Role.APPRENTICE,
    "assessor": Role.ASSESSOR,
    "other_assessor": Role.ASSESSOR,
    "line_manager": Role.EMPLOYER,
    "other_manager": Role.EMPLOYER,
}


def make_member(
    provider_id: uuid.UUID,
    name: str,
    role: Role,
    *,
    employer_id: uuid.UUID | None = None,
    mark: str = "a",
) -> MemberRow:
    """A person of the provider; `employer_id` counts for the employer's role only."""
    return people.invite_person(
        OPERATOR,
        provider_id,
        name=f"{name.replace('_', ' ').title()} {mark.upper()}",
        email=f"{name}@{mark}.example",
        roles={role: employer_id if role is Role.EMPLOYER else None},
        at=MONDAY,
    )


def make_world(
    *, reference: str = "ST9999", ukprn: str = "10000001", uln: str = ULNS[0], mark: str = "a"
) -> World:
    """A provider and one enrolment; another `mark`, `ukprn` and `uln` make another world.

    Made through the use cases once, then put back as rows wherever none of it is there yet.
    """
    what = (reference, ukprn, uln, mark)
    return made_once(lambda: build_world(*what), what, is_free=not _is_any_of(ukprn, mark))


def _is_any_of(ukprn: str, mark: str) -> bool:
    provider = select(Provider.id).where(Provider.ukprn == ukprn)
    person = select(Person.id).where(Person.email.endswith(f"@{mark}.example"))
    return bool(db.session.scalar(select(provider.exists() | person.exists())))


def build_world(reference: str, ukprn: str, uln: str, mark: str) -> World:
    """What `make_world` gives, made through the use cases every time."""
    provider = people.create_provider(
        OPERATOR, name=f"Provider {mark.upper()}", ukprn=ukprn, at=MONDAY
    )
    employer = people.create_employer(
        OPERATOR, provider.id, name=f"Employer {mark.upper()}", at=MONDAY
    )
    members = {
        name: make_member(provider.id, name, role, employer_id=employer.id, mark=mark)
        for name, role in CAST.items()
    }
    enrolment = enrolling.enrol(
        OPERATOR,
        provider.id,
        apprentice_id=members["apprentice"].person_id,
        uln=uln,
        standard_reference=reference,
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            assessor_id=members["assessor"].person_id,
            employer_id=employer.id,
            line_manager_id=members["line_manager"].person_id,
        ),
        at=MONDAY,
    )
    return World(provider.id, employer.id, enrolment.id, MappingProxyType(members))


def not_yet_qualified(
    world: World, name: str = "assessor", *, countersigner: str = "other_assessor"
) -> None:
    """What this assessor decides from now on waits for a countersignature."""
    member = queries.member(world.people[name].id)
    qualifying.set_qualification(
        world.administrator,
        member.id,
        is_qualified=False,
        countersigner_id=world.people[countersigner].person_id,
        revision=member.revision,
    )


def text(
    title: str = "Shortlist for a client",
    *,
    claims: Sequence[str] = ("K1",),
    description: str = "I read the applications against the brief.\n\nThen I rang three people.",
    kind: EvidenceKind | None = EvidenceKind.WORK_PRODUCT,
    first_on: date | None = date(2026, 2, 27),
) -> EvidenceText:
    """What an apprentice writes, complete unless told otherwise."""
    return EvidenceText(
        title=title,
        kind=kind,
        first_on=first_on,
        description=description,
        claims=tuple(ClaimText(code, f"This shows {code} because I did it.") for code in claims),
    )


def file_texts(upload_ids: Sequence[uuid.UUID], captions: Sequence[str] = ()) -> list[FileText]:
    """These files, the first ones with these captions."""
    return [FileText(*both) for both in zip_longest(upload_ids, captions, fillvalue="")]


def make_draft(
    world: World,
    *,
    claims: Sequence[str] = ("K1",),
    title: str = "Shortlist for a client",
    upload_ids: Sequence[uuid.UUID] = (),
    captions: Sequence[str] = (),
    at: datetime = MONDAY,
) -> uuid.UUID:
    """A complete draft that nobody else sees."""
    return evidence.start_evidence(
        world.apprentice,
        world.enrolment_id,
        text=text(title, claims=claims),
        files=file_texts(upload_ids, captions),
        at=at,
    )


def submit(world: World, evidence_id: uuid.UUID, *, at: datetime = MONDAY) -> int:
    """Hand the draft in as it stands."""
    draft = evidence_queries.evidence(evidence_id).draft
    assert draft is not None
    return assessment.submit_evidence(
        world.apprentice, evidence_id, revision=draft.revision, is_declared=True, at=at
    )


def make_evidence(
    world: World,
    *,
    claims: Sequence[str] = ("K1",),
    title: str = "Shortlist for a client",
    upload_ids: Sequence[uuid.UUID] = (),
    captions: Sequence[str] = (),
    at: datetime = MONDAY,
) -> uuid.UUID:
    """A submitted piece that waits for its decision."""
    evidence_id = make_draft(
        world, claims=claims, title=title, upload_ids=upload_ids, captions=captions, at=at
    )
    submit(world, evidence_id, at=at)
    return evidence_id


def met(code: str, feedback: str = "Clear and current.") -> DecisionText:
    """The claim is met, and all four questions are answered yes."""
    return DecisionText(
        code=code,
        outcome=Outcome.MET,
        feedback=feedback,
        is_valid=True,
        is_authentic=True,
        is_current=True,
        is_sufficient=True,
    )


def not_yet_met(
    code: str, feedback: str = "Say how you chose.", *, action: str = "Add your notes."
) -> DecisionText:
    """The claim is not yet met; an action point says what to do."""
    return DecisionText(
        code=code,
        outcome=Outcome.NOT_YET_MET,
        feedback=feedback,
        is_valid=True,
        is_authentic=True,
        actions=(ActionText(action, DUE),) if action else (),
    )


def proved(at: datetime) -> Proof:
    """That somebody typed their password at this moment."""
    return Proof(ProofMethod.PASSWORD, at)


def decide(
    world: World,
    evidence_id: uuid.UUID,
    *decisions: DecisionText,
    sign_offs: Mapping[str, str] | None = None,
    by: Actor | None = None,
    at: datetime = TUESDAY,
) -> None:
    """The assessor decides on the latest version."""
    piece = evidence_queries.evidence(evidence_id)
    assert piece.latest is not None
    assessment.decide(
        by or world.assessor,
        evidence_id,
        version_number=piece.latest.number,
        decisions=decisions,
        sign_offs=sign_offs,
        is_declared=True,
        proof=proved(at),
        at=at,
    )
