"""The bundle of a frozen issue: planned for whoever may see it, then streamed part by part."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kbstrack import current
from kbstrack.access import Actor
from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.making import Part, plan_bundle, stream_part
from kbstrack.issuing.freezing import name_of
from kbstrack.issuing.reading import IssuePage, frozen_portfolio, see_issue
from kbstrack.record import keys
from kbstrack.storage.stored import Stored


@dataclass(frozen=True, slots=True)
class Bundle:
    """An issue and the ZIPs of its bundle, each with its name and exact size."""

    page: IssuePage
    parts: tuple[Part, ...]


def see_bundle(
    actor: Actor,
    enrolment_id: uuid.UUID,
    number: int | None,
    layout: Layout,
    *,
    at: datetime,
    most_bytes: int | None = None,
) -> Bundle:
    """What the bundle of an issue is made of; no part is larger than `most_bytes`, or else than
    what the settings say that receivers take.

    Raises NotFound, NotAllowed, or RuleBroken, which names every file that is missing, damaged or
    too large for a part.
    """
    page = see_issue(actor, enrolment_id, number)
    issue, settings = page.issue, current.settings()
    portfolio = frozen_portfolio(issue)
    known = keys.ensure_key(settings.home, at)
    frozen = FrozenIssue(
        name=name_of(portfolio, enrolment_id, known.instance),
        portfolio=portfolio,
        portfolio_sha256=issue.portfolio_sha256,
        pdf=Stored(issue.pdf_sha256, issue.pdf_bytes),
        record=Stored(issue.record_sha256, issue.record_bytes),
        ledger=Stored(issue.extract_sha256, issue.extract_bytes),
    )
    parts = plan_bundle(
        frozen,
        layout,
        most_bytes=most_bytes or settings.receiver_most_bytes,
        originals=current.store(),
        key=known.keys[-1],
        sign=lambda said: keys.sign(settings.home, said),
    )
    return Bundle(page, parts)


def bytes_of(part: Part) -> Iterator[bytes]:
    """One part in chunks; it ends early, and is no whole ZIP, when a file turns out damaged."""
    return stream_part(part, current.store())
