"""A small issue with all that belongs into it, made without a database."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kbstrack.canonical import Json, canonical_json
from kbstrack.ledger.rules import FIRST_PREVIOUS, Entry, entry_hash, moment
from kbstrack.pdf.as_pdf import Wishes, draw
from kbstrack.pdf.attachments import Attachment
from kbstrack.pdf.enclosing import Enclosed
from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.rules import Portfolio, PortfolioDecision
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from kbstrack.record import keys
from kbstrack.sealing.extract import write_extract
from kbstrack.sealing.manifest import PORTFOLIO, IssueName, Listed, Manifest, write_manifest
from kbstrack.storage.derived import DerivedStore
from tests.pdf.samples import (
    make_claim,
    make_decision,
    make_document,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
    read_picture,
)
from tests.sealing.certificates import AT

ENROLMENT = uuid.UUID(int=7)
ISSUE = PortfolioIssue(
    2, "interim", "7K2M-9QWX-4TRB", "https://portfolio.example/check", AT, "Ruth Hallworth"
)


@dataclass(frozen=True)
class Made:
    """What an issue is made of: the portfolio with its ledger's head, and that ledger."""

    portfolio: Portfolio
    entries: tuple[Entry, ...]

    @property
    def ledger(self) -> bytes:
        return write_extract(ENROLMENT, self.entries, withheld={"sample"})


def name_in(instance: str) -> IssueName:
    """What manifests of this instance call the issue."""
    code = ISSUE.code
    return IssueName(
        instance, "Larkmoor Training", str(ENROLMENT), ISSUE.number, ISSUE.kind, code, moment(AT)
    )


def small_portfolio() -> Portfolio:
    """One piece that was returned, changed, accepted and signed off; one that waits."""
    returned = make_decision(is_met=False, feedback="Say how.", decided_at=AT)
    first = make_version(1, claims=(make_claim("S1", returned),))
    named = replace(make_document("manifest.json"), size_bytes=len("manifest.json"))
    second = make_version(2, claims=(make_claim("S1", make_decision()),), files=(named,))
    waiting = make_version(7, claims=(make_claim("S10"),))
    return make_portfolio(
        make_piece(1, first, second),
        make_piece(2, waiting),
        sign_offs={"S1": (make_sign_off(1),)},
    )


def make_issue_of(portfolio: Portfolio) -> Made:
    """The portfolio with a ledger that tells the same."""
    entries = tuple(_chained(_told(portfolio)))
    last = entries[-1]
    portfolio = replace(portfolio, issue=ISSUE)
    return Made(replace(portfolio, ledger_sequence=last.sequence, ledger_hash=last.hash), entries)


def draw_issue(made: Made, home: Path, *, parts: dict[str, bytes] | None = None) -> bytes:
    """The PDF before it is signed; `parts` replaces what is enclosed, by name."""
    known = keys.ensure_key(home, AT)

    def enclose(attached: Sequence[Attachment]) -> list[Enclosed]:
        files = {"ledger.json": made.ledger, "record.json": record_file(made.portfolio)}
        listed = [
            *(Listed(item.name, item.sha256, item.size_bytes) for item in attached),
            *(
                Listed(name, hashlib.sha256(content).hexdigest(), len(content))
                for name, content in files.items()
            ),
        ]
        manifest = Manifest(
            holds=PORTFOLIO,
            issue=name_in(known.instance),
            portfolio_sha256=portfolio_sha256(made.portfolio),
            ledger=(made.portfolio.ledger_sequence, made.portfolio.ledger_hash),
            files=tuple(listed),
        )
        files["manifest.json"] = write_manifest(
            manifest, known.keys[-1], lambda said: keys.sign(home, said)
        )
        return [
            Enclosed(name, f"The {name}", content, AT)
            for name, content in (files | (parts or {})).items()
        ]

    kept = DerivedStore(home / "derived")
    return draw(made.portfolio, read_picture, wishes=Wishes(enclose=enclose), store=kept).pdf


def _told(portfolio: Portfolio) -> Iterator[tuple[str, dict[str, Json], datetime]]:
    yield "enrolment", {}, AT
    for piece in portfolio.pieces:
        for version in piece.versions:
            facts = {"sha256": version.sha256, "evidence_number": piece.number}
            yield "submission", facts, version.submitted_at
            for claim in version.claims:
                for decision in (*claim.former, *([claim.decision] if claim.decision else [])):
                    yield "decision", _decided(version.sha256, claim.code, decision), AT
    yield "sample", {"decision": "kept to themselves"}, AT
    for ksb in portfolio.ksbs:
        for given in ksb.sign_offs:
            facts = {"code": ksb.code, "role": given.role, "signed_at": moment(given.signed_at)}
            yield "sign_off", facts, given.signed_at


def _decided(sha256: str, code: str, decision: PortfolioDecision) -> dict[str, Json]:
    return {
        "version_sha256": sha256,
        "code": code,
        "outcome": "met" if decision.is_met else "not_yet_met",
        "decided_at": moment(decision.decided_at),
    }


def _chained(told: Iterator[tuple[str, dict[str, Json], datetime]]) -> Iterator[Entry]:
    previous = FIRST_PREVIOUS
    for number, (what, facts, at) in enumerate(told, 1):
        entry = Entry(
            enrolment_id=ENROLMENT,
            sequence=number,
            what=what,
            subject_id=uuid.UUID(int=number),
            facts=canonical_json(facts).decode(),
            texts_hash="a" * 64,
            side_hash="b" * 64,
            by_id=None,
            role="assessor",
            at=at,
            previous_hash=previous,
            hash="",
        )
        previous = entry_hash(entry)
        yield replace(entry, hash=previous)
