"""What a history tells to whom: as long as a sample has no outcome, only quality assurance."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.errors import NotFound
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What
from kbstrack.record import history
from tests.access.cast import Cast

TOLD = ("an IQA", "an administrator", "the operator")
UNTOLD = ("the apprentice", "the assessor", "the line manager", "an auditor")


def subjects_in(found: history.History) -> set[uuid.UUID]:
    return {line.entry.subject_id for line in found.lines}


def test_a_sample_without_an_outcome_is_told_to_quality_assurance_only(cast: Cast):
    target = cast.main
    enrolment_id = target.world.enrolment_id
    told = {}
    for name in (*TOLD, *UNTOLD):
        whole = history.see_history(cast.actor(name), enrolment_id)
        of_ksb = history.see_ksb_history(cast.actor(name), enrolment_id, "K2")
        assert target.sample_id in subjects_in(whole), name
        assert whole.total == len(whole.lines), name
        entry = ledger.entry_of(What.SAMPLE, target.waiting_id)
        assert entry is not None
        numbers = {line.entry.sequence for line in whole.lines}
        assert sum(whole.later.values()) == (0 if name in TOLD else 1), name
        assert set(whole.later) <= numbers, name
        assert whole.later == {} or entry.sequence - 1 in whole.later, name
        assert of_ksb.later == {}, name
        told[name] = (
            target.waiting_id in subjects_in(whole),
            target.waiting_id in subjects_in(of_ksb),
        )

    assert told == dict.fromkeys(TOLD, (True, True)) | dict.fromkeys(UNTOLD, (False, False))


def test_nobody_learns_of_a_sample_on_their_own_work(cast: Cast):
    name = "the apprentice, assuring quality too"
    target = cast.targets[name]

    whole = history.see_history(cast.actor(name), target.world.enrolment_id)

    assert target.waiting_id not in subjects_in(whole)


def test_the_entry_of_a_sample_without_an_outcome_does_not_exist_for_others(cast: Cast):
    target = cast.main
    entry = ledger.entry_of(What.SAMPLE, target.waiting_id)
    assert entry is not None
    enrolment_id = target.world.enrolment_id

    assert history.see_entry(cast.actor("an IQA"), enrolment_id, entry.sequence)
    for name in UNTOLD:
        with pytest.raises(NotFound):
            history.see_entry(cast.actor(name), enrolment_id, entry.sequence)
