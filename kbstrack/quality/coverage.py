"""How far quality assurance has looked: by assessor, KSB, apprentice and kind of evidence."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kbstrack.assessment.models import Decision
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.evidence.rules import EvidenceKind
from kbstrack.people import queries as people
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.queries import SampleRow, samples_at
from kbstrack.standards.rules import natural_key


@dataclass(frozen=True, slots=True)
class Line:
    """How much of something was decided and looked at; `enrolment_id` for an apprentice."""

    name: str
    decided: int
    sampled: int
    agreed: int
    action_required: int
    open_actions: int
    enrolment_id: uuid.UUID | None = None

    @property
    def percent(self) -> int:
        """The share that was sampled, rounded down, so that 100 means all of it."""
        return 100 * self.sampled // self.decided


@dataclass(frozen=True, slots=True)
class Coverage:
    """The four ways to look at it; what was never sampled stands first in each."""

    by_assessor: tuple[Line, ...]
    by_ksb: tuple[Line, ...]
    by_apprentice: tuple[Line, ...]
    by_kind: tuple[Line, ...]

    @property
    def parts(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """Each of them with what it is by."""
        return (
            ("Assessor", self.by_assessor),
            ("KSB", self.by_ksb),
            ("Apprentice", self.by_apprentice),
            ("Kind of evidence", self.by_kind),
        )


def coverage(provider_id: uuid.UUID) -> Coverage:
    """All decisions of a provider, and which of them were sampled; a fixed number of queries."""
    decided = _decided(provider_id)
    samples: dict[uuid.UUID, list[SampleRow]] = defaultdict(list)
    for sample in samples_at([provider_id]):
        samples[sample.decision_id].append(sample)
    names = people.names(provider_id, {row.decided_by for row in decided})

    def lines(
        key: Callable[[Any], tuple[str, uuid.UUID | None]],
        order: Callable[[Line], tuple[object, ...]] = _by_name,
    ) -> tuple[Line, ...]:
        groups: dict[tuple[str, uuid.UUID | None], list[list[SampleRow]]] = defaultdict(list)
        for row in decided:
            groups[key(row)].append(samples.get(row.id, []))
        found = [_line(name, id_, of) for (name, id_), of in groups.items()]
        return tuple(sorted(found, key=lambda line: (line.sampled > 0, order(line))))

    return Coverage(
        by_assessor=_without_id(lines(lambda row: (names[row.decided_by], row.decided_by))),
        by_ksb=lines(
            lambda row: (f"{row.code}, {row.standard_reference} {row.standard_version}", None),
            _by_code,
        ),
        by_apprentice=lines(lambda row: (row.apprentice, row.enrolment_id)),
        by_kind=lines(lambda row: (EvidenceKind(row.kind).label, None)),
    )


def _decided(provider_id: uuid.UUID) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Decision.id,
                Decision.decided_by,
                Decision.code,
                EvidenceVersion.kind,
                Evidence.enrolment_id,
                Enrolment.standard_reference,
                Enrolment.standard_version,
                Member.name.label("apprentice"),
            )
            .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
            .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
            .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
            .join(Member, member_is(Member, Enrolment.apprentice_id))
            .where(Enrolment.provider_id == provider_id)
            .order_by(Decision.id)
        )
    )


def _line(name: str, id_: uuid.UUID | None, decisions: list[list[SampleRow]]) -> Line:
    rows = [row for found in decisions for row in found]
    return Line(
        name=name,
        decided=len(decisions),
        sampled=sum(1 for found in decisions if found),
        agreed=_count(row.result is IqaResult.AGREED for row in rows),
        action_required=_count(row.result is IqaResult.ACTION_REQUIRED for row in rows),
        open_actions=_count(row.state.is_open_action for row in rows),
        enrolment_id=id_,
    )


def _count(answers: Iterable[bool]) -> int:
    return sum(1 for answer in answers if answer)


def _without_id(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Two assessors of one name are two lines; where their id leads, there is no page."""
    return tuple(
        Line(
            line.name,
            line.decided,
            line.sampled,
            line.agreed,
            line.action_required,
            line.open_actions,
        )
        for line in lines
    )


def _by_name(line: Line) -> tuple[object, ...]:
    return (line.name.casefold(), line.name)


def _by_code(line: Line) -> tuple[object, ...]:
    return (*natural_key(line.name.partition(",")[0]), line.name)
