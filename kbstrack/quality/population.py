"""Reading what a plan is drawn from: all decisions of a provider as they were at a moment."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from kbstrack.assessment.models import (
    ActionPoint,
    Countersignature,
    Decision,
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.assessment.rules import Outcome
from kbstrack.current import catalogue
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.people.models import Enrolment
from kbstrack.quality import signatures
from kbstrack.quality.models import Sample
from kbstrack.quality.risks import DecisionFacts

Ksb = tuple[str, str, str]


@dataclass(slots=True)
class _Signed:
    """What sign-offs say of one decision."""

    stands: bool = False
    is_reopened: bool = False
    is_overridden: bool = False


def facts(provider_id: uuid.UUID, *, at: datetime) -> list[DecisionFacts]:
    """Every decision of the provider's enrolments as it stood at that moment, in order of time.

    All of it comes from rows that are only ever added, so a moment gives the same for ever.
    """
    signed, signer_ids = _signed(provider_id, at), _signer_ids(provider_id, at)
    reopened = _ids(
        select(DecisionReopening.decision_id).where(DecisionReopening.reopened_at <= at),
        DecisionReopening.decision_id,
        provider_id,
    )
    with_actions = _ids(select(ActionPoint.decision_id), ActionPoint.decision_id, provider_id)
    return [
        DecisionFacts(
            decision_id=row.id,
            assessor_id=row.decided_by,
            enrolment_id=row.enrolment_id,
            apprentice_id=row.apprentice_id,
            evidence_id=row.evidence_id,
            version_id=row.version_id,
            ksb=(row.standard_reference, row.standard_version, row.code),
            decided_at=row.decided_at,
            is_met=row.outcome == Outcome.MET,
            is_unqualified=row.needs_countersignature,
            has_actions=row.id in with_actions,
            is_overridden=signed[row.id].is_overridden,
            is_reopened=row.id in reopened or signed[row.id].is_reopened,
            is_signed_off=signed[row.id].stands,
            countersigner_id=row.countersigner_id,
            signer_ids=frozenset(signer_ids[row.id]),
        )
        for row in _decisions(provider_id, at)
    ]


def sampled_ksbs(provider_id: uuid.UUID, *, before: datetime) -> set[Ksb]:
    """The KSBs of which the provider had sampled some decision by then."""
    query = select(
        Enrolment.standard_reference, Enrolment.standard_version, Decision.code
    ).select_from(Sample)
    query = query.join(Decision, Decision.id == Sample.decision_id)
    return {
        (reference, version, code)
        for reference, version, code in db.session.execute(
            _of_provider(query, provider_id).where(Sample.added_at < before).distinct()
        )
    }


def _decisions(provider_id: uuid.UUID, at: datetime) -> Iterable[Any]:
    query = select(
        Decision.id,
        Decision.decided_by,
        Decision.decided_at,
        Decision.outcome,
        Decision.needs_countersignature,
        Decision.code,
        Decision.version_id,
        EvidenceVersion.evidence_id,
        Evidence.enrolment_id,
        Enrolment.apprentice_id,
        Enrolment.standard_reference,
        Enrolment.standard_version,
        Countersignature.signed_by.label("countersigner_id"),
    ).select_from(Decision)
    countersigned = and_(
        Countersignature.decision_id == Decision.id, Countersignature.signed_at <= at
    )
    return db.session.execute(
        _of_provider(query, provider_id)
        .outerjoin(Countersignature, countersigned)
        .where(Decision.decided_at <= at)
        .order_by(Decision.decided_at, Decision.id)
    )


def _of_provider(query: Any, provider_id: uuid.UUID) -> Select[Any]:
    """The query, which has `decision` in it, for the decisions of one provider."""
    joined: Select[Any] = (
        query.join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .where(Enrolment.provider_id == provider_id)
    )
    return joined


def _ids(query: Select[Any], column: Any, provider_id: uuid.UUID) -> set[uuid.UUID]:
    joined = query.join(Decision, Decision.id == column)
    return set(db.session.scalars(_of_provider(joined, provider_id)))


def _signed(provider_id: uuid.UUID, at: datetime) -> defaultdict[uuid.UUID, _Signed]:
    found: defaultdict[uuid.UUID, _Signed] = defaultdict(_Signed)
    sizes = _basis_sizes(provider_id)
    for row in db.session.execute(_bases(provider_id, at)):
        of = found[row.decision_id]
        is_reopened = row.reopened_at is not None and row.reopened_at <= at
        of.stands = of.stands or not is_reopened
        of.is_reopened = of.is_reopened or is_reopened
        if row.reason:
            standard = catalogue().get(row.standard_reference, row.standard_version)
            is_short = sizes[row.id] < standard.ksb(row.code).pieces_needed
            of.is_overridden = of.is_overridden or is_short
    renewed = _bases(provider_id, at, is_renewed=True)
    for row in db.session.execute(renewed.where(Renewal.signed_at <= at)):
        if row.reopened_at is None or row.reopened_at > at:
            found[row.decision_id].stands = True
    return found


def _bases(provider_id: uuid.UUID, at: datetime, *, is_renewed: bool = False) -> Select[Any]:
    """Each decision on which a sign-off rests, or was renewed on, with that sign-off."""
    basis: Any = RenewalBasis if is_renewed else SignOffBasis
    query = select(
        basis.decision_id,
        SignOff.id,
        SignOff.code,
        SignOff.reason,
        Enrolment.standard_reference,
        Enrolment.standard_version,
        Reopening.reopened_at,
    ).select_from(basis)
    if is_renewed:
        query = query.join(Renewal, Renewal.id == RenewalBasis.renewal_id)
        query = query.join(SignOff, SignOff.id == Renewal.sign_off_id)
    else:
        query = query.join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
    return (
        query.join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .outerjoin(Reopening, Reopening.sign_off_id == SignOff.id)
        .where(Enrolment.provider_id == provider_id, SignOff.signed_at <= at)
    )


def _signer_ids(provider_id: uuid.UUID, at: datetime) -> defaultdict[uuid.UUID, set[uuid.UUID]]:
    """By decision: who had signed by then what rests on it."""
    signers = signatures.signers(until=at)
    found: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    query = select(signers.c.decision_id, signers.c.person_id).join(
        Decision, Decision.id == signers.c.decision_id
    )
    for decision_id, person_id in db.session.execute(_of_provider(query, provider_id)):
        found[decision_id].add(person_id)
    return found


def _basis_sizes(provider_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(SignOffBasis.sign_off_id, func.count())
        .join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .where(Enrolment.provider_id == provider_id)
        .group_by(SignOffBasis.sign_off_id)
    )
    return {key: count for key, count in rows}
