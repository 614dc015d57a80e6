"""What an administrator may read: a provider's people, employers and enrolments."""

from __future__ import annotations

import uuid

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.people import assignment_queries, enrolment_queries, narrowing, queries, rules
from kbstrack.people.assignment_queries import AssignmentRow
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.narrowing import EVERYBODY, Narrowing, Offered
from kbstrack.people.queries import EmployerRow, MemberRow, ProviderRow


def see_administered(actor: Actor) -> list[ProviderRow]:
    """The training providers the person administrates, by name; none for everybody else."""
    return queries.providers(actor.providers_as(Role.ADMINISTRATOR))


def see_provider(actor: Actor, provider_id: uuid.UUID) -> ProviderRow:
    """Raises NotFound."""
    access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
    return queries.provider(provider_id)


def see_people(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    text: str = "",
    role: Role | None = None,
    with_ended: bool = False,
) -> list[MemberRow]:
    """A provider's people by name: those whose name or address has every word of `text`.

    Raises NotFound.
    """
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(provider_id))
    rows = queries.members(provider_id, role=role, with_ended=with_ended)
    return [row for row in rows if rules.has_words(text, row.name, row.email)]


def see_member(actor: Actor, member_id: uuid.UUID) -> MemberRow:
    """Raises NotFound."""
    found = queries.member(member_id)
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(found.provider_id))
    return found


def see_enrolments_of(actor: Actor, member: MemberRow) -> list[EnrolmentRow]:
    """The enrolments that the person is on, assesses or manages now, running ones first."""
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(member.provider_id))
    return enrolment_queries.involving(member.provider_id, member.person_id)


def see_employers(
    actor: Actor, provider_id: uuid.UUID, *, with_ended: bool = False
) -> list[EmployerRow]:
    """A provider's employers by name. Raises NotFound."""
    access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
    return queries.employers(provider_id, with_ended=with_ended)


def see_employer(actor: Actor, employer_id: uuid.UUID) -> EmployerRow:
    """Raises NotFound."""
    found = queries.employer(employer_id)
    access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(found.provider_id))
    return found


def see_enrolments(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    narrowed: Narrowing = EVERYBODY,
    most: int,
    skip: int = 0,
) -> tuple[list[EnrolmentRow], int]:
    """One page of a provider's enrolments, running ones first, and how many there are in all.

    With a text, those whose apprentice's name or ULN has every word of it. After the last page
    comes the last page again. Raises NotFound.
    """
    access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(provider_id))
    if not narrowed.text.split():
        count = enrolment_queries.count_administered(actor, provider_id, narrowed=narrowed)
        skip = _within(skip, count, most)
        rows = enrolment_queries.administered_by(
            actor, provider_id, narrowed=narrowed, most=most, skip=skip
        )
        return rows, count
    # Here and not in the query: SQLite knows the small letters of English only.
    found = [
        row
        for row in enrolment_queries.administered_by(actor, provider_id, narrowed=narrowed)
        if rules.has_words(narrowed.text, row.apprentice, row.uln)
    ]
    skip = _within(skip, len(found), most)
    return found[skip : skip + most], len(found)


def see_narrowings(actor: Actor, provider_id: uuid.UUID) -> Offered:
    """What a provider's enrolments can be narrowed to. Raises NotFound."""
    access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(provider_id))
    return narrowing.offered(actor, provider_id)


def see_managed_enrolment(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    """An enrolment to whoever may change it. Raises NotFound, NotAllowed."""
    found = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.ENROLMENT_MANAGE, found.scope)
    return found


def see_assignments(actor: Actor, enrolment_id: uuid.UUID) -> list[AssignmentRow]:
    """Who stood and stands beside an enrolment, the latest first. Raises NotFound, NotAllowed."""
    return assignment_queries.assignments(see_managed_enrolment(actor, enrolment_id).id)


def see_offered_managers(actor: Actor, provider_id: uuid.UUID) -> list[MemberRow]:
    """Line managers of employers that have not ended, by employer and name. Raises NotFound."""
    offered = {row.id for row in see_employers(actor, provider_id)}
    rows = see_people(actor, provider_id, role=Role.EMPLOYER)
    return sorted(
        (row for row in rows if row.employer_id in offered),
        key=lambda row: (str(row.employer).casefold(), row.name.casefold(), row.id),
    )


def _within(skip: int, count: int, most: int) -> int:
    return min(skip, max(0, count - 1) // most * most)
