"""The policy answers as the table written by hand says, for every action and kind of person."""

from __future__ import annotations

import pytest

from kbstrack import access
from kbstrack.access import POLICY, Action, Actor, EnrolmentScope, ProviderScope, Role, Scope
from kbstrack.errors import NotAllowed, NotFound
from tests.access.columns import COLUMNS
from tests.access.expected import EXPECTED
from tests.access.kinds import ELSEWHERE, HERE, KINDS, ME


def answer(actor: Actor, action: Action, scope: Scope) -> str:
    try:
        access.require(actor, action, scope)
    except NotFound:
        return "hid"
    except NotAllowed:
        return "no"
    return "yes"


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", KINDS)
def test_each_person_gets_the_answer_of_the_table(name, column):
    kind, action = KINDS[name], COLUMNS[column].action
    scope = kind.scope_of(COLUMNS[column].of)

    assert answer(kind.actor, action, scope) == EXPECTED[name][column]
    assert access.allows(kind.actor, action, scope) == (EXPECTED[name][column] == "yes")


def test_the_table_has_every_action_and_every_kind_of_person():
    assert {column.action for column in COLUMNS.values()} == set(Action)
    assert set(POLICY) == set(Action)
    assert list(EXPECTED) == list(KINDS)


def test_an_action_that_the_policy_does_not_name_is_allowed_to_nobody(monkeypatch):
    monkeypatch.delitem(POLICY, Action.ENROLMENT_SEE)

    allowed = [
        name
        for name, kind in KINDS.items()
        if access.allows(kind.actor, Action.ENROLMENT_SEE, kind.scope)
    ]

    assert allowed == []


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.PROVIDER_CREATE}))
def test_roles_at_one_provider_open_nothing_at_another(action):
    every_role = Actor(ME, frozenset((ELSEWHERE, role) for role in Role))
    scope = EnrolmentScope(HERE, apprentice_id=ME, assessor_id=ME, line_manager_id=ME)

    assert not access.allows(every_role, action, scope)
    assert not access.allows(every_role, action, ProviderScope(HERE))


def test_whoever_is_not_beside_the_enrolment_is_not_told_that_it_exists():
    kind = KINDS["the former assessor"]

    with pytest.raises(NotFound, match="not yours to see"):
        access.require(kind.actor, Action.EVIDENCE_DECIDE, kind.scope)


def test_whoever_may_see_it_is_told_what_they_may_not_do():
    kind = KINDS["the line manager"]

    with pytest.raises(NotAllowed, match="You can't decide on claims here"):
        access.require(kind.actor, Action.EVIDENCE_DECIDE, kind.scope)


def test_nobody_administrates_a_provider_that_is_not_made_yet():
    kind = KINDS["an administrator"]

    assert not access.allows(kind.actor, Action.PROVIDER_MANAGE, ProviderScope(None))
