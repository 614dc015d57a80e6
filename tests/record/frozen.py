"""An issue of a portfolio with its entry; its files are no real ones."""

from __future__ import annotations

import io

from kbstrack.current import store
from kbstrack.db import transaction
from kbstrack.ids import new_id
from kbstrack.issues.rules import new_code
from kbstrack.issues.service import Frozen, enter
from kbstrack.ledger import queries
from kbstrack.ledger.rules import Signer
from kbstrack.storage.stored import Stored
from tests.builders import FRIDAY, World


def add_issue(world: World, number: int = 1) -> None:
    """The next issue of the world's portfolio, frozen by the administrator."""
    head = queries.head(world.enrolment_id)
    assert head is not None
    frozen = Frozen(
        enrolment_id=world.enrolment_id,
        number=number,
        kind="interim",
        code=new_code(),
        portfolio_sha256="c" * 64,
        pdf=kept(f"%PDF of issue {number} of {world.enrolment_id}".encode()),
        pages=2,
        record=kept(b'{"issue": %d}' % number),
        extract=kept(b'{"ledger": %d}' % number),
        ledger=head,
        noted=("1 KSB is not met (K3).",),
        reason="For the review",
        job_id=new_id(),
        frozen_at=FRIDAY,
    )
    by = Signer(world.administrator.person_id, "Administrator", "administrator")
    with transaction():
        enter(frozen, by=by)


def kept(content: bytes) -> Stored:
    """Bytes in the store."""
    return store().put(io.BytesIO(content), most_bytes=len(content))
