"""The column of the table for whoever follows a link: their one request, and nothing else."""

from __future__ import annotations

import uuid

import pytest

from kbstrack import access
from kbstrack.access import POLICY, Action, Actor, EnrolmentScope, ProviderScope, RequestScope
from kbstrack.confirmation import answering, links, reading
from kbstrack.confirmation.rules import ConfirmationText, StatementText
from kbstrack.errors import NotFound
from tests.access.calls import CALLS
from tests.access.cast import Cast
from tests.access.test_use_cases import answer
from tests.builders import TUESDAY

REQUEST, PROVIDER = uuid.UUID(int=7), uuid.UUID(int=8)


@pytest.mark.parametrize("action", sorted(Action))
def test_a_link_opens_its_own_request_and_no_action_but_one(action):
    holder = links.actor_for(REQUEST)
    enrolment = EnrolmentScope(PROVIDER, REQUEST, REQUEST, REQUEST, enrolment_id=REQUEST)

    assert access.allows(holder, action, RequestScope(REQUEST, PROVIDER)) == (
        action is Action.CONFIRM_BY_LINK
    )
    assert not access.allows(holder, action, RequestScope(PROVIDER, PROVIDER))
    assert not access.allows(holder, action, enrolment)
    assert not access.allows(holder, action, ProviderScope(PROVIDER))


def test_nobody_with_an_account_holds_a_request():
    for predicate in POLICY[Action.CONFIRM_BY_LINK]:
        assert not predicate(Actor(REQUEST), RequestScope(REQUEST, PROVIDER))


def test_for_whoever_follows_a_link_nothing_else_exists(cast: Cast):
    holder = links.actor_for(cast.main.request_id)

    found = {call.name: answer(call, holder, cast.main) for call in CALLS}

    assert {name for name, said in found.items() if said != "hid"} <= {
        "people.service.create_provider"
    }


def test_for_everybody_with_an_account_the_pages_of_links_do_not_exist(cast: Cast):
    for name in cast.person_ids:
        actor = cast.actor(name)
        calls = (
            lambda actor=actor: reading.see_asked(actor, at=TUESDAY),
            lambda actor=actor: reading.see_asked_file(actor, cast.main.upload_id, at=TUESDAY),
            lambda actor=actor: reading.see_answered(actor, uuid.uuid4()),
            lambda actor=actor: answering.decline_by_link(actor, reason="", at=TUESDAY),
            lambda actor=actor: answering.confirm_by_link(
                actor, text=ConfirmationText("Sam"), is_declared=True, at=TUESDAY
            ),
            lambda actor=actor: answering.state_by_link(
                actor, text=StatementText("Sam", "I saw it."), is_declared=True, at=TUESDAY
            ),
        )
        for call in calls:
            with pytest.raises(NotFound):
                call()


@pytest.mark.parametrize(
    "name",
    [
        "whoever has answered",
        "whoever has a link that was revoked",
        "whoever has a link that has ended",
    ],
)
def test_a_session_begun_by_a_link_ends_with_it(cast: Cast, name):
    """The page may still be open while the request is answered, revoked or ends."""
    holder = cast.links[name].holder
    assert links.whoever_follows(cast.links[name].token, at=TUESDAY) is None
    calls = (
        lambda: reading.see_asked(holder, at=TUESDAY),
        lambda: reading.see_asked_file(holder, cast.main.upload_id, at=TUESDAY),
        lambda: reading.see_answered(holder, uuid.uuid4()),
        lambda: answering.decline_by_link(holder, reason="", at=TUESDAY),
        lambda: answering.confirm_by_link(
            holder, text=ConfirmationText("Sam"), is_declared=True, at=TUESDAY
        ),
        lambda: answering.state_by_link(
            holder, text=StatementText("Sam", "I saw it."), is_declared=True, at=TUESDAY
        ),
    )

    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_a_link_shows_its_own_item_and_no_other(cast: Cast):
    asked, other = (
        cast.links[name].holder
        for name in ("whoever was asked", "whoever was asked something else")
    )

    assert reading.see_asked(asked, at=TUESDAY).request.id == cast.main.request_id
    assert reading.see_asked_file(asked, cast.main.upload_id, at=TUESDAY)
    with pytest.raises(NotFound):
        reading.see_asked_file(asked, cast.main.draft_upload_id, at=TUESDAY)
    with pytest.raises(NotFound):
        reading.see_asked_file(other, cast.main.upload_id, at=TUESDAY)
