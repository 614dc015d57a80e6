"""Portfolios of several apprentices that an administrator asked for: a class in every state."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from kbstrack import clock
from kbstrack.jobs import made, service
from kbstrack.jobs.service import Taken
from kbstrack.people import enrolment_queries
from kbstrack.portfolio.class_asking import ask_class
from kbstrack.portfolio.class_files import part_name
from kbstrack.portfolio.class_parts import ClassParts, MadePart, as_result
from tests.builders import World

AS_LONG_AS_IT_TAKES = timedelta(days=1)
WHY = "The stored picture is damaged. Restore it from a backup, then make the portfolio again."
PART = MadePart(400_000, 0, 41, 12, 35, date(2026, 3, 3))
LOST = "There is nothing here, or it is not yours to see."


def with_classes(full: World) -> dict[str, str]:
    """What fills the gaps of their addresses. No worker may run beside them."""
    at = clock.now()
    rows = enrolment_queries.administered_by(full.administrator, full.provider_id)
    ids = [row.id for row in rows]
    assert len(ids) > 1
    gone = _ended(full, ids[:1], ClassParts({ids[0]: PART}, {}), at)
    none = _ended(full, ids[:1], ClassParts({}, {ids[0]: WHY}), at)
    done = _ended(full, ids, ClassParts({ids[0]: PART}, dict.fromkeys(ids[1:], WHY)), at)
    made.keep_one_of_several(done, part_name(ids[0]), b"%PDF" * 100_000)
    failed = _begun(full, ids, at)
    service.fail(failed.job.id, failed.lease, LOST, at, is_final=True)
    running = _begun(full, ids, at)
    so_far = ClassParts({ids[0]: replace(PART, size_bytes=4)}, {})
    service.put_off(running.job.id, running.lease, as_result(so_far), at)
    taken = service.take(at, limit=99)
    assert taken is not None
    service.progress(taken.job.id, taken.lease, 34, 120, at + AS_LONG_AS_IT_TAKES)
    # Its time has not come, so that nobody who lays more ground takes it.
    later = at + AS_LONG_AS_IT_TAKES
    waiting = ask_class(full.administrator, full.provider_id, enrolment_ids=ids[:1], at=later)
    return {
        "gone_class": str(gone),
        "none_class": str(none),
        "done_class": str(done),
        "failed_class": str(failed.job.id),
        "running_class": str(running.job.id),
        "waiting_class": str(waiting),
    }


def _ended(full: World, ids: Sequence[uuid.UUID], parts: ClassParts, at: datetime) -> uuid.UUID:
    taken = _begun(full, ids, at)
    service.finish(taken.job.id, taken.lease, as_result(parts), at)
    return taken.job.id


def _begun(full: World, ids: Sequence[uuid.UUID], at: datetime) -> Taken:
    job_id = ask_class(full.administrator, full.provider_id, enrolment_ids=ids, at=at)
    taken = service.take(at, limit=99)
    assert taken is not None
    assert taken.job.id == job_id
    return taken
