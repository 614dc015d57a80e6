"""Which enrolments a list holds for whom: what `access` says of one, as conditions in a query."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_

from kbstrack.access import Actor, Role
from kbstrack.people import countersigners
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment


def is_own(actor: Actor) -> ColumnElement[bool]:
    """It is their own."""
    return and_(
        Enrolment.apprentice_id == actor.person_id,
        _in_providers(actor.providers_as(Role.APPRENTICE)),
    )


def is_assessed(actor: Actor) -> ColumnElement[bool]:
    """They are its assessor now."""
    return and_(
        AssessorAssignment.assessor_id == actor.person_id,
        Enrolment.apprentice_id != actor.person_id,
        _in_providers(actor.providers_as(Role.ASSESSOR)),
    )


def is_countersigned(actor: Actor) -> ColumnElement[bool]:
    """They countersign for somebody who assesses it or once did."""
    return and_(
        Enrolment.id.in_(countersigners.countersigned_by(actor.person_id)),
        Enrolment.apprentice_id != actor.person_id,
        _in_providers(actor.providers_as(Role.ASSESSOR)),
    )


def is_managed(actor: Actor) -> ColumnElement[bool]:
    """They are its line manager now."""
    return and_(
        EmployerAssignment.line_manager_id == actor.person_id,
        Enrolment.apprentice_id != actor.person_id,
        _in_providers(actor.providers_as(Role.EMPLOYER)),
    )


def is_administered(actor: Actor) -> ColumnElement[bool]:
    """They administrate its training provider."""
    if actor.is_operator:
        return Enrolment.id.is_not(None)
    return _in_providers(actor.providers_as(Role.ADMINISTRATOR))


def is_assured(actor: Actor) -> ColumnElement[bool]:
    """They assure the quality of its provider's assessment."""
    return and_(
        Enrolment.apprentice_id != actor.person_id, _in_providers(actor.providers_as(Role.IQA))
    )


def is_audited(actor: Actor) -> ColumnElement[bool]:
    """Their link for auditors names it and works today."""
    return Enrolment.id.in_(actor.auditing)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """They may see it, for whatever reason."""
    return or_(
        is_own(actor),
        is_assessed(actor),
        is_countersigned(actor),
        is_managed(actor),
        is_assured(actor),
        is_administered(actor),
        is_audited(actor),
    )


def _in_providers(provider_ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    ids = list(provider_ids)
    return Enrolment.provider_id.in_(ids) if ids else false()
