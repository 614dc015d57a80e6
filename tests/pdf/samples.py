"""Portfolios to draw: builders with defaults, and a rich one on ST0321 that has a bit of all."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw

from kbstrack.portfolio.rules import (
    KindSummary,
    PieceState,
    Portfolio,
    PortfolioActionPoint,
    PortfolioClaim,
    PortfolioDecision,
    PortfolioFile,
    PortfolioImage,
    PortfolioKsb,
    PortfolioPiece,
    PortfolioReopening,
    PortfolioSaid,
    PortfolioSignOff,
    PortfolioStandard,
    PortfolioStatement,
    PortfolioVersion,
)
from kbstrack.standards.catalogue import builtin_directory, load_catalogue
from kbstrack.standards.rules import KsbKind

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PICTURES: dict[str, bytes] = {}
TEXT = (
    "The consultant asked me to find warehouse operatives for a site that runs nights. I agreed "
    "three essentials with the hiring manager before I searched, because the first brief had "
    "eleven. I then searched our own database and wrote to everybody who had worked shifts.\n\n"
    "Twelve people answered. I rang each of them the same day, wrote down what they told me under "
    "the same five headings, and sent four to the consultant with a sentence on each essential."
)
DECLARATION = "This is my own work."


def read_picture(sha256: str) -> bytes:
    """The bytes of a picture made here."""
    return PICTURES[sha256]


def make_picture(name: str = "board.jpg", *, width: int = 800, height: int = 600) -> PortfolioFile:
    """A picture file, red above and blue below, so that a reader of pixels knows which way is up.

    Its name is written into its pixels: pictures with different names have different bytes.
    """
    image = Image.new("RGB", (width, height), (200, 30, 30))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height // 2, width, height), fill=(30, 30, 200))
    pen.text((10, 10), name.encode("ascii", "replace").decode(), fill=(255, 255, 255))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    content = buffer.getvalue()
    PICTURES[sha256 := hashlib.sha256(content).hexdigest()] = content
    original = hashlib.sha256(b"original of " + content).hexdigest()
    return PortfolioFile(
        name=name,
        family="image",
        media_type="image/jpeg",
        size_bytes=len(content),
        sha256=original,
        pages=None,
        image=PortfolioImage(sha256, "image/jpeg", width, height),
    )


def make_document(name: str = "brief.pdf", *, pages: int | None = 3) -> PortfolioFile:
    """A file that is listed, not drawn."""
    content = name.encode("utf-8", "surrogatepass")
    PICTURES[sha256 := hashlib.sha256(content).hexdigest()] = content
    return PortfolioFile(name, "document", "application/pdf", 48_300, sha256, pages, None)


def make_decision(
    *, is_met: bool = True, feedback: str = "", **changes: object
) -> PortfolioDecision:
    """A decision, met and with all four questions answered yes unless said otherwise."""
    decision = PortfolioDecision(
        is_met=is_met,
        feedback=feedback,
        is_valid=True,
        is_authentic=True,
        is_current=True,
        is_sufficient=is_met,
        assessor="Ruth Hallworth",
        decided_at=MONDAY + timedelta(days=3, hours=5),
        action_points=(),
    )
    return replace(decision, **changes)  # type: ignore[arg-type]


def make_claim(
    code: str = "S1", decision: PortfolioDecision | None = None, **changes: str
) -> PortfolioClaim:
    """A claim with a reason; undecided unless a decision is given."""
    claim = PortfolioClaim(code, f"It shows how I did {code} on a real vacancy.", "", decision)
    return replace(claim, **changes)  # type: ignore[arg-type]


def make_version(number: int = 1, **changes: object) -> PortfolioVersion:
    """A submitted version with one decided claim."""
    version = PortfolioVersion(
        number=number,
        title="Searching for night staff",
        kind="work product",
        first_on=date(2026, 2, 16),
        last_on=date(2026, 2, 20),
        description=TEXT,
        sha256=hashlib.sha256(b"version %d" % number).hexdigest(),
        submitted_at=MONDAY,
        submitted_by="Amara Nwosu-Bell",
        declaration=DECLARATION,
        claims=(make_claim("S1", make_decision(feedback="Clear and current.")),),
        files=(),
    )
    return replace(version, **changes)  # type: ignore[arg-type]


def make_said(**changes: object) -> PortfolioSaid:
    """What a witness said, signed under another name than was asked."""
    said = PortfolioSaid(
        heading="Witness statement",
        words="I sat beside her while she rang the applicants.\n\nShe kept to her list.",
        note="Seen 18 February 2026. Her client. Contact: kim@client.example",
        name="Kim Vale",
        asked_name="Kimberley Vale",
        job_role="Site manager",
        declaration="I saw this myself.",
        signed_at=MONDAY + timedelta(days=2),
        short_hash="1f3a 9c04 77de 0b21",
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def make_piece(
    number: int = 1, *versions: PortfolioVersion, state: PieceState = PieceState.ACCEPTED
) -> PortfolioPiece:
    """A piece of evidence, with one version unless others are given."""
    return PortfolioPiece(number, state, versions or (make_version(),))


def make_sign_off(*pieces: int, **changes: object) -> PortfolioSignOff:
    """A sign-off that stands."""
    sign_off = PortfolioSignOff(
        name="Ruth Hallworth",
        role="assessor",
        organisation="Larkmoor Training",
        signed_at=MONDAY + timedelta(days=4),
        declaration="I have seen the evidence and judge this KSB met.",
        reason="",
        piece_numbers=pieces,
        reopening=None,
    )
    return replace(sign_off, **changes)  # type: ignore[arg-type]


@cache
def _standard() -> tuple[PortfolioStandard, tuple[PortfolioKsb, ...]]:
    standard = load_catalogue([builtin_directory()]).latest("ST0321")
    ksbs = tuple(
        PortfolioKsb(
            code=ksb.code,
            kind=ksb.kind,
            title=ksb.title,
            statement=ksb.statement,
            points=ksb.points,
            state="not started",
            accepted_count=0,
            pieces_needed=ksb.pieces_needed,
            piece_numbers=(),
            sign_offs=(),
        )
        for ksb in standard.ksbs
    )
    shown = PortfolioStandard(
        reference=standard.reference,
        version=standard.version,
        version_note=standard.version_note,
        title=standard.title,
        level=standard.level,
        occupation_code=standard.occupation_code,
        content_hash=standard.content_hash,
        licence=standard.licence,
        terms=standard.terms,
    )
    return shown, ksbs


def make_portfolio(
    *pieces: PortfolioPiece,
    sign_offs: dict[str, tuple[PortfolioSignOff, ...]] | None = None,
    **changes: object,
) -> Portfolio:
    """A portfolio on ST0321; states, counts and the matrix follow from pieces and sign-offs."""
    standard, blank = _standard()
    signed = sign_offs or {}
    ksbs = tuple(_filled(ksb, pieces, signed.get(ksb.code, ())) for ksb in blank)
    portfolio = Portfolio(
        apprentice="Amara Nwosu-Bell",
        uln="9000000016",
        provider="Larkmoor Training",
        ukprn="10099999",
        employer="Tidewhistle Resourcing",
        line_manager="Tomasz Willoby",
        assessor="Ruth Hallworth",
        standard=standard,
        start_on=date(2025, 9, 15),
        planned_end_on=date(2026, 10, 30),
        ended_on=None,
        issued_on=date(2026, 3, 27),
        summaries=tuple(_summary(kind, ksbs) for kind in list(KsbKind)[:3]),
        ksbs=ksbs,
        pieces=pieces,
        statements=(
            PortfolioStatement("Apprentice", "It is my work.", "Amara Nwosu-Bell", "Apprentice"),
            PortfolioStatement("Assessor", "I judged it.", "Ruth Hallworth", "Assessor"),
            PortfolioStatement("Employer", "It was done here.", "Tomasz Willoby", "Line manager"),
        ),
    )
    return replace(portfolio, **changes)  # type: ignore[arg-type]


def _filled(
    ksb: PortfolioKsb, pieces: tuple[PortfolioPiece, ...], signed: tuple[PortfolioSignOff, ...]
) -> PortfolioKsb:
    claiming = tuple(
        piece for piece in pieces if any(claim.code == ksb.code for claim in piece.latest.claims)
    )
    accepted = sum(piece.state is PieceState.ACCEPTED for piece in claiming)
    state = "ready for review" if accepted else "in progress" if claiming else "not started"
    if signed and signed[-1].reopening is None:
        state = "met"
    return replace(
        ksb,
        state=state,
        accepted_count=accepted,
        piece_numbers=tuple(piece.number for piece in claiming),
        sign_offs=signed,
    )


def _summary(kind: KsbKind, ksbs: tuple[PortfolioKsb, ...]) -> KindSummary:
    of_kind = [ksb for ksb in ksbs if ksb.kind is kind]
    return KindSummary(kind, sum(ksb.state == "met" for ksb in of_kind), len(of_kind))


def rich_portfolio() -> Portfolio:
    """Pictures, files, two versions, open claims, and a sign-off taken back and given again."""
    returned = make_decision(
        is_met=False,
        feedback="Say how you chose the four.",
        action_points=(PortfolioActionPoint("Add how you chose.", date(2026, 3, 13)),),
    )
    first = make_version(
        1,
        description=TEXT.replace("Twelve people answered.", "Some people answered."),
        claims=(make_claim("S1", returned), make_claim("S4", returned)),
        files=(make_picture("old-board.jpg"), make_document("brief v1.pdf")),
    )
    second = make_version(
        2,
        submitted_at=MONDAY + timedelta(days=7),
        claims=(make_claim("S1", make_decision(decided_at=MONDAY + timedelta(days=9))),),
        said=(make_said(), make_said(heading="Confirmed by the employer", words="", note="")),
        files=(make_picture("board.jpg"), make_picture("list.jpg", width=600, height=900)),
    )
    waiting = make_version(title="Calls about the open day", claims=(make_claim("S10"),))
    return make_portfolio(
        make_piece(1, first, second),
        make_piece(2, waiting, state=PieceState.SUBMITTED),
        make_piece(
            3,
            make_version(
                title="Two references that did not agree",
                claims=(make_claim("S11", returned), make_claim("B7", make_decision())),
                files=(make_document("checks.docx", pages=None), make_picture("desk.jpg")),
            ),
            state=PieceState.ACTION_REQUIRED,
        ),
        sign_offs={"S1": _taken_back_and_given_again()},
    )


def _taken_back_and_given_again() -> tuple[PortfolioSignOff, PortfolioSignOff]:
    again = replace(make_sign_off(1), signed_at=MONDAY + timedelta(days=20))
    taken_back = make_sign_off(
        1,
        reason="One piece is enough here.",
        reopening=PortfolioReopening("The policy changed.", "Ruth Hallworth", MONDAY),
    )
    return taken_back, again
