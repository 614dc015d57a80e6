"""More apprentices beside the one of a world: a class to print."""

from __future__ import annotations

import io
import uuid

from PIL import Image

from kbstrack import current
from kbstrack.access import OPERATOR, Role
from kbstrack.errors import RuleBroken
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from kbstrack.people.rules import clean_uln
from tests.builders import MONDAY, PLANNED_END, START, World, make_evidence


def uln_of(number: int) -> str:
    """A valid ULN, another one for each number."""
    for last in range(1, 11):
        try:
            return clean_uln(f"{911000000 + 7 * number}{last % 10}")
        except RuleBroken:
            continue
    return uln_of(number + 100_000)


def enrol(
    world: World,
    name: str,
    number: int,
    *,
    standard: str = "ST9999 1.0",
    assessor: str = "assessor",
    beside: tuple[uuid.UUID, uuid.UUID] | None = None,
) -> uuid.UUID:
    """One more; `beside` has the employer's and the line manager's id."""
    member = people.invite_person(
        OPERATOR,
        world.provider_id,
        name=name,
        email=f"classmate{number}@{str(world.provider_id)[:8]}.example",
        roles={Role.APPRENTICE: None},
        at=MONDAY,
    )
    employer_id, manager_id = beside or (
        world.employer_id,
        world.people["line_manager"].person_id,
    )
    reference, _, version = standard.partition(" ")
    return enrolling.enrol(
        OPERATOR,
        world.provider_id,
        apprentice_id=member.person_id,
        uln=uln_of(number),
        standard_reference=reference,
        standard_version=version,
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(world.people[assessor].person_id, employer_id, manager_id),
        at=MONDAY,
    ).id


def classmates(world: World, count: int) -> list[uuid.UUID]:
    """So many more, by name: `Classmate 01`, `Classmate 02`."""
    return [enrol(world, f"Classmate {number:02}", number) for number in range(1, count + 1)]


def damage_a_picture_of(world: World) -> None:
    """The world's own enrolment can't be drawn from now on."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
    picture.seek(0)
    file = evidence.add_upload(
        world.apprentice, world.enrolment_id, stream=picture, name="desk.png", at=MONDAY
    )
    make_evidence(world, upload_ids=[file.upload_id])
    path = current.store().path(file.copy_sha256)
    path.chmod(0o600)
    path.write_bytes(b"something else")
