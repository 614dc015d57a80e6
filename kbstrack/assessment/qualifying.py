"""Saying whether an assessor is qualified, and who countersigns as long as they are not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm.attributes import flag_modified

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope
from kbstrack.assessment import countersign_queries
from kbstrack.db import transaction
from kbstrack.errors import RuleBroken
from kbstrack.people import countersigners, queries
from kbstrack.people.countersigners import Qualification
from kbstrack.people.membership import lock_member
from kbstrack.people.queries import MemberRow
from kbstrack.people.service import check_revision


@dataclass(frozen=True, slots=True)
class QualificationPage:
    """An assessor as their administrator sees them: who could countersign, and does anything
    wait. `present` is None for somebody who never was an assessor."""

    member: MemberRow
    present: Qualification | None
    offered: tuple[Qualification, ...]
    countersigns_for: tuple[str, ...]
    is_waiting: bool


def see_qualification(actor: Actor, member_id: uuid.UUID) -> QualificationPage:
    """Whether somebody is qualified, and who countersigns. Raises NotFound."""
    member = queries.member(member_id)
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(member.provider_id))
    provider_id, person_id = member.provider_id, member.person_id
    return QualificationPage(
        member=member,
        present=countersigners.qualification(member_id),
        offered=tuple(countersigners.offered(provider_id, but=person_id)),
        countersigns_for=tuple(
            row.name for row in countersigners.assessors_of(provider_id, person_id)
        ),
        is_waiting=countersign_queries.waits_of(provider_id, person_id),
    )


def offer_countersigners(actor: Actor, provider_id: uuid.UUID) -> list[Qualification]:
    """Who could countersign for somebody new: the provider's qualified assessors, by name.

    Raises NotFound.
    """
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(provider_id))
    return countersigners.offered(provider_id)


def set_qualification(
    actor: Actor,
    member_id: uuid.UUID,
    *,
    is_qualified: bool,
    countersigner_id: uuid.UUID | None,
    revision: int,
) -> None:
    """Mark an assessor as qualified or not yet, and name who countersigns for them.

    What was decided stays as it was: what needs a second signature needs it still. So somebody
    must stay named for whom it waits; once nothing does, nobody is named for the qualified.
    Raises NotFound, NotAllowed, RuleBroken (field `countersigner_id`), Conflict.
    """
    with transaction():
        row, _ = lock_member(actor, member_id)
        check_revision(row.revision, revision)
        # Nothing is decided as somebody who is not yet qualified while this is looked at.
        countersigners.lock_qualification(row)
        if is_qualified and not countersign_queries.waits_of(row.provider_id, row.person_id):
            countersigner_id = None
        elif countersigner_id is None:
            raise RuleBroken(
                "Select who countersigns: something that they decided still waits."
                if is_qualified
                else "Select who countersigns what they decide.",
                field="countersigner_id",
            )
        countersigners.set_countersigner(
            row, is_qualified=is_qualified, countersigner_id=countersigner_id
        )
        # The role is a row of its own, but a change of it is a change of the person.
        flag_modified(row, "name")
