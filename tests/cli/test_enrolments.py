"""`kbstrack people` about enrolments: replacing, correcting, ending, resuming."""

from __future__ import annotations

from datetime import date

from kbstrack.db import db
from kbstrack.people import assignment_queries, enrolment_queries


def test_assessor_and_line_manager_are_replaced(run_people, world):
    said = run_people(
        "replace-assessor",
        "9000000016",
        "--assessor=other_assessor@a.example",
        "--from=2026-03-01",
    )
    assert said == ("Other Assessor A assesses Apprentice A. Assessor A has no access any more.\n")
    run_people(
        "replace-employer", str(world.enrolment_id), "--line-manager=other_manager@a.example"
    )

    history = [(row.name, row.ended_at is None) for row in _history(world)]
    assert history == [
        ("Other Manager A", True),
        ("Other Assessor A", True),
        ("Line Manager A", False),
        ("Assessor A", False),
    ]


def _history(world):
    db.session.rollback()
    return assignment_queries.assignments(world.enrolment_id)


def test_an_enrolment_is_corrected_ended_and_resumed(run_people, world):
    run_people("change-enrolment", "9000000016", "--uln=9276308686", "--start=2025-10-01")
    said = run_people("end-enrolment", "9276308686", "--reason=Completed", "--on=2026-03-02")
    assert said == "Apprentice A's enrolment ended on 2 March 2026.\n"
    row = enrolment_queries.enrolment(world.enrolment_id)
    assert (row.start_on, row.end_reason) == (date(2025, 10, 1), "Completed")

    run_people("resume-enrolment", "9276308686")
    db.session.rollback()
    assert enrolment_queries.enrolment(world.enrolment_id).ended_on is None
