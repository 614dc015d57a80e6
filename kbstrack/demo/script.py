"""The shapes of the demo's story: pieces, versions, decisions and sign-offs as plain values.

Everything is frozen and complete, so whoever plays the story through the services only has to
read it from the first event to the last.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zlib import crc32

from kbstrack.clock import LONDON

TODAY = date(2026, 11, 16)
"""The demo's today; every date of the story is counted back from it."""


@dataclass(frozen=True, slots=True)
class DemoClaim:
    """One KSB a piece claims: `rationale` says why, `locator` where in the files, or is empty."""

    code: str
    rationale: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file to generate: `files.make_file` turns it into bytes; `name` is its label.

    `caption` is what its apprentice says it shows, or empty.
    """

    name: str
    generator: str
    variant: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class DemoContent:
    """What a piece says at one point of its life."""

    description: str
    claims: tuple[DemoClaim, ...]
    files: tuple[DemoFile, ...]


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """The decision on one claim; `feedback` may be empty where it is met, never otherwise."""

    code: str
    is_met: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class DemoActionPoint:
    """What the apprentice is asked to do, and by when."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DemoCountersignature:
    """A second signature on some claims of a decision; the others still wait for it."""

    by: str
    signed_at: datetime
    codes: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class DemoDecision:
    """An assessor's answer to one version: `outcomes` has exactly the version's claims, in order.

    `feedback` is about the piece as a whole. The four questions are `is_valid` … `is_sufficient`.
    """

    by: str
    decided_at: datetime
    feedback: str
    outcomes: tuple[DemoOutcome, ...]
    is_valid: bool
    is_authentic: bool
    is_current: bool
    is_sufficient: bool
    action_points: tuple[DemoActionPoint, ...]
    countersignature: DemoCountersignature | None = None

    @property
    def is_accepting(self) -> bool:
        """Whether every claim of the version is met."""
        return all(outcome.is_met for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class DemoVersion:
    """A submitted state of a piece; `what_changed` is empty for the first."""

    number: int
    submitted_at: datetime
    content: DemoContent
    what_changed: str
    decision: DemoDecision | None


@dataclass(frozen=True, slots=True)
class DemoPiece:
    """One piece of evidence with its whole history.

    Without `versions` it is a draft that holds `written`. A piece taken back has `withdrawn_at`.
    A piece whose last decision asked for changes may hold newer unsent words in `written`.
    """

    key: str
    title: str
    kind: str
    first_on: date
    last_on: date
    written: DemoContent
    versions: tuple[DemoVersion, ...]
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the latest version was decided and every claim of it is met."""
        if not self.versions or self.withdrawn_at is not None:
            return False
        decision = self.versions[-1].decision
        return decision is not None and decision.is_accepting


@dataclass(frozen=True, slots=True)
class DemoSignOff:
    """A KSB signed off; `reason` only where it has fewer accepted pieces than usual, or again."""

    code: str
    by: str
    signed_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DemoReopening:
    """A sign-off taken back; the KSB counts again only after another `DemoSignOff`."""

    code: str
    by: str
    reopened_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DemoRenewal:
    """A sign-off confirmed after what it rests on was changed."""

    code: str
    by: str
    signed_at: datetime
    reason: str


DemoSigning = DemoSignOff | DemoReopening | DemoRenewal


@dataclass(frozen=True, slots=True)
class DemoStory:
    """All of one apprentice: pieces by first date, what happened to sign-offs by time."""

    apprentice: str
    pieces: tuple[DemoPiece, ...]
    sign_offs: tuple[DemoSigning, ...]


def moment(day: date, first_hour: int, hours: int, salt: str) -> datetime:
    """A time on `day` in London, in UTC, within `hours` from `first_hour`, fixed by `salt`.

    Events of one day keep their order because every kind of event has its own part of the day.
    """
    minutes = crc32(f"{salt} {day}".encode()) % (hours * 60)
    local = datetime.combine(day, time(first_hour + minutes // 60, minutes % 60), tzinfo=LONDON)
    return local.astimezone(UTC)
