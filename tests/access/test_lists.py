"""Lists are restricted where they are read: exactly what the policy allows, for everybody."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

import pytest

from kbstrack import access
from kbstrack.access import OPERATOR, Action, Actor, EnrolmentScope, Role
from kbstrack.assessment import reading as assessment_reading
from kbstrack.people import enrolling, narrowing
from kbstrack.people import enrolment_queries as enrolments
from kbstrack.people import reading as people
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.progress import service as progress
from kbstrack.progress import today
from tests.access.cast import Cast
from tests.access.enrolments import ULNS_HERE
from tests.access.expected import EXPECTED
from tests.builders import MONDAY, TUESDAY

Rows = dict[uuid.UUID, EnrolmentRow]


@pytest.fixture(scope="module")
def rows(cast: Cast) -> Rows:
    """Every enrolment of both providers; one of them has ended."""
    enrolling.end_enrolment(
        OPERATOR,
        cast.targets["the assessor, administrating elsewhere"].world.enrolment_id,
        ended_on=MONDAY.date(),
        reason="Left for another employer",
        at=MONDAY,
    )
    return {id_: enrolments.enrolment(id_) for id_ in cast.enrolled}


def allowed(
    rows: Rows, predicate: Callable[[Actor, EnrolmentScope], bool], actor: Actor
) -> set[uuid.UUID]:
    """The enrolments for which `access` says yes, asked one by one."""
    return {id_ for id_, row in rows.items() if predicate(actor, row.scope)}


def running(rows: Rows, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    return {id_ for id_ in ids if rows[id_].ended_on is None}


def ids_of(rows: Iterable[EnrolmentRow]) -> set[uuid.UUID]:
    return {row.id for row in rows}


def everybody(cast: Cast) -> dict[str, Actor]:
    actors = {name: cast.actor(name) for name in EXPECTED}
    for target in cast.distinct:
        actors[f"the apprentice of {target.world.enrolment_id}"] = target.world.apprentice
    return actors


def test_nobody_is_missing_from_this_comparison(cast: Cast, rows: Rows):
    """Each list is somebody's, so that an empty answer to all would not pass."""
    actors = everybody(cast).values()

    for predicate in (access.is_apprentice, access.is_assessor, access.is_line_manager):
        assert any(allowed(rows, predicate, actor) for actor in actors)
    assert len(cast.enrolled) == 10
    assert len(running(rows, rows)) == 9


def test_the_lists_of_enrolments_are_those_that_the_policy_allows(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        assessed = allowed(rows, access.is_assessor, actor)
        managed = allowed(rows, access.is_line_manager, actor)

        assert ids_of(enrolments.own(actor)) == allowed(rows, access.is_apprentice, actor), name
        assert ids_of(enrolments.assessed_by(actor, with_ended=True)) == assessed, name
        assert ids_of(enrolments.assessed_by(actor)) == running(rows, assessed), name
        assert ids_of(enrolments.managed_by(actor)) == managed, name
        assert ids_of(enrolments.managed_by(actor, with_ended=False)) == running(rows, managed), (
            name
        )


def test_an_enrolment_is_found_by_those_who_may_see_it(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        seen = {
            enrolment_id
            for enrolment_id in rows
            if access.allows(actor, Action.ENROLMENT_SEE, rows[enrolment_id].scope)
        }

        by_id = {row.id for id_ in cast.enrolled for row in enrolments.find(str(id_), actor)}
        by_uln = {row.id for uln in ULNS_HERE for row in enrolments.find(uln, actor)}

        assert by_id == seen, name
        assert by_uln == seen, name


def test_a_providers_enrolments_are_listed_for_its_administrators(cast: Cast, rows: Rows):
    providers = {target.world.provider_id for target in cast.distinct}
    assert len(providers) == 2
    for name, actor in everybody(cast).items():
        for provider_id in providers:
            there = {id_ for id_ in rows if rows[id_].provider_id == provider_id}
            may = actor.is_operator or actor.has(provider_id, Role.ADMINISTRATOR)

            found = enrolments.administered_by(actor, provider_id)
            caseload = progress.see_provider_caseload(actor, provider_id, at=TUESDAY)

            assert ids_of(found) == (there if may else set()), name
            assert enrolments.count_administered(actor, provider_id) == len(found), name
            among = enrolments.administered_among(actor, provider_id, list(rows))
            assert ids_of(among) == ids_of(found), name
            assert bool(narrowing.offered(actor, provider_id).standards) == may, name
            assert {row.enrolment.id for row in caseload} == ids_of(found), name


def test_the_queue_holds_what_the_assessor_may_decide_on(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        waiting = {
            target.evidence_id
            for target in cast.distinct
            if target.world.enrolment_id in running(rows, allowed(rows, access.is_assessor, actor))
        }

        queue = {row.evidence_id for row in assessment_reading.see_queue(actor)}
        day = today.see_assessor_day(actor, at=TUESDAY)

        assert queue == waiting, name
        assert {row.evidence_id for row in day.queue} == waiting, name


def test_a_caseload_holds_those_the_person_stands_beside(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        for role, predicate in (
            (Role.ASSESSOR, access.is_assessor),
            (Role.EMPLOYER, access.is_line_manager),
            (Role.APPRENTICE, access.is_apprentice),
        ):
            caseload = progress.see_caseload(actor, role, at=TUESDAY, with_ended=True)

            found = {row.enrolment.id for row in caseload}
            assert found == allowed(rows, predicate, actor), (name, role)


def test_an_apprentice_finds_their_own_day(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        own = allowed(rows, access.is_apprentice, actor)

        day = today.see_apprentice_day(actor, at=TUESDAY)
        current = today.current_enrolment(actor)

        assert (day is not None) == bool(own), name
        assert current is None or current.id in own, name
        assert day is None or day.standing.enrolment.id in own, name


def test_only_providers_that_somebody_administrates_are_listed_for_them(cast: Cast):
    for name, actor in everybody(cast).items():
        administered = actor.providers_as(Role.ADMINISTRATOR)

        days = today.see_provider_days(actor, at=TUESDAY)

        assert {row.id for row in people.see_administered(actor)} == administered, name
        assert {day.provider.id for day in days} == administered, name


def test_drafts_are_listed_for_their_apprentice_only(cast: Cast, rows: Rows):
    for name, actor in everybody(cast).items():
        for target in cast.distinct:
            scope = rows[target.world.enrolment_id].scope
            if not access.allows(actor, Action.ENROLMENT_SEE, scope):
                continue
            items = assessment_reading.list_evidence(actor, target.world.enrolment_id)
            listed = target.draft_id in {item.id for item in items}

            assert listed == access.allows(actor, Action.DRAFT_SEE, scope), name
            assert target.evidence_id in {item.id for item in items}, name


def test_people_and_employers_of_another_provider_are_in_no_list(cast: Cast):
    administrator = cast.actor("an administrator")
    here, elsewhere = cast.main.world, cast.targets["elsewhere"].world
    strangers = {member.person_id for member in elsewhere.people.values()}

    members = people.see_people(administrator, here.provider_id, with_ended=True)
    managers = people.see_offered_managers(administrator, here.provider_id)
    employers = people.see_employers(administrator, here.provider_id, with_ended=True)

    assert not strangers & {row.person_id for row in members}
    assert not strangers & {row.person_id for row in managers}
    assert {row.id for row in employers} == {here.employer_id}
