"""The portfolio as data: frozen plain values, complete before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.standards.rules import KsbKind, Terms


class PieceState(StrEnum):
    """How far a piece in the portfolio has come; drafts and withdrawn versions are not in it."""

    SUBMITTED = "submitted"
    ACTION_REQUIRED = "action required"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class PortfolioImage:
    """A checked picture that can be drawn: its bytes are read from the store by `sha256`."""

    sha256: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    """A file as the apprentice gave it.

    `image` when it is drawn into the document; `paper_sha256` names the checked copy of a PDF or a
    text, which is printed behind the piece. `caption` is what the apprentice says it shows.
    """

    name: str
    family: str
    media_type: str
    size_bytes: int
    sha256: str
    pages: int | None
    image: PortfolioImage | None
    paper_sha256: str | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PortfolioActionPoint:
    """What the apprentice was to do, by when."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PortfolioReopening:
    """A decision or a sign-off taken back."""

    reason: str
    reopened_by: str
    reopened_at: datetime


@dataclass(frozen=True, slots=True)
class PortfolioSecond:
    """The countersignature that something needs, by whom; `signed_at` is None while it waits.

    Without a name (empty) nobody is named to give it.
    """

    name: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortfolioDecision:
    """An assessor's judgement of one claim; with `reopening` it no longer stands, and `second`
    is there when they were not yet qualified."""

    is_met: bool
    feedback: str
    is_valid: bool
    is_authentic: bool
    is_current: bool
    is_sufficient: bool
    assessor: str
    decided_at: datetime
    action_points: tuple[PortfolioActionPoint, ...]
    reopening: PortfolioReopening | None = None
    second: PortfolioSecond | None = None


@dataclass(frozen=True, slots=True)
class PortfolioClaim:
    """One KSB that a version claims; without a decision it still waits for the assessor.

    `former` are the decisions on it that were taken back before the last one was made.
    """

    code: str
    rationale: str
    locator: str
    decision: PortfolioDecision | None
    former: tuple[PortfolioDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioSaid:
    """A confirmation or a witness statement; `asked_name` only when another name was signed."""

    heading: str
    words: str
    note: str
    name: str
    asked_name: str
    job_role: str
    declaration: str
    signed_at: datetime
    short_hash: str


@dataclass(frozen=True, slots=True)
class PortfolioVersion:
    """One submitted state of a piece."""

    number: int
    title: str
    kind: str
    first_on: date
    last_on: date | None
    description: str
    sha256: str
    submitted_at: datetime
    submitted_by: str
    declaration: str
    claims: tuple[PortfolioClaim, ...]
    files: tuple[PortfolioFile, ...]
    # What others confirmed or saw of it.
    said: tuple[PortfolioSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioPiece:
    """A piece of evidence with all its versions, the first one first.

    `still_met` are the KSBs met on an earlier version, as long as the latest is not decided.
    """

    number: int
    state: PieceState
    versions: tuple[PortfolioVersion, ...]
    still_met: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`E12`, the name by which the matrix and the pages call it."""
        return f"E{self.number}"

    @property
    def latest(self) -> PortfolioVersion:
        """The version that stands."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class PortfolioRenewal:
    """A sign-off confirmed after what it rests on was changed, on the pieces accepted then."""

    name: str
    signed_at: datetime
    declaration: str
    reason: str
    piece_numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioSignOff:
    """The final "met" of one KSB; with `reopening` it no longer stands.

    `piece_numbers` are the pieces it rested on when it was given. `changes` says what was changed
    since it was given or confirmed, a sentence each.
    """

    name: str
    role: str
    organisation: str
    signed_at: datetime
    declaration: str
    reason: str
    piece_numbers: tuple[int, ...]
    reopening: PortfolioReopening | None
    renewals: tuple[PortfolioRenewal, ...] = ()
    changes: tuple[str, ...] = ()
    second: PortfolioSecond | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its countersignature and does not count yet."""
        return self.reopening is None and self.second is not None and self.second.signed_at is None


@dataclass(frozen=True, slots=True)
class PortfolioKsb:
    """One row of the matrix: the official wording, its pieces and its sign-offs in order.

    `changed_numbers` are the pieces that count by a decision on an earlier version.
    """

    code: str
    kind: KsbKind
    title: str | None
    statement: str
    points: tuple[str, ...]
    state: str
    accepted_count: int
    pieces_needed: int
    piece_numbers: tuple[int, ...]
    sign_offs: tuple[PortfolioSignOff, ...]
    changed_numbers: tuple[int, ...] = ()

    @property
    def sign_off(self) -> PortfolioSignOff | None:
        """The one that stands, if any."""
        if self.sign_offs and self.sign_offs[-1].reopening is None:
            return self.sign_offs[-1]
        return None


@dataclass(frozen=True, slots=True)
class KindSummary:
    """How many KSBs of one kind there are and are met."""

    kind: KsbKind
    met_count: int
    total_count: int


@dataclass(frozen=True, slots=True)
class PortfolioStandard:
    """The standard version that the enrolment is pinned to."""

    reference: str
    version: str
    version_note: str | None
    title: str
    level: int
    occupation_code: str | None
    content_hash: str
    licence: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything that the document says; equal values give equal bytes."""

    apprentice: str
    uln: str
    provider: str
    ukprn: str
    employer: str
    line_manager: str
    assessor: str
    standard: PortfolioStandard
    start_on: date
    planned_end_on: date
    ended_on: date | None
    issued_on: date
    summaries: tuple[KindSummary, ...]
    ksbs: tuple[PortfolioKsb, ...]
    pieces: tuple[PortfolioPiece, ...]
    # The fixed texts above the places for ink signatures, in the order they are printed.
    statements: tuple[PortfolioStatement, ...]
    # Whose copy it is, at the foot of every page: an auditor's.
    copy_for: str = ""
    # The last entry of the enrolment's ledger, and its hash.
    ledger_sequence: int = 0
    ledger_hash: str = ""
    issue: PortfolioIssue | None = None


@dataclass(frozen=True, slots=True)
class PortfolioStatement:
    """A statement of authenticity with a place to sign by hand."""

    heading: str
    text: str
    signer: str
    signer_role: str
