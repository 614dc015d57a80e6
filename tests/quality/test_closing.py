"""Closing what quality assurance asked for: only what was asked, and answered by somebody else."""

from __future__ import annotations

import pytest

from kbstrack.access import Actor
from kbstrack.errors import RuleBroken
from kbstrack.quality import queries, service
from kbstrack.quality.outcomes import SampleState
from tests.builders import FRIDAY, World
from tests.quality.sampling import make_sample


def test_a_sample_without_an_outcome_has_no_action_to_close(world: World, iqa: Actor):
    sample = make_sample(world, iqa)

    with pytest.raises(RuleBroken, match="no action here"):
        service.close(iqa, sample.id, note="", at=FRIDAY)

    assert queries.sample(sample.id).state is SampleState.WAITING
