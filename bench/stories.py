"""The demo's stories as portfolios, straight from their texts, and a large one made of them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date

from PIL import Image, ImageOps

from kbstrack.canonical import sha256_of
from kbstrack.demo import people
from kbstrack.demo.files import make_file
from kbstrack.demo.reading import story
from kbstrack.demo.script import (
    DemoFile,
    DemoPiece,
    DemoReopening,
    DemoSignOff,
    DemoStory,
    DemoVersion,
)
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
    PortfolioSignOff,
    PortfolioStandard,
    PortfolioStatement,
    PortfolioVersion,
)
from kbstrack.standards.catalogue import builtin_directory, load_catalogue
from kbstrack.standards.rules import Standard

ISSUED_ON = date(2026, 11, 16)
SIGNED = (
    "I have looked at the evidence for this KSB and judge it valid, authentic, current and "
    "sufficient. The apprentice meets it."
)
OWN_WORK = "This is my own work, and it shows what I did."


class Stories:
    """Portfolios of the demo's apprentices, and the bytes of their files by SHA-256."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}

    def read(self, sha256: str) -> bytes:
        """The bytes of a file."""
        return self.pictures[sha256]

    def portfolio(self, key: str) -> Portfolio:
        """The portfolio of the apprentice with this key."""
        who = people.apprentice(key)
        employer = next(each for each in people.EMPLOYERS if each.key == who.employer)
        assessor = next(each for each in people.ASSESSORS if each.key == who.assessor)
        standard = load_catalogue([builtin_directory()]).latest(people.STANDARD)
        told = story(key)
        shown = [piece for piece in told.pieces if piece.versions and not piece.withdrawn_at]
        pieces = tuple(
            self._piece(number, piece, who.person.name, assessor.name)
            for number, piece in enumerate(shown, 1)
        )
        ksbs = _ksbs(standard, pieces, told, assessor.name)
        return Portfolio(
            apprentice=who.person.name,
            uln=who.uln,
            provider=people.PROVIDER.name,
            ukprn=people.PROVIDER.ukprn,
            employer=employer.name,
            line_manager=employer.manager.name,
            assessor=assessor.name,
            standard=_standard(standard),
            start_on=who.start_on,
            planned_end_on=who.planned_end_on,
            ended_on=None,
            issued_on=ISSUED_ON,
            summaries=_summaries(standard, ksbs),
            ksbs=ksbs,
            pieces=pieces,
            statements=_statements(who.person.name, assessor.name, employer.manager.name),
        )

    def large(self, key: str, pieces: int) -> Portfolio:
        """The same apprentice with their pieces repeated until there are this many."""
        small = self.portfolio(key)
        many = tuple(
            replace(small.pieces[number % len(small.pieces)], number=number + 1)
            for number in range(pieces)
        )
        ksbs = tuple(replace(ksb, piece_numbers=_claiming(many, ksb.code)) for ksb in small.ksbs)
        return replace(small, pieces=many, ksbs=ksbs)

    def _piece(self, number: int, piece: DemoPiece, name: str, assessor: str) -> PortfolioPiece:
        versions = tuple(
            self._version(piece, version, name, assessor) for version in piece.versions
        )
        latest = piece.versions[-1].decision
        state = PieceState.SUBMITTED
        if latest is not None:
            state = PieceState.ACCEPTED if latest.is_accepting else PieceState.ACTION_REQUIRED
        return PortfolioPiece(number, state, versions)

    def _version(
        self, piece: DemoPiece, version: DemoVersion, name: str, assessor: str
    ) -> PortfolioVersion:
        return PortfolioVersion(
            number=version.number,
            title=piece.title,
            kind=piece.kind.replace("_", " "),
            first_on=piece.first_on,
            last_on=piece.last_on,
            description=version.content.description,
            sha256=sha256_of([piece.title, version.number]),
            submitted_at=version.submitted_at,
            submitted_by=name,
            declaration=OWN_WORK,
            claims=_claims(version, assessor),
            files=tuple(self._file(file) for file in version.content.files),
        )

    def _file(self, file: DemoFile) -> PortfolioFile:
        content = make_file(file)
        sha256 = hashlib.sha256(content).hexdigest()
        image = self._image(content) if content[:2] == b"\xff\xd8" else None
        if image is None:
            self.pictures[sha256] = content
        return PortfolioFile(
            name=file.name,
            family="image" if image else "document",
            media_type="image/jpeg" if image else "application/octet-stream",
            size_bytes=len(content),
            sha256=sha256,
            pages=None,
            image=image,
            caption=file.caption,
        )

    def _image(self, content: bytes) -> PortfolioImage:
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
        target = io.BytesIO()
        upright.save(target, "JPEG", quality=85)
        sha256 = hashlib.sha256(target.getvalue()).hexdigest()
        self.pictures[sha256] = target.getvalue()
        return PortfolioImage(sha256, "image/jpeg", upright.width, upright.height)


def _claims(version: DemoVersion, assessor: str) -> tuple[PortfolioClaim, ...]:
    return tuple(
        PortfolioClaim(claim.code, claim.rationale, claim.locator, decision)
        for claim, decision in zip(
            version.content.claims, _decisions(version, assessor), strict=True
        )
    )


def _decisions(version: DemoVersion, assessor: str) -> list[PortfolioDecision | None]:
    made = version.decision
    if made is None:
        return [None] * len(version.content.claims)
    return [
        PortfolioDecision(
            is_met=outcome.is_met,
            feedback=outcome.feedback,
            is_valid=made.is_valid,
            is_authentic=made.is_authentic,
            is_current=made.is_current,
            is_sufficient=made.is_sufficient,
            assessor=assessor,
            decided_at=made.decided_at,
            action_points=tuple(
                PortfolioActionPoint(point.text, point.due_on) for point in made.action_points
            ),
        )
        for outcome in made.outcomes
    ]


def _claiming(pieces: tuple[PortfolioPiece, ...], code: str) -> tuple[int, ...]:
    return tuple(
        piece.number for piece in pieces if any(claim.code == code for claim in piece.latest.claims)
    )


def _ksbs(
    standard: Standard, pieces: tuple[PortfolioPiece, ...], told: DemoStory, assessor: str
) -> tuple[PortfolioKsb, ...]:
    made = []
    for ksb in standard.ksbs:
        numbers = _claiming(pieces, ksb.code)
        signed = _sign_offs(ksb.code, numbers, told, assessor)
        stands = bool(signed) and signed[-1].reopening is None
        state = "met" if stands else "in progress" if numbers else "not started"
        accepted = sum(pieces[number - 1].state is PieceState.ACCEPTED for number in numbers)
        if accepted and not stands:
            state = "ready for review"
        made.append(
            PortfolioKsb(
                code=ksb.code,
                kind=ksb.kind,
                title=ksb.title,
                statement=ksb.statement,
                points=ksb.points,
                state=state,
                accepted_count=accepted,
                pieces_needed=ksb.pieces_needed,
                piece_numbers=numbers,
                sign_offs=signed,
            )
        )
    return tuple(made)


def _sign_offs(
    code: str, numbers: tuple[int, ...], told: DemoStory, assessor: str
) -> tuple[PortfolioSignOff, ...]:
    signed: list[PortfolioSignOff] = []
    for event in told.sign_offs:
        if event.code != code:
            continue
        if isinstance(event, DemoReopening):
            taken_back = PortfolioReopening(event.reason, assessor, event.reopened_at)
            signed[-1] = replace(signed[-1], reopening=taken_back)
        elif isinstance(event, DemoSignOff):
            signed.append(
                PortfolioSignOff(
                    name=assessor,
                    role="assessor",
                    organisation=people.PROVIDER.name,
                    signed_at=event.signed_at,
                    declaration=SIGNED,
                    reason=event.reason,
                    piece_numbers=numbers,
                    reopening=None,
                )
            )
    return tuple(signed)


def _summaries(standard: Standard, ksbs: tuple[PortfolioKsb, ...]) -> tuple[KindSummary, ...]:
    return tuple(
        KindSummary(
            kind=kind,
            met_count=sum(ksb.kind is kind and ksb.state == "met" for ksb in ksbs),
            total_count=len(standard.of_kind(kind)),
        )
        for kind in standard.kinds
    )


def _standard(standard: Standard) -> PortfolioStandard:
    return PortfolioStandard(
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


def _statements(apprentice: str, assessor: str, manager: str) -> tuple[PortfolioStatement, ...]:
    return (
        PortfolioStatement(
            "Apprentice",
            "Everything in this portfolio is my own work, except where I have said so. The "
            "photos and files show what I did at work.",
            apprentice,
            "Apprentice",
        ),
        PortfolioStatement(
            "Assessor",
            "I have judged the evidence in this portfolio against the standard. It is the "
            "apprentice’s own work as far as I could establish.",
            assessor,
            "Assessor",
        ),
        PortfolioStatement(
            "Employer",
            "The work shown in this portfolio was done by the apprentice in our employment.",
            manager,
            "Line manager",
        ),
    )
