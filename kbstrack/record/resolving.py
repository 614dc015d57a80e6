"""What the ids in entries stand for: versions, decisions, sign-offs, requests and samples."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kbstrack.assessment.models import Decision, SignOff
from kbstrack.confirmation.models import Request
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.ledger.rules import Entry, What
from kbstrack.quality.models import Sample
from kbstrack.record.references import References, Seen

Ids = set[uuid.UUID]


def references_of(
    entries: Sequence[Entry], decision_ids: Sequence[uuid.UUID] = (), *, with_asked: bool
) -> References:
    """What the ids in these entries stand for, and these decisions, with six queries.

    `with_asked` tells the names of those who were asked to confirm something.
    """
    listed = list(entries)
    samples = _samples(_ids_in(listed, "sample_id"))
    requests = _requests(_ids_in(listed, "request_id"))
    decisions = _decisions(
        _ids_in(listed, "decision_id") | set(decision_ids) | set(samples.values())
    )
    version_ids = _ids_in(listed, "version_id")
    version_ids |= {version_id for version_id, _ in [*requests.values(), *decisions.values()]}
    return References(
        versions=_versions(version_ids),
        decisions={
            str(decision_id): (str(version_id), code)
            for decision_id, (version_id, code) in decisions.items()
        },
        sign_offs=_sign_offs(_ids_in(listed, "sign_off_id")),
        samples={str(sample_id): str(found) for sample_id, found in samples.items()},
        requests={
            str(request_id): (str(version_id), name if with_asked else "")
            for request_id, (version_id, name) in requests.items()
        },
        request_numbers=_request_numbers(
            set(requests) | {entry.subject_id for entry in listed if entry.what == What.REQUEST}
        ),
    )


def _ids_in(entries: list[Entry], key: str) -> set[uuid.UUID]:
    """Every id that the facts of these entries have under a key."""
    found = (json.loads(entry.facts).get(key) for entry in entries)
    return {uuid.UUID(value) for value in found if isinstance(value, str)}


def decided_by(sample_id: uuid.UUID) -> uuid.UUID | None:
    """Who made the decision that was sampled; None when it is no longer there."""
    query = select(Decision.decided_by).join(Sample, Sample.decision_id == Decision.id)
    return db.session.scalar(query.where(Sample.id == sample_id))


def _samples(ids: Ids) -> dict[uuid.UUID, uuid.UUID]:
    rows = db.session.execute(select(Sample.id, Sample.decision_id).where(Sample.id.in_(ids)))
    return {row.id: row.decision_id for row in rows}


def _requests(ids: Ids) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    rows = db.session.execute(
        select(Request.id, Request.version_id, Request.name).where(Request.id.in_(ids))
    )
    return {row.id: (row.version_id, row.name) for row in rows}


def _request_numbers(ids: Ids) -> dict[str, int]:
    """Which request of its piece each of these is, in the order in which people were asked."""
    place = func.row_number().over(
        partition_by=EvidenceVersion.evidence_id, order_by=(Request.asked_at, Request.id)
    )
    asked, same = aliased(Request), aliased(EvidenceVersion)
    pieces = (
        select(same.evidence_id).join(asked, asked.version_id == same.id).where(asked.id.in_(ids))
    )
    numbered = (
        select(Request.id, place.label("number"))
        .join(EvidenceVersion, EvidenceVersion.id == Request.version_id)
        .where(EvidenceVersion.evidence_id.in_(pieces))
        .subquery()
    )
    return {
        str(row.id): row.number
        for row in db.session.execute(select(numbered).where(numbered.c.id.in_(ids)))
    }


def _decisions(ids: Ids) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    rows = db.session.execute(
        select(Decision.id, Decision.version_id, Decision.code).where(Decision.id.in_(ids))
    )
    return {row.id: (row.version_id, row.code) for row in rows}


def _versions(ids: Ids) -> dict[str, Seen]:
    rows = db.session.execute(
        select(
            EvidenceVersion.id,
            EvidenceVersion.evidence_id,
            EvidenceVersion.number,
            Evidence.number.label("evidence_number"),
        )
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(EvidenceVersion.id.in_(ids))
    )
    return {
        str(row.id): Seen(row.evidence_id, row.evidence_number or 0, row.number) for row in rows
    }


def _sign_offs(ids: Ids) -> dict[str, str]:
    rows = db.session.execute(select(SignOff.id, SignOff.code).where(SignOff.id.in_(ids)))
    return {str(row.id): row.code for row in rows}
