"""What waits for a countersignature is ready for review, is not met, and says for whom it waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbstrack.assessment.standing import ClaimRow, SignOffRow
from kbstrack.progress.rules import KsbState
from tests.builders import THURSDAY
from tests.progress.test_rules import claim, of, sign_off


def waiting_claim(number: int, *, met: bool = True, name: str | None = "Grace Hall") -> ClaimRow:
    """A claim that was decided and is not countersigned yet."""
    return replace(claim(number, met=met), counts=False, countersigner=name)


def waiting_sign_off(name: str | None = "Grace Hall") -> SignOffRow:
    """A sign-off that is not countersigned yet."""
    return replace(sign_off(), needs_countersignature=True, countersigner=name)


@pytest.mark.parametrize("is_met", [True, False])
def test_a_decision_that_waits_makes_a_ksb_ready_and_no_more(is_met: bool) -> None:
    found = of("K1", [waiting_claim(1, met=is_met)])

    assert (found.state, found.accepted_count) == (KsbState.READY, 0)
    assert found.reason == "E1 waits for Grace Hall's countersignature."


def test_several_that_wait_for_the_same_person_are_named_together() -> None:
    found = of("K1", [waiting_claim(1), waiting_claim(2)])

    assert found.reason == "E1 and E2 wait for Grace Hall's countersignature."


def test_nobody_named_is_said_without_a_name() -> None:
    assert of("K1", [waiting_claim(1, name=None)]).reason == "E1 waits for a countersignature."


def test_a_sign_off_that_waits_is_not_met() -> None:
    found = of("K1", [claim(1, met=True)], waiting_sign_off())

    assert found.state is KsbState.READY
    assert found.reason == "Signed off by Ada Assessor; waits for Grace Hall's countersignature."


def test_a_countersigned_sign_off_is_met() -> None:
    signed = replace(waiting_sign_off(), countersigned_at=THURSDAY, countersigned_by="Grace Hall")

    found = of("K1", [claim(1, met=True)], signed)

    assert (found.state, found.reason) == (KsbState.MET, "Signed off by Ada Assessor.")
