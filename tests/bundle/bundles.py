"""Issues to bundle: a real store with real files in it, a key, and a reader of what comes out."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.making import DEFAULT_MOST_BYTES, Part, plan_bundle, stream_part
from kbstrack.ledger.rules import moment
from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.rules import Portfolio, PortfolioFile, PortfolioPiece
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from kbstrack.record import keys
from kbstrack.sealing.extract import write_extract
from kbstrack.sealing.manifest import IssueName
from kbstrack.storage.local import Store
from kbstrack.storage.stored import Stored
from tests.pdf.samples import make_piece, make_portfolio, make_version

ENROLMENT = uuid.UUID(int=7)
FROZEN_AT = datetime(2026, 11, 30, 9, 0, 0, 123456, tzinfo=UTC)
ISSUE = PortfolioIssue(
    1,
    "interim",
    "7K2M-9QWX-4TRB",
    "https://portfolio.example/check",
    FROZEN_AT,
    "Nadia Rahman",
    ("E2 is not confirmed by the employer.",),
    "They are on leave.",
)
NAME = IssueName(
    "an-instance",
    "Larkmoor Training",
    str(ENROLMENT),
    ISSUE.number,
    ISSUE.kind,
    ISSUE.code,
    moment(FROZEN_AT),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A home folder with a key and a store of files."""

    home: Path
    store: Store

    def keep(self, content: bytes) -> Stored:
        """Put bytes into the store."""
        return self.store.put(io.BytesIO(content), most_bytes=1 << 40)

    def file(self, name: str, content: bytes, media_type: str = "application/pdf") -> PortfolioFile:
        """An original that lies in the store."""
        kept = self.keep(content)
        return PortfolioFile(name, "x", media_type, kept.size_bytes, kept.sha256, None, None)

    def freeze(self, portfolio: Portfolio, pdf: bytes = b"%PDF-1.7 the portfolio") -> FrozenIssue:
        """The portfolio as an issue whose files lie in the store."""
        whole = replace(portfolio, issue=ISSUE, ledger_sequence=3, ledger_hash="c" * 64)
        return FrozenIssue(
            name=NAME,
            portfolio=whole,
            portfolio_sha256=portfolio_sha256(whole),
            pdf=self.keep(pdf),
            record=self.keep(record_file(whole)),
            ledger=self.keep(write_extract(ENROLMENT, (), withheld=())),
        )

    def plan(
        self,
        issue: FrozenIssue,
        layout: Layout = Layout.PLAIN,
        most_bytes: int = DEFAULT_MOST_BYTES,
    ) -> tuple[Part, ...]:
        """The parts of its bundle."""
        known = keys.ensure_key(self.home, FROZEN_AT)
        return plan_bundle(
            issue,
            layout,
            most_bytes=most_bytes,
            originals=self.store,
            key=known.keys[-1],
            sign=lambda said: keys.sign(self.home, said),
        )

    def zips(self, parts: Sequence[Part]) -> list[bytes]:
        """The bytes of every part."""
        return [b"".join(stream_part(part, self.store)) for part in parts]


def piece_with(number: int, *files: PortfolioFile, title: str = "Calls") -> PortfolioPiece:
    """A piece with one version that has these files."""
    return make_piece(number, make_version(title=title, files=files))


def portfolio_with(*pieces: PortfolioPiece) -> Portfolio:
    """A portfolio of these pieces on ST0321."""
    return make_portfolio(*pieces)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP by their paths below its one folder, each with its checksum checked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        (root,) = {name.split("/")[0] for name in names}
        assert len(set(names)) == len(names)
        return {name.removeprefix(f"{root}/"): archive.read(name) for name in names}


def sha256(content: bytes) -> str:
    """In hex, as manifests have it."""
    return hashlib.sha256(content).hexdigest()
