"""What a history says of requests to others, and where it leads whom it concerns."""

from __future__ import annotations

from dataclasses import replace

from kbstrack.access import Actor
from kbstrack.confirmation import service as asking
from kbstrack.confirmation.rules import Asked
from kbstrack.ledger.rules import What
from kbstrack.record import history
from tests.builders import THURSDAY, WEDNESDAY, World, decide, make_evidence, met
from tests.confirmation.asking import SAM, ask
from tests.record.sampled import add_samples


def test_requests_about_one_piece_are_told_apart(world: World):
    piece, other = make_evidence(world), make_evidence(world)
    ask(world, other, text=replace(SAM, email="lee@client.example"))
    ask(world, piece, what=Asked.WITNESS_STATEMENT)
    second = ask(world, piece, text=replace(SAM, email="kim@client.example"), at=WEDNESDAY)
    asking.revoke(world.apprentice, second, at=THURSDAY)

    found = history.see_piece_history(world.apprentice, piece)

    titles_told = [line.title for line in found.lines]
    assert titles_told[1:3] == [
        "Somebody was asked to confirm E1, version 1 (request 2)",
        "Somebody was asked to say what they saw of E1, version 1 (request 1)",
    ]
    assert titles_told[0].endswith("was taken back (request 2)")


def test_the_assessor_addressed_is_led_to_what_quality_assurance_wrote(world: World):
    piece = make_evidence(world, claims=["K1"])
    decide(world, piece, met("K1"))
    add_samples(world)
    lines = history.see_ksb_history(world.assessor, world.enrolment_id, "K1").lines
    concerned = {What.IQA_OUTCOME, What.IQA_REPLY, What.IQA_CLOSING}

    def written(actor: Actor) -> list[bool | None]:
        pages = [
            history.see_entry(actor, world.enrolment_id, line.entry.sequence)
            for line in lines
            if line.entry.what in concerned
        ]
        return [page.written.is_to_them if page.written else None for page in pages]

    assert written(world.assessor) == [True] * 3
    assert written(world.administrator) == [False] * 3
    for actor in (world.apprentice, world.line_manager):
        assert written(actor) == [None] * 3
