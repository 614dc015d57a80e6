"""An assessor who is not yet qualified, with something that waits for their countersigner."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment import decision_queries, signing
from kbstrack.assessment.countersign_rules import Answer
from kbstrack.assessment.countersigning import countersign
from kbstrack.assessment.qualifying import set_qualification
from kbstrack.evidence import queries as evidence_queries
from kbstrack.people import enrolling, queries
from kbstrack.people.beside import Beside
from tests.builders import (
    FRIDAY,
    MONDAY,
    PLANNED_END,
    START,
    THURSDAY,
    ULNS,
    World,
    decide,
    make_evidence,
    make_member,
    met,
    not_yet_met,
    proved,
)


def with_learning(full: World) -> tuple[World, dict[str, str]]:
    """The world with the person in it as `learning_assessor`, and what fills the gaps."""
    learning = _enrolment(full)
    waiting = make_evidence(learning, claims=["K1", "K2"], title="Call notes to countersign")
    decide(learning, waiting, met("K1"), not_yet_met("K2"), at=THURSDAY)
    signed = make_evidence(learning, claims=["K3"], title="What I measure")
    decide(learning, signed, met("K3"), at=THURSDAY)
    (decision,) = decision_queries.decisions_of(evidence_queries.evidence(signed))[1].values()
    countersign(
        full.other_assessor,
        learning.enrolment_id,
        answers=[Answer(decision.id, "K3", True)],
        is_declared=True,
        proof=proved(FRIDAY),
        at=FRIDAY,
    )
    signing.sign_off(
        learning.assessor,
        learning.enrolment_id,
        "K3",
        reason="",
        is_declared=True,
        proof=proved(FRIDAY),
        at=FRIDAY,
    )
    open_one = make_evidence(learning, claims=["S1"], title="Shortlist to decide on")
    assessor = learning.people["assessor"]
    names = {
        "learning": str(learning.enrolment_id),
        "to_countersign": str(waiting),
        "to_decide_learning": str(open_one),
        "learning_member": str(assessor.id),
    }
    people = MappingProxyType({**full.people, "learning_assessor": assessor})
    return replace(full, people=people), names


def _enrolment(full: World) -> World:
    apprentice = make_member(full.provider_id, "fifth_apprentice", Role.APPRENTICE)
    assessor = make_member(full.provider_id, "learning_assessor", Role.ASSESSOR)
    set_qualification(
        OPERATOR,
        assessor.id,
        is_qualified=False,
        countersigner_id=full.people["other_assessor"].person_id,
        revision=queries.member(assessor.id).revision,
    )
    row = enrolling.enrol(
        OPERATOR,
        full.provider_id,
        apprentice_id=apprentice.person_id,
        uln=ULNS[4],
        standard_reference="ST0321",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            assessor_id=assessor.person_id,
            employer_id=full.employer_id,
            line_manager_id=full.people["line_manager"].person_id,
        ),
        at=MONDAY,
    )
    people = {**full.people, "apprentice": apprentice, "assessor": assessor}
    return replace(full, enrolment_id=row.id, people=MappingProxyType(people))
