"""PDFs of the full record that were asked for: one in every state, each somebody else's."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from kbstrack import clock
from kbstrack.db import transaction
from kbstrack.issuing.asking import KIND as FREEZE
from kbstrack.jobs import made, service
from kbstrack.jobs.service import Taken
from kbstrack.portfolio.asking import ask_pdf
from tests.browser.printed_classes import AS_LONG_AS_IT_TAKES, WHY, with_classes
from tests.builders import World
from tests.issuing.issued import frozen_pdf


def with_pdfs(full: World) -> dict[str, str]:
    """What fills the gaps of their addresses. No worker may run beside them."""
    at = clock.now()
    classes = with_classes(full)
    earlier = at - timedelta(hours=1)
    done, gone = _begun(full, "line_manager", at), _begun(full, "administrator", at)
    failed = _begun(full, "iqa", at)
    made.keep(done.job.id, b"%PDF" * 200_000)
    service.finish(done.job.id, done.lease, {"size_bytes": 800_000}, at)
    service.finish(gone.job.id, gone.lease, {"size_bytes": 800_000}, at)
    service.fail(failed.job.id, failed.lease, WHY, at, is_final=True)
    before = _begun(full, "assessor", earlier)
    made.keep(before.job.id, b"%PDF")
    service.finish(before.job.id, before.lease, {"size_bytes": 1_234_567}, earlier)
    running = _begun(full, "assessor", at)
    forever = at + AS_LONG_AS_IT_TAKES
    service.progress(running.job.id, running.lease, 34, 120, forever)
    frozen_pdf(full)
    _, code = frozen_pdf(full, 2)
    return {
        "issue_code": code,
        "running_issue": str(_freezing(full, at, is_failed=False)),
        "failed_issue": str(_freezing(full, at, is_failed=True)),
        "done_pdf": str(done.job.id),
        "gone_pdf": str(gone.job.id),
        "failed_pdf": str(failed.job.id),
        "running_pdf": str(running.job.id),
        **classes,
        "waiting_pdf": str(ask_pdf(full.apprentice, full.enrolment_id, at=at)),
    }


def _begun(full: World, name: str, at: datetime) -> Taken:
    job_id: uuid.UUID = ask_pdf(full.actor(name), full.enrolment_id, at=at)
    taken = service.take(at, limit=99)
    assert taken is not None
    assert taken.job.id == job_id
    return taken


def _freezing(full: World, at: datetime, *, is_failed: bool) -> uuid.UUID:
    """The job of an issue that is being made, or could not be."""
    with transaction():
        job_id: uuid.UUID = service.ask(
            FREEZE,
            about=full.enrolment_id,
            provider_id=None,
            asked_by=full.assessor.person_id,
            same_as=f"freeze {is_failed}",
            at=at,
        )
    taken = service.take(at, limit=99)
    assert taken is not None
    if is_failed:
        service.fail(job_id, taken.lease, WHY, at, is_final=True)
    else:
        service.progress(job_id, taken.lease, 34, 120, at + AS_LONG_AS_IT_TAKES)
    return job_id
