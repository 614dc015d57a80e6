"""Plays the demo's story through the use cases, each event at its own time."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kbstrack.access import Actor
from kbstrack.assessment import decision_queries, sign_off_queries, signing
from kbstrack.assessment import service as assessment
from kbstrack.assessment.countersign_rules import Answer
from kbstrack.assessment.countersigning import countersign
from kbstrack.assessment.renewing import renew_sign_off
from kbstrack.assessment.rules import ActionText, DecisionText, Outcome
from kbstrack.demo.cohort import Cohort
from kbstrack.demo.files import make_file
from kbstrack.demo.script import (
    TODAY,
    DemoContent,
    DemoCountersignature,
    DemoDecision,
    DemoPiece,
    DemoRenewal,
    DemoReopening,
    DemoSigning,
    DemoStory,
    DemoVersion,
    moment,
)
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import ClaimText, EvidenceKind, EvidenceText, FileText
from kbstrack.people.proofs import Proof, ProofMethod

Event = tuple[datetime, Callable[[], None]]

WRITING = timedelta(minutes=25)
"""How long before handing it in a version was last saved."""


@dataclass
class _Piece:
    """A piece while it is played: its row and the files uploaded for it so far."""

    story: DemoPiece
    evidence_id: uuid.UUID | None = None
    uploads: dict[str, uuid.UUID] | None = None


def count_events(stories: tuple[DemoStory, ...]) -> int:
    """How many steps `play` takes, for a progress bar."""
    return sum(1 for story in stories for _ in _events(story, None))


def play(stories: tuple[DemoStory, ...], cohort: Cohort) -> Iterator[None]:
    """Everything that happened, one apprentice after the other; yields after every event."""
    for story in stories:
        for _, happen in sorted(_events(story, cohort), key=lambda event: event[0]):
            happen()
            yield


def _events(story: DemoStory, cohort: Cohort | None) -> Iterator[Event]:
    player = _Player(story.apprentice, cohort)
    for piece in story.pieces:
        yield from player.piece_events(_Piece(piece))
    for sign_off in story.sign_offs:
        yield player.sign_off_event(sign_off)


class _Player:
    """One apprentice's story as events in time; without a cohort they can only be counted."""

    def __init__(self, key: str, cohort: Cohort | None) -> None:
        self.key = key
        self.cohort = cohort

    @property
    def apprentice(self) -> Actor:
        return self.actor(self.key)

    @property
    def enrolment_id(self) -> uuid.UUID:
        assert self.cohort is not None
        return self.cohort.enrolments[self.key]

    def actor(self, key: str) -> Actor:
        assert self.cohort is not None
        return self.cohort.actor(key)

    def piece_events(self, piece: _Piece) -> Iterator[Event]:
        story = piece.story
        for version in story.versions:
            yield version.submitted_at, lambda version=version: self.hand_in(piece, version)  # type: ignore[misc]
            if version.decision is not None:
                yield (
                    version.decision.decided_at,
                    lambda version=version: self.decide(piece, version),  # type: ignore[misc]
                )
                if second := version.decision.countersignature:
                    yield (
                        second.signed_at,
                        lambda version=version, second=second: self.countersign(  # type: ignore[misc]
                            piece, version, second
                        ),
                    )
        if story.withdrawn_at is not None:
            yield story.withdrawn_at, lambda: self.withdraw(piece)
        if not story.versions or story.written != story.versions[-1].content:
            at = moment(TODAY - timedelta(days=3), 17, 2, story.key)
            yield at, lambda: self.write(piece, story.written, at)

    def write(self, piece: _Piece, content: DemoContent, at: datetime) -> None:
        text = _text(piece.story, content)
        files = self.upload(piece, content, at)
        if piece.evidence_id is None:
            piece.evidence_id = evidence.start_evidence(
                self.apprentice, self.enrolment_id, text=text, files=files, at=at
            )
        else:
            evidence.save_draft(
                self.apprentice, piece.evidence_id, text=text, files=files, revision=0, at=at
            )

    def upload(self, piece: _Piece, content: DemoContent, at: datetime) -> list[FileText]:
        known = piece.uploads = piece.uploads or {}
        for file in content.files:
            if file.name not in known:
                known[file.name] = evidence.add_upload(
                    self.apprentice,
                    self.enrolment_id,
                    stream=io.BytesIO(make_file(file)),
                    name=file.name,
                    at=at,
                ).upload_id
        return [FileText(known[file.name], file.caption) for file in content.files]

    def hand_in(self, piece: _Piece, version: DemoVersion) -> None:
        self.write(piece, version.content, version.submitted_at - WRITING)
        assert piece.evidence_id is not None
        draft = evidence_queries.evidence(piece.evidence_id).draft
        assert draft is not None
        assessment.submit_evidence(
            self.apprentice,
            piece.evidence_id,
            revision=draft.revision,
            is_declared=True,
            at=version.submitted_at,
        )

    def decide(self, piece: _Piece, version: DemoVersion) -> None:
        assert piece.evidence_id is not None
        assert version.decision is not None
        assessment.decide(
            self.actor(version.decision.by),
            piece.evidence_id,
            version_number=version.number,
            decisions=_decisions(version.decision),
            at=version.decision.decided_at,
        )

    def countersign(
        self, piece: _Piece, version: DemoVersion, second: DemoCountersignature
    ) -> None:
        assert piece.evidence_id is not None
        found = decision_queries.decisions_of(evidence_queries.evidence(piece.evidence_id))
        decided = found[version.number]
        countersign(
            self.actor(second.by),
            self.enrolment_id,
            answers=[Answer(decided[code].id, code, True, second.remark) for code in second.codes],
            is_declared=True,
            proof=Proof(ProofMethod.PASSWORD, second.signed_at),
            at=second.signed_at,
        )

    def withdraw(self, piece: _Piece) -> None:
        assert piece.evidence_id is not None
        assert piece.story.withdrawn_at is not None
        assessment.withdraw_evidence(
            self.apprentice,
            piece.evidence_id,
            version_number=len(piece.story.versions),
            reason=piece.story.withdrawal_reason,
            at=piece.story.withdrawn_at,
        )

    def sign_off_event(self, event: DemoSigning) -> Event:
        if isinstance(event, DemoReopening):
            return event.reopened_at, lambda: self.reopen(event)
        if isinstance(event, DemoRenewal):
            return event.signed_at, lambda: self.renew(event)
        return event.signed_at, lambda: signing.sign_off(
            self.actor(event.by),
            self.enrolment_id,
            event.code,
            reason=event.reason,
            is_declared=True,
            proof=Proof(ProofMethod.PASSWORD, event.signed_at),
            at=event.signed_at,
        )

    def renew(self, event: DemoRenewal) -> None:
        last = sign_off_queries.sign_offs(self.enrolment_id, code=event.code)[-1]
        renew_sign_off(
            self.actor(event.by),
            self.enrolment_id,
            event.code,
            round=last.round,
            reason=event.reason,
            is_declared=True,
            proof=Proof(ProofMethod.PASSWORD, event.signed_at),
            at=event.signed_at,
        )

    def reopen(self, event: DemoReopening) -> None:
        last = sign_off_queries.sign_offs(self.enrolment_id, code=event.code)[-1]
        signing.reopen(
            self.actor(event.by),
            self.enrolment_id,
            event.code,
            round=last.round,
            reason=event.reason,
            at=event.reopened_at,
        )


def _text(piece: DemoPiece, content: DemoContent) -> EvidenceText:
    return EvidenceText(
        title=piece.title,
        kind=EvidenceKind(piece.kind),
        first_on=piece.first_on,
        last_on=piece.last_on,
        description=content.description,
        claims=tuple(
            ClaimText(claim.code, claim.rationale, claim.locator) for claim in content.claims
        ),
    )


def _decisions(decision: DemoDecision) -> list[DecisionText]:
    """A claim's own feedback; what is said of the whole piece goes with the first claim."""
    actions: Mapping[str, tuple[ActionText, ...]] = {}
    asked = next((outcome.code for outcome in decision.outcomes if not outcome.is_met), None)
    if asked is not None:
        actions = {
            asked: tuple(ActionText(each.text, each.due_on) for each in decision.action_points)
        }
    return [
        DecisionText(
            code=outcome.code,
            outcome=Outcome.MET if outcome.is_met else Outcome.NOT_YET_MET,
            feedback=" ".join(
                part
                for part in (decision.feedback if not position else "", outcome.feedback)
                if part
            ),
            is_valid=outcome.is_met or decision.is_valid,
            is_authentic=outcome.is_met or decision.is_authentic,
            is_current=outcome.is_met or decision.is_current,
            is_sufficient=outcome.is_met or decision.is_sufficient,
            actions=actions.get(outcome.code, ()),
        )
        for position, outcome in enumerate(decision.outcomes)
    ]
