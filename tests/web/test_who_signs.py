"""Who signs off what is the standard version's setting, on pages as in the rules."""

from __future__ import annotations

import pytest

from kbstrack.assessment import sign_off_queries
from kbstrack.db import db
from tests.builders import MONDAY, ULNS, decide, make_evidence, make_world, met

EMPLOYER_SIGNS = (
    "The assessor signs off knowledge and skills; the line manager at the employer signs off "
    "behaviours, each KSB once."
)
ASSESSOR_SIGNS = "The assessor signs off knowledge, skills and behaviours, each KSB once."


@pytest.fixture(params=["ST9999", "ST0321"])
def made(request, app, now):
    """B1 met, on a standard of either kind: who signs it, who does not, and what pages say."""
    world = make_world(reference=request.param, ukprn="10000007", uln=ULNS[1], mark="s")
    decide(world, make_evidence(world, claims=["B1"]), met("B1"), at=MONDAY)
    if request.param == "ST9999":
        return world, "line_manager", "assessor", EMPLOYER_SIGNS
    return world, "assessor", "line_manager", ASSESSOR_SIGNS


def path(world, what=""):
    return f"/enrolments/{world.enrolment_id}/ksbs/B1{what}"


def test_a_behaviour_is_signed_off_once_by_the_role_that_the_standard_names(pages, made):
    world, signer, other, _ = made
    pages.sign_in(world.people[other].person_id)
    pages.get(path(world, "/sign-off"), status=403)
    assert "Sign off B1" not in pages.get(path(world)).text

    pages.sign_in(world.people[signer].person_id)
    page = pages.submit(pages.get(path(world, "/sign-off")), {"is_declared": True})

    assert "B1 is signed off: it is met." in page.text
    assert "B1 is signed off already." in pages.get(path(world, "/sign-off")).text
    db.session.rollback()
    (row,) = sign_off_queries.sign_offs(world.enrolment_id, code="B1")
    assert row.role == ("employer" if signer == "line_manager" else "assessor")


def test_the_pages_say_who_signs_off_what(pages, made):
    world, signer, _, sentence = made
    who = "line manager at the employer" if signer == "line_manager" else "assessor"
    for name in ("apprentice", "assessor", "line_manager"):
        pages.sign_in(world.people[name].person_id)

        assert sentence in pages.get(f"/enrolments/{world.enrolment_id}").text
        assert f"The standard has it signed off by the {who}." in pages.get(path(world)).text


def test_the_assessors_review_offers_to_sign_off_what_is_theirs(pages, made):
    world, signer, _, _ = made
    item = make_evidence(world, claims=["B1", "K1"])
    pages.sign_in(world.people["assessor"].person_id)

    page = pages.get(f"/evidence/{item}/review")

    assert "Sign off K1 now" in page.text
    assert ("Sign off B1 now" in page.text) == (signer == "assessor")
