"""What is missing or odd in a portfolio before it is frozen: functions of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kbstrack.evidence.rules import TESTIMONY, EvidenceKind
from kbstrack.formats import join_codes, say_count, say_size
from kbstrack.portfolio.rules import PieceState, Portfolio, PortfolioPiece
from kbstrack.quality.outcomes import freezing_problem
from kbstrack.standards.rules import PortfolioRules

MOST_REASON = 2_000


class Mend(StrEnum):
    """Where something can be mended; a page each."""

    KSB = "a KSB"
    PIECE = "a piece of evidence"
    QUALITY = "what quality assurance asked for"
    EVIDENCE = "all evidence"
    NOTHING = "nowhere"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something missing or odd.

    `about` names the KSBs by their codes or the pieces by their labels, each of which is to be
    mended at `mend`. A portfolio with a remark that `is_blocking` can't be frozen.
    """

    sentence: str
    mend: Mend = Mend.NOTHING
    about: tuple[str, ...] = ()
    is_blocking: bool = False

    @property
    def text(self) -> str:
        """All of it in one line, as it is kept with the issue."""
        named = f" ({join_codes(self.about)})" if self.about else ""
        return f"{self.sentence.removesuffix('.')}{named}."


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a portfolio does not say of itself: open actions of quality assurance, what cannot be
    printed (a line each), and the size of all its files beside what its receiver takes."""

    open_actions: int = 0
    not_shown: Sequence[str] = ()
    size_bytes: int = 0
    most_bytes: int = 0


def remarks(
    portfolio: Portfolio, rules: PortfolioRules, circumstances: Circumstances
) -> tuple[Remark, ...]:
    """Everything that is missing or odd: what blocks first."""
    found = [
        *_blocking(portfolio, circumstances),
        *_of_ksbs(portfolio),
        *_of_pieces(portfolio),
        *_of_rules(portfolio, rules),
        *remarks_of_files(circumstances),
    ]
    return tuple(sorted(found, key=lambda remark: not remark.is_blocking))


def _blocking(portfolio: Portfolio, circumstances: Circumstances) -> Iterator[Remark]:
    problem = freezing_problem(circumstances.open_actions)
    if problem:
        yield Remark(problem, Mend.QUALITY, is_blocking=True)
    if not portfolio.pieces:
        yield Remark("No evidence has been submitted yet.", Mend.EVIDENCE, is_blocking=True)


def _of_ksbs(portfolio: Portfolio) -> Iterator[Remark]:
    waiting = [ksb.code for ksb in portfolio.ksbs if ksb.sign_off and ksb.sign_off.is_waiting]
    missing = [ksb.code for ksb in portfolio.ksbs if ksb.state != "met" and ksb.code not in waiting]
    changed = [ksb.code for ksb in portfolio.ksbs if ksb.sign_off and ksb.sign_off.changes]
    yield from _about(missing, "KSB is not met", "KSBs are not met", Mend.KSB)
    yield from _about(
        waiting,
        "sign-off waits for its countersignature",
        "sign-offs wait for their countersignatures",
        Mend.KSB,
    )
    yield from _about(
        changed,
        "KSB rests on evidence that was changed since its sign-off",
        "KSBs rest on evidence that was changed since their sign-off",
        Mend.KSB,
    )


def _of_pieces(portfolio: Portfolio) -> Iterator[Remark]:
    pieces = portfolio.pieces
    yield from _about(
        _labels(piece for piece in pieces if piece.state is PieceState.SUBMITTED),
        "piece waits for a decision",
        "pieces wait for a decision",
    )
    yield from _about(
        _labels(piece for piece in pieces if piece.state is PieceState.ACTION_REQUIRED),
        "piece was returned to the apprentice",
        "pieces were returned to the apprentice",
    )
    yield from _about(
        _labels(piece for piece in pieces if piece.still_met),
        "piece was changed since it was decided on",
        "pieces were changed since they were decided on",
    )
    yield from _about(
        _labels(piece for piece in pieces if not piece.latest.said and not _is_testimony(piece)),
        "piece is confirmed by nobody at work",
        "pieces are confirmed by nobody at work",
    )


def _of_rules(portfolio: Portfolio, rules: PortfolioRules) -> Iterator[Remark]:
    """What the standard asks of a portfolio."""
    if not rules.reflective_accounts_allowed:
        reflective = EvidenceKind.REFLECTIVE_ACCOUNT.label
        yield from _about(
            _labels(piece for piece in portfolio.pieces if piece.latest.kind == reflective),
            "piece is a reflective account, which this standard does not allow",
            "pieces are reflective accounts, which this standard does not allow",
        )
    count = len(portfolio.pieces)
    if rules.min_pieces is not None and 0 < count < rules.min_pieces:
        yield Remark(
            f"There {'is' if count == 1 else 'are'} {say_count(count, 'piece')} of evidence; this "
            f"standard asks for at least {rules.min_pieces}.",
            Mend.EVIDENCE,
        )
    if rules.max_pieces is not None and count > rules.max_pieces:
        yield Remark(
            f"There are {count} pieces of evidence; this standard takes at most "
            f"{rules.max_pieces}.",
            Mend.EVIDENCE,
        )


def remarks_of_files(circumstances: Circumstances) -> Iterator[Remark]:
    """What cannot be printed, and whether all of it is too much at once."""
    for line in circumstances.not_shown:
        label, is_piece, _ = line.partition(", ")
        yield Remark(
            f"Not printed: {line}",
            Mend.PIECE if is_piece else Mend.NOTHING,
            (label,) if is_piece else (),
        )
    if circumstances.most_bytes and circumstances.size_bytes > circumstances.most_bytes:
        yield Remark(
            f"All files together have {say_size(circumstances.size_bytes)}; receivers take "
            f"{say_size(circumstances.most_bytes)} at once, so the bundle comes in parts.",
            Mend.EVIDENCE,
        )


def _about(named: Sequence[str], one: str, many: str, mend: Mend = Mend.PIECE) -> Iterator[Remark]:
    if named:
        yield Remark(f"{len(named)} {one if len(named) == 1 else many}.", mend, tuple(named))


def _is_testimony(piece: PortfolioPiece) -> bool:
    """Whether the piece itself is what somebody else says they saw."""
    return piece.latest.kind in {kind.label for kind in TESTIMONY}


def _labels(pieces: Iterable[PortfolioPiece]) -> list[str]:
    return [piece.label for piece in pieces]
