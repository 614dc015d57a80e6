"""What a sign-off rests on: judged evidence for an assessor, their eyes for a line manager."""

from __future__ import annotations

import pytest

from kbstrack.errors import RuleBroken
from tests.assessment.test_signing import sign, signed
from tests.builders import World, decide, make_evidence, met


def test_no_reason_stands_in_for_an_accepted_piece(world: World) -> None:
    with pytest.raises(RuleBroken, match="Nothing is accepted for K2 yet"):
        sign(world, "K2", reason="Shown in the skills scan.")

    decide(world, make_evidence(world, claims=["K2"]), met("K2"))
    sign(world, "K2")

    assert len(signed(world, "K2")[0].decision_ids) == 1


def test_a_line_manager_verifies_what_they_saw_without_a_piece(world: World) -> None:
    with pytest.raises(RuleBroken, match="0 of the 1"):
        sign(world, "B1", by="line_manager")

    sign(world, "B1", by="line_manager", reason="I see it every day.")

    assert signed(world, "B1")[0].decision_ids == ()
