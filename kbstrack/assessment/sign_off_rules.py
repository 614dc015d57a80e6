"""What a sign-off and its confirmation need to rest on, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kbstrack.assessment.standing import Standing, accepted, uncountersigned
from kbstrack.errors import RuleBroken, refuse_any
from kbstrack.evidence.rules import Missing
from kbstrack.standards.rules import Ksb


@dataclass(frozen=True, slots=True)
class Basis:
    """What one KSB's sign-off by a role (`signer`) can rest on.

    `testimony_count` of the accepted pieces only say what witnesses saw; `uncountersigned_count`
    more will be accepted once they are countersigned.
    """

    code: str
    signer: str
    pieces_needed: int
    accepted_count: int
    testimony_count: int = 0
    uncountersigned_count: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether it needs no reason."""
        return self.accepted_count >= self.pieces_needed

    @property
    def has_a_ground(self) -> bool:
        """Whether it rests on something that was judged, as assessment practice has it.

        An assessor's sign-off needs an accepted piece that is no witness testimony: it is the
        assessor's judgement of evidence. An employer verifies what they saw themselves.
        """
        return self.signer != "assessor" or self.accepted_count > self.testimony_count

    @property
    def obstacle(self) -> str:
        """What keeps the KSB from being signed off, whatever the reason; empty for nothing."""
        if self.uncountersigned_count and not self.is_enough:
            return (
                f"{self.code} rests on a decision that waits for its countersignature: "
                "sign it off once that is there."
            )
        if self.has_a_ground:
            return ""
        if self.testimony_count:
            return (
                f"A witness statement is never the only basis of a met: {self.code} needs an "
                "accepted piece of another kind too, such as a work product or an observation."
            )
        return (
            f"Nothing is accepted for {self.code} yet: accept at least one piece that is no "
            "witness testimony before you sign it off."
        )

    @property
    def obstacle_to_renewal(self) -> str:
        """What keeps a sign-off from being confirmed, whatever the reason; empty for nothing."""
        if self.has_a_ground:
            return ""
        left = "only witness testimony is" if self.testimony_count else "nothing is"
        return (
            f"Reopen {self.code} instead of confirming its sign-off: {left} accepted for it any "
            "more."
        )


def basis_of(ksb: Ksb, signer: str, pieces: Iterable[Standing]) -> Basis:
    """What a KSB's sign-off would rest on, as these pieces stand for it now."""
    standing = list(pieces)
    counting = accepted(standing)
    return Basis(
        code=ksb.code,
        signer=signer,
        pieces_needed=ksb.pieces_needed,
        accepted_count=len(counting),
        testimony_count=sum(item.is_testimony for item in counting),
        uncountersigned_count=len(uncountersigned(standing)),
    )


def check_sign_off(
    basis: Basis, *, reason: str, is_declared: bool, is_renewal: bool = False
) -> None:
    """A KSB can be signed off, or its sign-off confirmed. Raises RuleBroken."""
    found = sign_off_problems(basis, reason=reason, is_declared=is_declared, is_renewal=is_renewal)
    refuse_any(RuleBroken(problem.sentence, field=problem.field) for problem in found)


def sign_off_problems(
    basis: Basis, *, reason: str, is_declared: bool, is_renewal: bool = False
) -> list[Missing]:
    """What a sign-off or its confirmation still needs, each with its field.

    The number of pieces asked for is the standard version's; fewer need a reason. No reason helps
    where there is nothing to rest on.
    """
    found, field = [], f"{basis.code}-reason"
    if obstacle := basis.obstacle_to_renewal if is_renewal else basis.obstacle:
        found.append(Missing(field, obstacle))
    elif not basis.is_enough and not reason:
        found.append(
            Missing(
                field,
                f"{basis.code} has {basis.accepted_count} of the {basis.pieces_needed} accepted "
                "pieces it needs: say why that is enough.",
            )
        )
    if not is_declared:
        found.append(Missing("is_declared", "Tick the declaration to sign."))
    return found
