"""Who signed stays who signed, whoever stands beside the enrolment later."""

from __future__ import annotations

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment.signing import sign_off
from kbstrack.people import replacing
from kbstrack.people import service as people
from kbstrack.portfolio.rules import PortfolioSignOff
from kbstrack.portfolio.service import build_portfolio
from tests.builders import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    met,
    proved,
)


def signed(world: World, code: str) -> list[PortfolioSignOff]:
    portfolio = build_portfolio(world.administrator, world.enrolment_id, at=FRIDAY)
    return [row for ksb in portfolio.ksbs if ksb.code == code for row in ksb.sign_offs]


def test_a_line_manager_signed_for_the_employer_of_that_day(world: World):
    decide(world, make_evidence(world, claims=["B1"]), met("B1"))
    sign_off(
        world.line_manager,
        world.enrolment_id,
        "B1",
        reason="",
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )
    second = people.create_employer(OPERATOR, world.provider_id, name="Second", at=THURSDAY)
    manager = make_member(world.provider_id, "new_manager", Role.EMPLOYER, employer_id=second.id)
    replacing.replace_employer(
        OPERATOR,
        world.enrolment_id,
        employer_id=second.id,
        line_manager_id=manager.person_id,
        from_on=THURSDAY.date(),
        at=THURSDAY,
    )

    (row,) = signed(world, "B1")

    assert (row.name, row.role, row.organisation) == ("Line Manager A", "Employer", "Employer A")


def test_an_assessor_signed_for_the_training_provider(world: World):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""}, at=TUESDAY)

    (row,) = signed(world, "K1")

    assert (row.name, row.role, row.organisation) == ("Assessor A", "Assessor", "Provider A")
