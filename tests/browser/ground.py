"""Everything there is a page about: a full enrolment, a bare one, and a provider without any."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from kbstrack import clock
from kbstrack.access import OPERATOR, Role
from kbstrack.assessment import service as assessment
from kbstrack.assessment import signing
from kbstrack.auditing import service as auditing
from kbstrack.auditing.service import Wanted
from kbstrack.clock import day_of
from kbstrack.db import db
from kbstrack.evidence import queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import ClaimText, EvidenceText
from kbstrack.people import enrolling, links, service
from kbstrack.people.beside import Beside
from kbstrack.people.models import Person
from kbstrack.people.queries import MemberRow
from tests.browser.asked import with_asked
from tests.browser.assuring import assured, with_assurer
from tests.browser.changed import with_changes
from tests.browser.learning import with_learning
from tests.browser.photos import take_photo
from tests.browser.printed import with_pdfs
from tests.browser.windows import give_passwords
from tests.builders import (
    CAST,
    FRIDAY,
    MONDAY,
    PLANNED_END,
    START,
    THURSDAY,
    ULNS,
    WEDNESDAY,
    World,
    decide,
    file_texts,
    make_draft,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_met,
    proved,
    submit,
    text,
)

LONG_NAME = "Aleksandra-Konstantina Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
LONG_WORD = "Compliancechecklistforwarehousesupervisorsandtheirdeputies" * 3
CAPTION = f"The board beside my desk after the second call. {LONG_WORD}"
FILE_NAME = "a_" + "very_long_name_" * 15 + ".txt"
PARAGRAPHS = "\n\n".join(
    f"Step {number}: I read the brief, noted what was missing and rang the client about it, "
    f"{LONG_WORD[: 30 + number]}."
    for number in range(1, 12)
)


@dataclass(frozen=True)
class Ground:
    """Three providers; `names` fills the {gaps} of addresses."""

    full: World
    bare: World
    without: dict[str, MemberRow]
    names: dict[str, str]

    def email(self, who: str) -> str:
        """`apprentice` of the full enrolment, `bare/apprentice`, `without/apprentice`."""
        place, _, name = who.rpartition("/")
        people = {"": self.full.people, "bare": self.bare.people, "without": self.without}
        return people[place][name].email


def lay_ground(folder: Path) -> Ground:
    """Fill an empty database."""
    full = make_world(reference="ST0321")
    bare = make_world(reference="ST0321", ukprn="10000002", uln=ULNS[1], mark="b")
    full, bare = with_assurer(full, "a"), with_assurer(bare, "b")
    without = _provider_without_enrolments()
    full, learning = with_learning(full)
    names = {
        "full": str(full.enrolment_id),
        "bare": str(bare.enrolment_id),
        "nothing": str(uuid.uuid4()),
        **_people(full),
        **_pieces(full, folder),
        **with_changes(full, LONG_WORD),
        **_secrets(full),
        **_auditor(full),
        **learning,
        **with_pdfs(full),
    }
    names |= assured(full, LONG_WORD)
    names |= with_asked(full, uuid.UUID(names["waiting"]))
    for people in (full.people, bare.people, without):
        give_passwords(people)
    return Ground(full, bare, without, names)


def _auditor(full: World) -> dict[str, str]:
    """A link to the full record, with looks enough for a second page; another one is closed."""
    at = clock.now()
    wanted = Wanted(
        LONG_NAME, (full.enrolment_id,), day_of(at) + timedelta(days=14), with_passcode=True
    )
    closed = auditing.make_link(full.administrator, full.provider_id, wanted=wanted, at=at)
    auditing.revoke_link(full.administrator, closed.id, at=at)
    wanted = replace(wanted, with_passcode=False)
    made = auditing.make_link(full.administrator, full.provider_id, wanted=wanted, at=at)
    reader = auditing.auditor_of(made.id, at=at)
    assert reader is not None
    for number in range(60):
        auditing.note_view(reader, full.enrolment_id, what=f"KSB K{number}", at=at)
    return {
        "auditor_token": str(made.token),
        "auditor_link": str(made.id),
        "closed_auditor_link": str(closed.id),
    }


def _provider_without_enrolments() -> dict[str, MemberRow]:
    provider = service.create_provider(
        OPERATOR, name="Provider C, not yet at work", ukprn="10000003", at=MONDAY
    )
    employer = service.create_employer(OPERATOR, provider.id, name="Employer C", at=MONDAY)
    return {
        name: make_member(provider.id, name, role, employer_id=employer.id, mark="c")
        for name, role in CAST.items()
        if name == "administrator" or not name.startswith("other")
    }


def _people(full: World) -> dict[str, str]:
    provider_id = full.provider_id
    new = service.invite_person(
        OPERATOR,
        provider_id,
        name=LONG_NAME,
        email=f"{'long-' * 11}name@{'sub-' * 8}domain.example",
        roles={Role.APPRENTICE: None},
        at=MONDAY,
    )
    gone = make_member(provider_id, "former_colleague", Role.ASSESSOR)
    service.end_member(OPERATOR, gone.id, at=FRIDAY)
    closed = service.create_employer(OPERATOR, provider_id, name=LONG_NAME, at=MONDAY)
    service.end_employer(OPERATOR, closed.id, at=FRIDAY)
    return {
        "ended": str(_ended_enrolment(full, new.person_id)),
        "new_member": str(new.id),
        "gone_member": str(gone.id),
        "member": str(full.people["assessor"].id),
        "administrator_member": str(full.people["administrator"].id),
        "employer": str(full.employer_id),
        "closed_employer": str(closed.id),
        "provider": str(provider_id),
    }


def _ended_enrolment(full: World, apprentice_id: uuid.UUID) -> uuid.UUID:
    ended = enrolling.enrol(
        OPERATOR,
        full.provider_id,
        apprentice_id=apprentice_id,
        uln=ULNS[2],
        standard_reference="ST0321",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            assessor_id=full.people["assessor"].person_id,
            employer_id=full.employer_id,
            line_manager_id=full.people["line_manager"].person_id,
        ),
        at=MONDAY,
    )
    enrolling.end_enrolment(
        OPERATOR, ended.id, ended_on=date(2026, 3, 5), reason="Moved away", at=FRIDAY
    )
    return ended.id


def _files(full: World, folder: Path) -> list[uuid.UUID]:
    written = folder / "notes.txt"
    written.write_text("Read the brief.\nRing the client.\n")
    given = ((take_photo(folder), "Noticeboard & desk 🗂 “draft”.jpg"), (written, FILE_NAME))
    upload_ids = []
    for path, name in given:
        with path.open("rb") as stream:
            upload = evidence.add_upload(
                full.apprentice, full.enrolment_id, stream=stream, name=name, at=MONDAY
            )
        upload_ids.append(upload.upload_id)
    return upload_ids


def _pieces(full: World, folder: Path) -> dict[str, str]:
    upload_ids = _files(full, folder)
    many = [make_evidence(full, claims=["S9"], title=f"Call notes, week {n}") for n in range(30)]
    pieces = {
        "draft": make_draft(full, claims=["K1", "S2"], upload_ids=upload_ids),
        "blank": evidence.start_evidence(
            full.apprentice, full.enrolment_id, text=EvidenceText(title=LONG_WORD[:150]), at=MONDAY
        ),
        "plain": make_draft(full, claims=[], title="Nothing chosen yet"),
        "waiting": _waiting(full, upload_ids),
        "withdrawn": many[0],
        **_decided(full, upload_ids),
    }
    assessment.withdraw_evidence(
        full.apprentice, many[0], version_number=1, reason="A wrong file.", at=THURSDAY
    )
    return {
        **{name: str(evidence_id) for name, evidence_id in pieces.items()},
        "photo": str(upload_ids[0]),
    }


def _waiting(full: World, upload_ids: Sequence[uuid.UUID]) -> uuid.UUID:
    """A long piece with files that claims much; some of it was signed off before."""
    claims = tuple(
        ClaimText(code, f"{PARAGRAPHS[:300]} {LONG_WORD}", "page 2") for code in ("K4", "K7", "B3")
    )
    written = replace(text("Ad with " + LONG_WORD[:80]), claims=claims, description=PARAGRAPHS)
    evidence_id = evidence.start_evidence(
        full.apprentice,
        full.enrolment_id,
        text=written,
        files=file_texts(upload_ids, [CAPTION]),
        at=MONDAY,
    )
    submit(full, evidence_id)
    return evidence_id


def _decided(full: World, upload_ids: Sequence[uuid.UUID]) -> dict[str, uuid.UUID]:
    """Pieces in every state that follows a decision, and sign-offs standing and reopened."""
    returned = make_evidence(full, claims=["K3", "S4"], upload_ids=upload_ids)
    decide(full, returned, met("K3"), not_yet_met("S4", f"Say how. {LONG_WORD}"))
    again = make_evidence(full, claims=["K3", "S5"], title="Interview notes")
    decide(full, again, met("K3"), not_yet_met("S5"))
    accepted = make_evidence(full, claims=["K1", "K2", "K4"], title="Job board comparison")
    decide(full, accepted, met("K1"), not_yet_met("K2"), met("K4"))
    for evidence_id in (again, accepted):
        _hand_in_again(full, evidence_id, upload_ids)
    decide(full, accepted, met("K1"), met("K2"), met("K4"), sign_offs={"K1": ""}, at=THURSDAY)
    decide(full, make_evidence(full, claims=["S8"], title="What I saw done"), met("S8"))
    for code in ("K2", "S8"):
        signing.sign_off(
            full.assessor,
            full.enrolment_id,
            code,
            reason="" if code == "K2" else "I watched it on three days.",
            is_declared=True,
            proof=proved(FRIDAY),
            at=FRIDAY,
        )
    signing.reopen(
        full.assessor,
        full.enrolment_id,
        "K2",
        round=1,
        reason="The comparison turned out to be older than I thought.",
        at=FRIDAY,
    )
    return {"returned": returned, "again": again, "accepted": accepted}


def _hand_in_again(full: World, evidence_id: uuid.UUID, upload_ids: Sequence[uuid.UUID]) -> None:
    latest = queries.evidence(evidence_id).latest
    assert latest is not None
    changed = replace(
        latest.text,
        title="Interview notes, with reasons",
        description="I read the applications against the brief.\n\nAfter each I noted why.",
    )
    files = file_texts(upload_ids, [CAPTION])
    evidence.save_draft(
        full.apprentice, evidence_id, text=changed, files=files, revision=0, at=WEDNESDAY
    )
    submit(full, evidence_id, at=WEDNESDAY)


def _secrets(full: World) -> dict[str, str]:
    """Links that work: for a new password, and for a new address."""
    at = clock.now()
    invited = db.session.get_one(Person, full.people["other_manager"].person_id)
    mover = db.session.get_one(Person, full.people["apprentice"].person_id)
    return {
        "invitation": links.invitation_token(invited, at),
        "new_address": links.address_token(mover, "new@a.example", at),
    }
