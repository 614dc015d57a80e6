"""Quality assurance seen by others, coverage, and decisions added by hand."""

from __future__ import annotations

import pytest

from kbstrack.access import Role
from kbstrack.people import queries as people
from kbstrack.quality import planning, queries
from kbstrack.quality.rules import BANDS, SamplingRule
from kbstrack.tables import cell
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, make_member, met
from tests.quality.sampling import add_role, plan_text

ALL = SamplingRule(shares=dict.fromkeys(BANDS, 100))
FIELDS = {"name": "Spring", "from_on": ["1", "3", "2026"], "until_on": ["31", "3", "2026"]}


@pytest.fixture
def decided(world):
    """K1 and S1 of one piece, decided on Monday."""
    item = make_evidence(world, claims=["K1", "S1"], title="=Call notes")
    decide(world, item, met("K1"), met("S1"), at=MONDAY)
    return world


@pytest.fixture
def member(world):
    return make_member(world.provider_id, "iqa", Role.IQA)


@pytest.fixture
def iqa(pages, member, now):
    """The quality assurer, looking at pages on Tuesday."""
    return pages.sign_in(member.person_id)


def drawn(world, member, **changes):
    """A plan of everything, made on Tuesday, and its samples."""
    actor = people.actor_of(member.person_id)
    text = plan_text(rule=ALL, **changes)
    plan_id = planning.make_plan(actor, world.provider_id, text=text, at=TUESDAY)
    return plan_id, queries.samples_of(plan_id)


def test_a_decision_is_added_by_hand(iqa, decided, member):
    rule = SamplingRule(shares=dict.fromkeys(BANDS, 1))
    actor = people.actor_of(member.person_id)
    plan_id = planning.make_plan(actor, decided.provider_id, text=plan_text(rule=rule), at=TUESDAY)
    page = iqa.get(f"/quality/plans/{plan_id}/add")
    (path,) = (href for href in page.links().values() if "/add/" in href)

    refused = iqa.submit(iqa.get(path), {}, button="Add to the plan", status=422)
    page = iqa.submit(refused, {"reason": "A complaint."}, button="Add to the plan")

    assert "Added by hand: A complaint." in page.text
    iqa.submit(refused, {"reason": "Another."}, button="Add to the plan", status=422)


def test_coverage_names_what_was_never_sampled(iqa, decided):
    page = iqa.get("/quality/coverage")

    assert "Never, 2 decisions" in page.text


def test_coverage_is_a_spreadsheet_without_formulas(iqa, decided, member):
    answer = iqa.get("/quality/coverage.csv")

    text = answer.response.get_data().decode("utf-8-sig")
    assert text.startswith("By,Name,Decided,Sampled")
    assert "Assessor,Assessor A,2,0,0,0,0" in text
    assert [cell(value) for value in ("=1+1", "  @x", "-2", "K1", 7, None)] == [
        "'=1+1",
        "'  @x",
        "'-2",
        "K1",
        "7",
        "",
    ]


def test_an_administrator_reads_and_does_nothing(pages, decided, member, now):
    plan_id, (sample, _) = drawn(decided, member)
    administrator = pages.sign_in(decided.people["administrator"].person_id)

    assert "Make a sampling plan" not in administrator.get("/quality").links()
    page = administrator.get(f"/quality/samples/{sample.id}")
    assert "An internal quality assurer records it" in page.text
    administrator.get(f"/quality/plans/{plan_id}/add", status=403)


def test_ones_own_decision_is_left_to_somebody_else(pages, decided, member, now):
    plan_id, (sample, _) = drawn(decided, member)
    both = add_role(decided, "assessor", Role.ASSESSOR, Role.IQA)
    own = pages.sign_in(both.person_id)

    assert (
        "You made or countersigned this decision, or signed off on it"
        in own.get(f"/quality/plans/{plan_id}").text
    )
    page = own.get(f"/quality/samples/{sample.id}")
    assert "Somebody else looks at it" in page.text
    assert "Nothing waits" in own.get("/").text


def test_the_role_is_in_the_navigation_and_the_forms(iqa, pages, world):
    assert "Quality" in iqa.get("/").whole_text
    administrator = pages.sign_in(world.people["administrator"].person_id)
    assert "Internal quality assurer" in administrator.get("/people/new").text
    assert "Internal quality assurer" in administrator.get("/people").text


def test_an_assessor_finds_nothing_of_a_sample_without_an_outcome(pages, decided, member, now):
    _, (first, second) = drawn(decided, member)
    own = pages.sign_in(decided.assessor.person_id)

    for sample in (first, second):
        for path in (f"/quality/samples/{sample.id}", f"/quality/samples/{sample.id}/close"):
            own.get(path, status=404)
    page = own.get(f"/enrolments/{decided.enrolment_id}/history")

    assert "2 entries that you are shown later" in page.text
    assert "sampled" not in page.text
    assert "shown later" not in own.get(f"/evidence/{first.evidence_id}/history").text
    pages.sign_in(member.person_id)
    assert "shown later" not in pages.get(f"/enrolments/{decided.enrolment_id}/history").text
