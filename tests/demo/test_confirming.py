"""Who was asked about the demo's evidence, and what they signed."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.clock import now
from kbstrack.confirmation import queries, reading
from kbstrack.confirmation.rules import RequestState
from kbstrack.demo import assuring, cohort, confirming, playing
from kbstrack.demo.reading import story
from kbstrack.ids import seeded
from kbstrack.ledger.queries import entries
from tests.confirmation.asking import ledger_is_sound


@pytest.mark.slow
def test_two_confirmations_a_statement_and_an_open_request(app: Flask) -> None:
    at = now()
    with seeded("test"):
        made = cohort.make_cohort("$argon2id$not-a-real-hash")
        for _ in playing.play(
            tuple(story(key) for key in ("joe", "safiya", "lewis", "megan")), made
        ):
            pass
        confirming.confirm(made)
        assuring.assure(made)
        confirming.ask(made, now=at)

    joe, safiya = made.enrolments["joe"], made.enrolments["safiya"]
    assert [row.is_by_employer for row in queries.confirmations(joe)] == [False, True]
    assert [row.name for row in queries.statements(safiya)] == ["Dara Winslade"]
    [waiting] = reading.see_waiting(made.actor("hamish"), at=at)
    assert waiting.state(at) is RequestState.OPEN
    assert all(ledger_is_sound(enrolment) for enrolment in made.enrolments.values())
    for enrolment in made.enrolments.values():
        times = [entry.at for entry in entries(enrolment)]
        assert times == sorted(times), "a history is in the order in which things happened"
