"""`kbstrack people`: marking an assessor as not yet qualified, and taking the mark away."""

from __future__ import annotations

from kbstrack.people import queries
from kbstrack.people.countersigners import qualification
from tests.builders import MONDAY, decide, make_evidence, met


def present(world, name="assessor"):
    found = qualification(world.people[name].id)
    return (found.is_qualified, found.countersigner)


def mark(run_people, **given):
    return run_people(
        "not-yet-qualified",
        "assessor@a.example",
        "--countersigner=other_assessor@a.example",
        **given,
    )


def test_an_assessor_is_marked_and_the_mark_is_taken_away(run_people, world):
    said = mark(run_people)
    assert "Assessor A is not yet qualified: Other Assessor A countersigns." in said
    assert present(world) == (False, "Other Assessor A")

    assert "Assessor A is qualified." in run_people("qualify", "assessor@a.example")
    assert present(world) == (True, None)


def test_who_is_named_stays_named_for_what_waits(run_people, world):
    mark(run_people)
    decide(world, make_evidence(world), met("K1"), at=MONDAY)

    said = run_people("qualify", "assessor@a.example")

    assert "Other Assessor A countersigns what still waits." in said
    assert present(world) == (True, "Other Assessor A")


def test_somebody_is_invited_as_not_yet_qualified(run_people, world):
    run_people(
        "invite",
        "--name=Bethan Rees",
        "--email=bethan@a.example",
        "--role=assessor",
        "--countersigner=assessor@a.example",
    )

    rows = {row.name: row for row in queries.members(world.provider_id)}
    assert qualification(rows["Bethan Rees"].id).countersigner == "Assessor A"


def test_what_is_wrong_is_said_in_one_sentence(run_people, world):
    sentences = {
        ("qualify", "apprentice@a.example"): "is no assessor",
        (
            "not-yet-qualified",
            "assessor@a.example",
            "--countersigner=assessor@a.example",
        ): "Nobody countersigns their own decisions.",
        (
            "not-yet-qualified",
            "assessor@a.example",
            "--countersigner=nobody@a.example",
        ): "There is nobody with the address",
    }

    for arguments, sentence in sentences.items():
        assert sentence in run_people(*arguments, exit_code=1)
