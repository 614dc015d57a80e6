"""Lists of those who look at others' decisions: what is theirs to look at, and nothing else."""

from __future__ import annotations

import uuid

import pytest

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope
from kbstrack.assessment import countersign_queries
from kbstrack.assessment import reading as assessment
from kbstrack.auditing import service as auditing
from kbstrack.confirmation import reading as confirmation
from kbstrack.confirmation import service as requests
from kbstrack.confirmation.rules import Asked, RequestText
from kbstrack.db import db
from kbstrack.errors import NotAllowed, NotFound
from kbstrack.people import enrolment_queries as enrolments
from kbstrack.people.models import Person
from kbstrack.quality import adding, queries, reading
from tests.access.cast import Cast
from tests.access.expected import EXPECTED
from tests.access.targets import Target
from tests.builders import TUESDAY


def everybody(cast: Cast) -> dict[str, Actor]:
    return {name: cast.actor(name) for name in EXPECTED}


def enrolments_for(cast: Cast, predicate: access.Predicate, actor: Actor) -> set[uuid.UUID]:
    """Those for which `access` says yes, asked one by one."""
    return {id_ for id_ in cast.enrolled if predicate(actor, enrolments.enrolment(id_).scope)}


def may(actor: Actor, action: Action, sample_id: uuid.UUID) -> bool:
    return access.allows(actor, action, queries.sample(sample_id).scope)


def of_both(cast: Cast) -> tuple[Target, Target]:
    """One enrolment of each provider."""
    return cast.main, cast.targets["elsewhere"]


def test_what_waits_for_a_countersignature_is_its_countersigners(cast: Cast):
    found = {
        name: {row.enrolment_id for row in countersign_queries.waiting(actor)}
        for name, actor in everybody(cast).items()
    }

    learning = cast.targets["the countersigner"].world.enrolment_id
    assert {name: ids for name, ids in found.items() if ids} == {"the countersigner": {learning}}


def test_samples_wait_for_those_who_may_judge_them(cast: Cast):
    waiting = [target.waiting_id for target in cast.distinct]
    for name, actor in everybody(cast).items():
        judged = {id_ for id_ in waiting if may(actor, Action.SAMPLE_JUDGE, id_)}

        assert {row.id for row in reading.see_waiting(actor)} == judged, name


def test_actions_are_listed_for_those_who_answer_them(cast: Cast):
    samples = [target.sample_id for target in cast.distinct]
    for name, actor in everybody(cast).items():
        answered = {id_ for id_ in samples if may(actor, Action.SAMPLE_ANSWER, id_)}

        assert {row.id for row in reading.see_actions(actor)} == answered, name


def test_quality_assurance_is_listed_by_provider(cast: Cast):
    providers = [target.world.provider_id for target in of_both(cast)]
    for name, actor in everybody(cast).items():
        seen = {
            id_
            for id_ in providers
            if access.allows(actor, Action.SAMPLING_SEE, ProviderScope(id_))
        }

        found = {row.id for row in reading.see_assured(actor)}

        assert found == (set() if actor.is_operator else seen), name


def test_nothing_of_another_provider_is_in_plans_candidates_or_coverage(cast: Cast):
    here, elsewhere = of_both(cast)
    iqa, provider_id = cast.actor("an IQA"), here.world.provider_id
    strangers = {elsewhere.decision_id, elsewhere.other_decision_id}

    page = reading.see_plan(iqa, here.plan_id)
    lines, _ = reading.see_plans(iqa, provider_id)
    candidates = adding.see_candidates(iqa, here.plan_id, most=100)

    assert {line.plan.id for line in lines} == {here.plan_id}
    assert not strangers & {item.decision_id for item in page.considered}
    assert not strangers & {row.decision_id for row in page.samples}
    assert not strangers & {row.decision_id for row in candidates.rows}
    assert str(elsewhere.world.enrolment_id) not in dict(candidates.apprentices)
    shown = repr(reading.see_coverage(iqa, provider_id))
    assert "Apprentice A" in shown
    assert "Apprentice B" not in shown


def test_ones_own_work_is_in_no_list_of_samples(cast: Cast):
    name = "the apprentice, assuring quality too"
    actor, target = cast.actor(name), cast.targets[name]

    page = reading.see_plan(actor, target.plan_id)

    assert {target.sample_id, target.waiting_id} & {
        row.id for row in reading.see_plan(cast.actor("an IQA"), target.plan_id).samples
    }
    assert not {target.sample_id, target.waiting_id} & {row.id for row in page.samples}


def test_an_auditor_has_a_list_of_what_their_link_names(cast: Cast):
    for name, actor in everybody(cast).items():
        found = {row.id for row in auditing.see_audited(actor)}

        assert found == enrolments_for(cast, access.is_auditor, actor), name
    assert auditing.see_audited(cast.actor("an auditor"))


def test_looks_are_noted_for_the_auditor_who_took_them(cast: Cast):
    target, administrator = cast.main, cast.actor("an administrator")
    auditor, other = cast.actor("an auditor"), cast.actor("an auditor of others")
    enrolment_id = target.world.enrolment_id

    auditing.note_view(auditor, enrolment_id, what="history", at=TUESDAY)
    with pytest.raises(NotFound):
        auditing.note_view(other, enrolment_id, what="history", at=TUESDAY)
    with pytest.raises(NotAllowed):
        auditing.note_view(administrator, enrolment_id, what="history", at=TUESDAY)

    assert [view.what for view in auditing.see_link(administrator, auditor.person_id)[1]] == [
        "history"
    ]
    assert auditing.see_link(administrator, other.person_id)[1] == []
    assert auditing.count_views(target.world.apprentice, enrolment_id) == 1
    assert auditing.name_of(auditor) == "Ines Audit"
    assert auditing.name_of(administrator) == ""
    mine = auditor.person_id, other.person_id
    theirs = auditing.see_links(
        cast.actor("an administrator elsewhere"), cast.targets["elsewhere"].world.provider_id
    )
    assert not set(mine) & {row.id for row in theirs}


def test_what_was_changed_is_listed_for_the_assessor_only(cast: Cast):
    for name, actor in everybody(cast).items():
        found = {row.enrolment_id for row in assessment.see_changed(actor)}
        found |= {row.enrolment_id for row in assessment.see_returned(actor)}

        assert found <= enrolments_for(cast, access.is_assessor, actor), name


def test_requests_wait_for_the_present_line_manager_only(cast: Cast):
    """Whoever was asked while they were the line manager has the link, and no list."""
    target, asked = cast.main, {}
    for name in ("the line manager", "the former line manager", "an administrator"):
        address = db.session.get_one(Person, cast.person_ids[name]).email
        asked[name] = requests.ask(
            target.world.apprentice,
            target.evidence_id,
            version_number=2,
            what=Asked.CONFIRMATION,
            text=RequestText("Somebody", address),
            at=TUESDAY,
        )

    found = {
        name: [row.id for row in confirmation.see_waiting(actor, at=TUESDAY)]
        for name, actor in everybody(cast).items()
    }

    assert {name: ids for name, ids in found.items() if ids} == {
        "the line manager": [asked["the line manager"]]
    }
