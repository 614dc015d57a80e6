"""Having the portfolios of a class made: asked for, followed and fetched by one administrator."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kbstrack import access
from kbstrack.access import NOT_HERE, Action, Actor, ProviderScope
from kbstrack.clock import day_of
from kbstrack.db import transaction
from kbstrack.errors import NotFound
from kbstrack.jobs import made, queries
from kbstrack.jobs import service as jobs
from kbstrack.jobs.queries import JobRow
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio import class_files
from kbstrack.portfolio.class_parts import ClassParts, check_how_many, parts_of
from kbstrack.portfolio.naming import class_name
from kbstrack.storage.zips import Zip

KIND = "class"
"""The kind of job that draws the portfolios of several enrolments, one in each of its turns."""

LAST = 5
NAMED = 2


@dataclass(frozen=True, slots=True)
class AskedClass:
    """Portfolios that were asked for together; `named` are the first of the apprentices.

    `failed` has those that could not be made with the reason; `is_there` says whether what was
    made can still be fetched.
    """

    job: JobRow
    count: int
    named: tuple[str, ...]
    parts: ClassParts
    failed: tuple[tuple[EnrolmentRow, str], ...]
    is_there: bool


@dataclass(frozen=True, slots=True)
class ClassZip:
    """All that were made, as one file that is read from wherever it is wanted."""

    job: JobRow
    name: str
    content: Zip


def ask_class(
    actor: Actor, provider_id: uuid.UUID, *, enrolment_ids: Collection[uuid.UUID], at: datetime
) -> uuid.UUID:
    """Have the portfolios of these enrolments made; gives the job's id.

    While the same person waits for the same ones, it is that job. Raises NotFound, also for an
    enrolment of another provider, NotAllowed, or RuleBroken for none or too many.
    """
    with transaction():
        access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(provider_id))
        wanted = set(enrolment_ids)
        check_how_many(len(wanted))
        return _ask(actor, provider_id, _rows(actor, provider_id, wanted), at)


def ask_class_again(actor: Actor, class_id: uuid.UUID, *, at: datetime) -> uuid.UUID:
    """The same once more, as the records are now. Raises NotFound, NotAllowed."""
    with transaction():
        job = _class(actor, class_id)
        assert job.about is not None
        return _ask(actor, job.about, _rows(actor, job.about, ids_of(job)), at)


def see_class(actor: Actor, class_id: uuid.UUID) -> AskedClass:
    """How far it is. Raises NotFound for anybody else's."""
    job = _class(actor, class_id)
    assert job.about is not None
    return _seen(actor, job.about, [job])[0]


def see_classes(actor: Actor, provider_id: uuid.UUID) -> list[AskedClass]:
    """The last ones that this person asked for and can follow or fetch. Raises NotFound."""
    access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(provider_id))
    found = queries.asked(KIND, provider_id, _asker(actor), most=LAST)
    found = [job for job in found if job.finished_at is None or _is_there(job)]
    return _seen(actor, provider_id, found)


def see_class_zip(actor: Actor, class_id: uuid.UUID) -> ClassZip:
    """All that were made; permission is asked for each. Raises NotFound, NotAllowed."""
    job = _class(actor, class_id)
    parts, folder = parts_of(job.result), made.folder_of(job.id)
    if job.finished_at is None or job.problem is not None or not _is_there(job):
        raise NotFound(NOT_HERE)
    assert job.about is not None
    rows = _rows(actor, job.about, ids_of(job))
    entries = class_files.entries(rows, parts, folder)
    return ClassZip(
        job=job,
        name=class_name(rows[0].provider, day_of(job.finished_at)),
        content=Zip(entries, job.finished_at),
    )


def check_may_print(actor: Actor, enrolment_id: uuid.UUID) -> None:
    """Before one of them is made: they may have it still. Raises NotFound, NotAllowed."""
    _require(actor, enrolment_queries.enrolment(enrolment_id))


def ids_of(job: JobRow) -> list[uuid.UUID]:
    """The enrolments that were asked for, in their order."""
    return [uuid.UUID(text) for text in job.wish["enrolments"]]


def _ask(
    actor: Actor, provider_id: uuid.UUID, rows: Sequence[EnrolmentRow], at: datetime
) -> uuid.UUID:
    ids = [str(row.id) for row in rows]
    asked_by = _asker(actor)
    which = hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest()
    return jobs.ask(
        KIND,
        about=provider_id,
        provider_id=provider_id,
        asked_by=asked_by,
        same_as=f"{KIND} {which} {asked_by}",
        at=at,
        wish={"enrolments": list(ids)},
    )


def _class(actor: Actor, class_id: uuid.UUID) -> JobRow:
    try:
        job = queries.job(class_id)
    except NotFound:
        raise NotFound(NOT_HERE) from None
    if (job.kind, job.asked_by) != (KIND, _asker(actor)):
        raise NotFound(NOT_HERE)
    access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(job.about))
    return job


def _rows(
    actor: Actor, provider_id: uuid.UUID, enrolment_ids: Collection[uuid.UUID]
) -> list[EnrolmentRow]:
    """These enrolments, by apprentice: all of them or none."""
    rows = enrolment_queries.administered_among(actor, provider_id, enrolment_ids)
    if len(rows) != len(enrolment_ids):
        raise NotFound(NOT_HERE)
    for row in rows:
        _require(actor, row)
    return rows


def _require(actor: Actor, row: EnrolmentRow) -> None:
    for action in (Action.ENROLMENT_MANAGE, Action.PORTFOLIO_SEE):
        access.require(actor, action, row.scope)


def _seen(actor: Actor, provider_id: uuid.UUID, found: Sequence[JobRow]) -> list[AskedClass]:
    parts = {job.id: parts_of(job.result) for job in found}
    wanted = {id_ for job in found for id_ in (*ids_of(job)[:NAMED], *parts[job.id].failed)}
    rows = {
        row.id: row
        for row in enrolment_queries.administered_among(actor, provider_id, wanted)
    }  # fmt: skip
    return [
        AskedClass(
            job=job,
            count=len(ids_of(job)),
            named=tuple(rows[id_].apprentice for id_ in ids_of(job)[:NAMED] if id_ in rows),
            parts=parts[job.id],
            failed=tuple(
                (rows[id_], parts[job.id].failed[id_])
                for id_ in ids_of(job)
                if id_ in parts[job.id].failed and id_ in rows
            ),
            is_there=_is_there(job),
        )
        for job in found
    ]


def _is_there(job: JobRow) -> bool:
    parts, folder = parts_of(job.result), made.folder_of(job.id)
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return bool(parts.made) and there >= {class_files.part_name(id_) for id_ in parts.made}


def _asker(actor: Actor) -> uuid.UUID | None:
    return None if actor.is_operator else actor.person_id
