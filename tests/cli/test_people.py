"""`kbstrack people`: what administrators do on pages, from the command line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event

from kbstrack import current
from kbstrack.access import OPERATOR, Role
from kbstrack.cli import main
from kbstrack.cli.people import people as group
from kbstrack.db import db
from kbstrack.people import accounts, assignment_queries, enrolling, enrolment_queries, queries
from kbstrack.people import service as people
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, make_world, met

DOCS = Path(__file__).parents[2] / "docs" / "people.md"


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def other(world):
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


@pytest.fixture
def run(app, monkeypatch):
    """Run `kbstrack people …` on the instance of `app`; it must end with `exit_code`."""
    settings = app.extensions[current.SETTINGS]
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(settings.standards_directories[0]))

    def run(*arguments, exit_code=0):
        db.session.rollback()
        result = CliRunner().invoke(main, ["people", *arguments])
        assert result.exit_code == exit_code, result.output
        return result.stdout if exit_code == 0 else result.stderr

    return run


ENROL = (
    "enrol",
    "ivy@a.example",
    "--uln=9000000032",
    "--standard=st9999",
    "--start=2026-03-02",
    "--planned-end=2027-03-01",
    "--assessor=other_assessor@a.example",
    "--line-manager=other_manager@a.example",
)


def test_the_list_as_json_has_one_entry_for_each_person(run, world):
    entries = json.loads(run("list", "--json"))

    assert [entry["name"] for entry in entries][:2] == ["Administrator A", "Apprentice A"]
    assert entries[0] == {
        "provider": "10000001",
        "name": "Administrator A",
        "email": "administrator@a.example",
        "roles": ["administrator"],
        "uln": None,
        "enrolment": None,
        "standard": None,
        "ksbs_met": None,
        "ksbs_total": None,
    }
    assert entries[1]["uln"] == "9000000016"
    assert entries[1]["enrolment"] == str(world.enrolment_id)
    assert (entries[1]["ksbs_met"], entries[1]["ksbs_total"]) == (0, 5)


def test_the_list_counts_the_ksbs_that_are_signed_off(run, world):
    evidence_id = make_evidence(world, claims=["K1"])
    decide(world, evidence_id, met("K1"), sign_offs={"K1": ""})

    entries = json.loads(run("list", "--json"))

    assert [entry["ksbs_met"] for entry in entries if entry["uln"]] == [1]


def test_somebody_with_two_enrolments_is_there_twice(run, world):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=date(2026, 3, 2), reason="Moved", at=TUESDAY
    )
    run(*(argument.replace("ivy@", "apprentice@") for argument in ENROL))

    entries = [row for row in json.loads(run("list", "--json")) if row["name"] == "Apprentice A"]

    assert {entry["uln"] for entry in entries} == {"9000000016", "9000000032"}


def test_the_list_asks_the_database_no_more_for_more_people(run, world, app):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run("list")
        few = len(statements)
        for number in range(10):
            people.invite_person(
                OPERATOR,
                world.provider_id,
                name=f"P {number}",
                email=f"p{number}@a.example",
                roles={Role.APPRENTICE: None},
                at=MONDAY,
            )
        statements.clear()
        run("list")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == few


def test_the_list_for_people_is_one_line_each(run, world, other):
    text = run("list", "--provider", "10000002")

    assert "Apprentice B <apprentice@b.example>  apprentice  ULN 9000000024, 0 of 5 KSBs" in text
    assert "6 people." in text
    assert "a.example" not in text


def test_a_whole_provider_is_set_up_by_commands(run, app):
    run("add-provider", "--name", "Wren Training", "--ukprn", "10000009")
    run("invite", "--name=Ann", "--email=ann@w.example", "--role=administrator")
    run("add-employer", "Kestrel Ltd")
    run("invite", "--name=Bo", "--email=bo@w.example", "--role=employer", "--employer=kestrel ltd")
    run("invite", "--name=Cy", "--email=cy@w.example", "--role=assessor")
    run("invite", "--name=Di", "--email=di@w.example", "--role=apprentice")
    said = run(
        "enrol",
        "di@w.example",
        "--uln=9276308686",
        "--standard=ST9999",
        "--start=2026-03-02",
        "--planned-end=2027-03-01",
        "--assessor=cy@w.example",
        "--line-manager=bo@w.example",
    )

    assert "Di is enrolled on ST9999" in said
    row = enrolment_queries.enrolment(enrolment_queries.find("9276308686", OPERATOR)[0].id)
    assert (row.assessor, row.employer, row.line_manager) == ("Cy", "Kestrel Ltd", "Bo")
    assert "10000009  Wren Training" in run("providers")
    assert run("employers") == "Kestrel Ltd\n"


def test_the_invitation_is_queued_and_its_link_printed_on_request(run, world, mailbox):
    said = run("invite", "--name=Ivy", "--email=ivy@a.example", "--role=assessor", "--print-link")
    link = re.search(r"http\S+/set-password/\S+", said)

    assert link is not None
    db.session.rollback()
    assert mailbox()[-1].recipient == "ivy@a.example"
    assert "/set-password/" in run("invite-again", "ivy@a.example", "--print-link")
    assert "/set-password/" not in run("invite-again", "ivy@a.example")


def test_who_has_a_password_is_told_where_to_sign_in(run, world, other):
    accounts.change_password(other.assessor, password_hash="x", at=MONDAY)

    said = run(
        "invite",
        "--provider=10000001",
        "--name=Ivy",
        "--email=assessor@b.example",
        "--role=assessor",
        "--print-link",
    )

    assert "/set-password/" not in said
    assert "They have a password already and sign in at" in said


def test_a_person_is_changed_and_what_is_not_given_stays(run, world):
    run("change", "line_manager@a.example", "--role=employer", "--role=assessor")
    run("change", "line_manager@a.example", "--name=Lou", "--email=lou@a.example")

    row = queries.member(world.people["line_manager"].id)
    assert (row.name, row.email) == ("Lou", "lou@a.example")
    assert row.roles == (Role.ASSESSOR, Role.EMPLOYER)
    assert row.employer == "Employer A"


def test_access_ends_and_comes_back(run, world):
    said = run("end", "assessor@a.example")

    assert "They stood beside 1 running enrolment: replace them" in said
    assert queries.member(world.people["assessor"].id).ended_at is not None
    assert "is back: assessor" in run("bring-back", "assessor@a.example")
    db.session.rollback()
    assert queries.member(world.people["assessor"].id).ended_at is None


def test_an_employer_is_renamed_ended_and_brought_back(run, world):
    run("change-employer", "employer a", "--name=Kestrel Ltd")
    run("end-employer", "Kestrel Ltd")
    assert run("employers") == "Kestrel Ltd  (ended)\n"
    run("invite", "--name=Ivy", "--email=ivy@a.example", "--role=apprentice")
    assert "Kestrel Ltd has ended" in run(*ENROL, exit_code=1)

    run("bring-back-employer", "kestrel ltd")
    assert json.loads(run("employers", "--json")) == [{"name": "Kestrel Ltd", "ended": False}]


def test_a_provider_is_changed_ended_and_brought_back(run, world):
    run("change-provider", "--name=Wren Training")
    assert "End the running enrolments first: there are 1." in run("end-provider", exit_code=1)
    run("end-enrolment", "9000000016", "--reason=Closed", "--on=2026-03-02")
    run("end-provider")
    assert json.loads(run("providers", "--json")) == [
        {"ukprn": "10000001", "name": "Wren Training", "ended": True}
    ]

    run("bring-back-provider", "--provider=10000001")
    assert run("providers") == "10000001  Wren Training\n"


def test_assessor_and_line_manager_are_replaced(run, world):
    said = run(
        "replace-assessor",
        "9000000016",
        "--assessor=other_assessor@a.example",
        "--from=2026-03-01",
    )
    assert said == ("Other Assessor A assesses Apprentice A. Assessor A has no access any more.\n")
    run("replace-employer", str(world.enrolment_id), "--line-manager=other_manager@a.example")

    history = [(row.name, row.ended_at is None) for row in _history(world)]
    assert history == [
        ("Other Manager A", True),
        ("Other Assessor A", True),
        ("Line Manager A", False),
        ("Assessor A", False),
    ]


def _history(world):
    db.session.rollback()
    return assignment_queries.assignments(world.enrolment_id)


def test_an_enrolment_is_corrected_ended_and_resumed(run, world):
    run("change-enrolment", "9000000016", "--uln=9276308686", "--start=2025-10-01")
    said = run("end-enrolment", "9276308686", "--reason=Completed", "--on=2026-03-02")
    assert said == "Apprentice A's enrolment ended on 2 March 2026.\n"
    row = enrolment_queries.enrolment(world.enrolment_id)
    assert (row.start_on, row.end_reason) == (date(2025, 10, 1), "Completed")

    run("resume-enrolment", "9276308686")
    db.session.rollback()
    assert enrolment_queries.enrolment(world.enrolment_id).ended_on is None


def test_what_is_wrong_is_said_in_one_sentence(run, world, other):
    here = "--provider=10000001"
    for arguments, sentence in {
        ("employers",): "Say which training provider with --provider: 10000001 (Provider A), "
        "10000002 (Provider B).",
        ("employers", "--provider=99999999"): "There is no training provider with the UKPRN "
        "99999999.",
        ("end", "assessor@b.example", here): "There is nobody with the address "
        "assessor@b.example at Provider A.",
        ("end", "administrator@a.example", here): "A training provider needs at least one "
        "administrator: add another one first.",
        ("end-employer", "Employer B", here): "There is no employer called Employer B at "
        "Provider A.",
        ("end-enrolment", "1234567890", "--reason=x"): "There is no enrolment with the id or "
        "ULN 1234567890.",
        ("end-enrolment", "9000000016", "--reason=x", "--on=today"): "Write the last day as "
        "YYYY-MM-DD, for example 2026-09-01.",
        ("change-enrolment", "9000000016", "--uln=9999999999"): "This ULN is not valid: its last "
        "digit does not fit the others. Check it against the learner record.",
        ("invite", "--name=I", "--email=i@a.example", here): "Select at least one role.",
        ("invite", "--name=I", "--email=i@a.example", "--role=employer", here): "Name the "
        "employer they work for with --employer.",
        ("change", "assessor@a.example", "--employer=Employer A", here): "--employer goes with "
        "--role employer: add that role, or leave it out.",
        ("replace-assessor", "9000000016", "--assessor=assessor@b.example"): "There is nobody "
        "with the address assessor@b.example at Provider A.",
        ("replace-employer", "9000000016", "--line-manager=assessor@a.example"): "Assessor A is "
        "not a line manager: change their roles first.",
    }.items():
        assert run(*arguments, exit_code=1) == f"{sentence}\n"


def test_every_command_says_what_it_does_and_is_in_the_documentation():
    text = DOCS.read_text(encoding="utf-8")

    for name, command in group.commands.items():
        assert command.help, name
        assert f"people {name}" in text, name
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert option in text, f"{name} {option}"
