"""Assessors who are not yet qualified, and who countersigns what they decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import aliased

from kbstrack.access import Role
from kbstrack.db import db, is_writing
from kbstrack.errors import RuleBroken
from kbstrack.formats import join_words
from kbstrack.people.models import AssessorAssignment, Enrolment, Member, MemberRole


@dataclass(frozen=True, slots=True)
class Qualification:
    """An assessor of a provider: whether they are qualified, and who countersigns for them.

    A countersigner of somebody qualified stays named for what was decided before.
    """

    member_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    is_qualified: bool
    countersigner_id: uuid.UUID | None
    countersigner: str | None


def qualification(member_id: uuid.UUID) -> Qualification | None:
    """That of a member who is or was an assessor; None for anybody else."""
    return next(iter(_qualifications(Member.id == member_id)), None)


def offered(provider_id: uuid.UUID, *, but: uuid.UUID | None = None) -> list[Qualification]:
    """The provider's qualified assessors by name, who can countersign for somebody `but` them."""
    found = _qualifications(
        and_(Member.provider_id == provider_id, _is_held(Member, MemberRole)),
        MemberRole.is_qualified.is_(True),
    )
    return [row for row in found if row.person_id != but]


def assessors_of(provider_id: uuid.UUID, countersigner_id: uuid.UUID) -> list[Qualification]:
    """Those for whom this person is named, by name; whoever has ended too."""
    return _qualifications(
        Member.provider_id == provider_id, MemberRole.countersigner_id == countersigner_id
    )


def countersigner_of(provider_id: uuid.UUID, person_id: uuid.UUID) -> uuid.UUID | None:
    """Who countersigns what this assessor of the provider decided; None when nobody is named."""
    return db.session.scalar(
        select(MemberRole.countersigner_id)
        .join(Member, Member.id == MemberRole.member_id)
        .where(
            Member.provider_id == provider_id,
            Member.person_id == person_id,
            MemberRole.role == Role.ASSESSOR,
        )
    )


def needed_by(provider_id: uuid.UUID, person_id: uuid.UUID) -> str | None:
    """Who countersigns what this assessor decides now, by name; None for the qualified."""
    found = _qualifications(
        Member.provider_id == provider_id,
        Member.person_id == person_id,
        MemberRole.is_qualified.is_(False),
    )
    return found[0].countersigner if found else None


def name_for(person: Any, provider: Any) -> ScalarSelect[str]:
    """In a query: what the provider calls the one who countersigns for the person."""
    assessor, countersigner = aliased(Member), aliased(Member)
    return (
        select(countersigner.name)
        .select_from(assessor)
        .join(MemberRole, MemberRole.member_id == assessor.id)
        .join(
            countersigner,
            and_(
                countersigner.person_id == MemberRole.countersigner_id,
                countersigner.provider_id == assessor.provider_id,
            ),
        )
        .where(
            assessor.person_id == person,
            assessor.provider_id == provider,
            MemberRole.role == Role.ASSESSOR,
        )
        .scalar_subquery()
    )


def id_for(person: Any, provider: Any) -> ScalarSelect[uuid.UUID | None]:
    """In a query: who countersigns what the person decides for the provider."""
    assessor, role = aliased(Member), aliased(MemberRole)
    return (
        select(role.countersigner_id)
        .join(assessor, assessor.id == role.member_id)
        .where(
            assessor.person_id == person,
            assessor.provider_id == provider,
            role.role == Role.ASSESSOR,
        )
        .scalar_subquery()
    )


def by_enrolment(enrolment_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who countersigns for those who assess these enrolments or once did."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for enrolment_id, person_id in db.session.execute(
        _named().where(AssessorAssignment.enrolment_id.in_(list(enrolment_ids)))
    ):
        if person_id is not None:
            found.setdefault(enrolment_id, set()).add(person_id)
    return found


def countersigned_by(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """In a query: the ids of the enrolments whose assessors, present or former, named them."""
    named = _named().where(MemberRole.countersigner_id == person_id).subquery()
    return select(named.c.enrolment_id)


def lock_qualification(member: Member) -> MemberRole | None:
    """The member's role of assessor, held until the transaction ends; None without it."""
    assert is_writing()
    return db.session.get(
        MemberRole, (member.id, Role.ASSESSOR), populate_existing=True, with_for_update=True
    )


def set_countersigner(
    member: Member, *, is_qualified: bool, countersigner_id: uuid.UUID | None
) -> None:
    """Write down that an assessor is qualified or not and who countersigns for them, in the
    caller's transaction, which holds the provider.

    Raises RuleBroken (field `countersigner_id`) when they are no assessor, nobody or somebody
    who can't countersign is named, or when they countersign for others themselves.
    """
    role = lock_qualification(member)
    if role is None:
        raise RuleBroken(
            "Only an assessor has somebody who countersigns: select that role too.",
            field="countersigner_id",
        )
    if countersigner_id is None and not is_qualified:
        raise RuleBroken("Select who countersigns what they decide.", field="countersigner_id")
    if not is_qualified:
        check_countersigns_for_nobody(member, "be marked as not yet qualified", "countersigner_id")
    if countersigner_id is not None and countersigner_id != role.countersigner_id:
        _check_can_countersign(member, countersigner_id)
    role.is_qualified, role.countersigner_id = is_qualified, countersigner_id
    db.session.flush()


def check_countersigns_for_nobody(member: Member, verb: str, field: str | None = None) -> None:
    """Whoever is named as a countersigner can't `verb` until somebody else is named.

    Raises RuleBroken, which says for whom.
    """
    named_by = assessors_of(member.provider_id, member.person_id)
    if named_by:
        names = join_words(row.name for row in named_by)
        page = "that person's page" if len(named_by) == 1 else "the page of each of them"
        raise RuleBroken(
            f"{member.name} countersigns for {names}, so they can't {verb} yet: "
            f"name somebody else on {page} first.",
            field=field,
        )


def _check_can_countersign(member: Member, countersigner_id: uuid.UUID) -> None:
    if countersigner_id == member.person_id:
        raise RuleBroken("Nobody countersigns their own decisions.", field="countersigner_id")
    if countersigner_id not in {row.person_id for row in offered(member.provider_id)}:
        raise RuleBroken(
            "Select a qualified assessor of this training provider.", field="countersigner_id"
        )


def _named() -> Select[uuid.UUID, uuid.UUID | None]:
    return (
        select(AssessorAssignment.enrolment_id, MemberRole.countersigner_id)
        .join(Enrolment, Enrolment.id == AssessorAssignment.enrolment_id)
        .join(
            Member,
            and_(
                Member.person_id == AssessorAssignment.assessor_id,
                Member.provider_id == Enrolment.provider_id,
            ),
        )
        .join(MemberRole, MemberRole.member_id == Member.id)
        .where(MemberRole.countersigner_id.is_not(None))
    )


def _is_held(member: type[Member], role: type[MemberRole]) -> ColumnElement[bool]:
    return and_(member.ended_at.is_(None), role.ended_at.is_(None))


def _qualifications(*conditions: ColumnElement[bool]) -> list[Qualification]:
    countersigner = aliased(Member)
    rows = db.session.execute(
        select(Member, MemberRole, countersigner.name.label("countersigner"))
        .join(MemberRole, MemberRole.member_id == Member.id)
        .outerjoin(
            countersigner,
            and_(
                countersigner.person_id == MemberRole.countersigner_id,
                countersigner.provider_id == Member.provider_id,
            ),
        )
        .where(MemberRole.role == Role.ASSESSOR, *conditions)
        .order_by(func.lower(Member.name), Member.id)
        .execution_options(populate_existing=True)
    )
    return [
        Qualification(
            member_id=member.id,
            person_id=member.person_id,
            name=member.name,
            is_qualified=role.is_qualified,
            countersigner_id=role.countersigner_id,
            countersigner=name,
        )
        for member, role, name in rows
    ]
