"""Links for auditors, and for those who were asked to confirm something: open, used, ended."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kbstrack.access import OPERATOR, Actor
from kbstrack.auditing import service as auditing
from kbstrack.auditing.service import Wanted
from kbstrack.confirmation import answering, links
from kbstrack.confirmation import service as confirmation
from kbstrack.confirmation.rules import ConfirmationText
from tests.access.targets import Target, address_of, asked
from tests.builders import MONDAY, TUESDAY
from tests.confirmation.asking import messages, token_in

NOBODY = Actor(uuid.UUID(int=0))
LAST_DAY = MONDAY.date() + timedelta(days=300)


@dataclass(frozen=True)
class Link:
    """A secret that was sent to somebody, and who they were while it opened something."""

    token: str
    holder: Actor


def make_auditors(main: Target, other: Target) -> dict[str, Link]:
    """Links of the provider by kind of auditor."""
    revoked = _auditor("Revoked Audit", main)
    auditing.revoke_link(OPERATOR, revoked.holder.person_id, at=MONDAY)
    return {
        "an auditor": _auditor("Ines Audit", main),
        "an auditor of others": _auditor("Other Audit", other),
        "an auditor whose link has ended": _auditor("Ended Audit", main, until=MONDAY.date()),
        "an auditor whose link was revoked": revoked,
    }


def make_asked(main: Target, other: Target) -> dict[str, Link]:
    """Links to one request each, by what became of them."""
    answered, revoked = _asked_more(main, "used-"), _asked_more(main, "revoked-")
    answering.confirm_by_link(
        answered.holder, text=ConfirmationText("Sam Ortiz", "Client"), is_declared=True, at=MONDAY
    )
    assert revoked.holder.request_id is not None
    confirmation.revoke(main.world.apprentice, revoked.holder.request_id, at=MONDAY)
    return {
        "whoever was asked": _sent(main.request_id, address_of(main.evidence_id)),
        "whoever was asked something else": _sent(other.request_id, address_of(other.evidence_id)),
        "whoever has answered": answered,
        "whoever has a link that was revoked": revoked,
        "whoever has a link that has ended": _asked_more(main, "ended-", days_ago=15),
    }


def follow(name: str, made: Mapping[str, Link]) -> Actor:
    """Who somebody is on Tuesday who comes by a link; nobody when it opens nothing."""
    if "auditor" in name:
        return auditing.auditor_of(made[name].holder.person_id, at=TUESDAY) or NOBODY
    return links.whoever_follows(made[name].token, at=TUESDAY) or NOBODY


def _auditor(name: str, target: Target, *, until: date = LAST_DAY) -> Link:
    world = target.world
    wanted = Wanted(name, (world.enrolment_id,), until)
    made = auditing.make_link(OPERATOR, world.provider_id, wanted=wanted, at=MONDAY)
    holder = auditing.auditor_of(made.id, at=MONDAY)
    assert made.token is not None
    assert holder is not None
    return Link(made.token, holder)


def _asked_more(target: Target, who: str, *, days_ago: int = 0) -> Link:
    evidence_id = target.evidence_id
    request_id = asked(target.world, evidence_id, who, days_ago=days_ago)
    return _sent(request_id, address_of(evidence_id, who))


def _sent(request_id: uuid.UUID, address: str) -> Link:
    return Link(token_in(messages(address)[-1]), links.actor_for(request_id))
