"""Whose turn it is with a piece of evidence: what can be done with it in the state it is in."""

from __future__ import annotations

from kbstrack.errors import Conflict
from kbstrack.evidence.rules import EvidenceState

DECIDED_MEANWHILE = (
    "This was decided meanwhile. What you wrote is still here, but it was not saved: "
    "look at the decision that was made first."
)
TAKEN_BACK_MEANWHILE = (
    "This decision was taken back meanwhile. Look at the reason before you go on."
)


def check_submittable(state: EvidenceState) -> None:
    """A new version can be handed in, after it was accepted too. Raises Conflict."""
    if state is EvidenceState.SUBMITTED:
        raise Conflict(
            "This piece is with your assessor already. To change it, take it back first."
        )


def check_changeable(state: EvidenceState, *, has_draft: bool) -> None:
    """What is written can be kept as a draft. Raises Conflict.

    What was accepted is changed on purpose only: once its apprentice has begun a draft of it.
    """
    check_submittable(state)
    if state is EvidenceState.ACCEPTED and not has_draft:
        raise Conflict(
            "This piece is accepted, so nothing was saved. To change it all the same, open it "
            "and choose “change this accepted piece”."
        )


def check_accepted(state: EvidenceState) -> None:
    """A piece is accepted, so that it can be changed on purpose. Raises Conflict."""
    if state is not EvidenceState.ACCEPTED:
        raise Conflict(
            "This piece is not accepted any more: your assessor decides on it again. "
            "Look at it before you go on."
        )


def check_decidable(state: EvidenceState, *, latest: int, asked: int) -> None:
    """The version asked about can be decided on now; `latest` is the last that was not withdrawn.

    Raises Conflict.
    """
    if state is EvidenceState.WITHDRAWN or asked > latest:
        raise Conflict("The apprentice withdrew this piece meanwhile: there is nothing to decide.")
    if latest != asked:
        raise Conflict(f"The apprentice submitted version {latest} meanwhile: decide on that one.")
    if state is not EvidenceState.SUBMITTED:
        raise Conflict(DECIDED_MEANWHILE)


def check_withdrawable(state: EvidenceState, *, is_redecided: bool = False) -> None:
    """Only what waits for its first decision can be taken back. Raises Conflict.

    `is_redecided`: something was decided on this version before, and taken back.
    """
    if state is EvidenceState.WITHDRAWN:
        raise Conflict("This piece was withdrawn already.")
    if state is not EvidenceState.SUBMITTED:
        raise Conflict("Your assessor decided on this piece meanwhile: it can't be withdrawn.")
    if is_redecided:
        raise Conflict(
            "Your assessor is deciding on this piece again, so it can't be withdrawn. "
            "You can change it once they have decided."
        )


def check_can_be_taken_back(*, is_taken_back: bool, is_replaced: bool) -> None:
    """A decision can be taken back while it stands and is the last word. Raises Conflict."""
    if is_taken_back:
        raise Conflict(TAKEN_BACK_MEANWHILE)
    if is_replaced:
        raise Conflict(
            "The apprentice submitted a later version of this piece: decide on that one instead."
        )
