"""`kbstrack people`: what administrators do on pages, from the command line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, event

from kbstrack.access import OPERATOR, Role
from kbstrack.cli.people import people as group
from kbstrack.db import db
from kbstrack.people import accounts, enrolling, enrolment_queries, queries
from kbstrack.people import service as people
from kbstrack.people.models import Member
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, met

DOCS = Path(__file__).parents[2] / "docs" / "people.md"


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


def test_the_list_as_json_has_one_entry_for_each_person(run_people, world):
    entries = json.loads(run_people("list", "--json"))

    assert [entry["name"] for entry in entries][:2] == ["Administrator A", "Apprentice A"]
    assert entries[0] == {
        "provider": "10000001",
        "name": "Administrator A",
        "email": "administrator@a.example",
        "roles": ["administrator"],
        "joined": False,
        "uln": None,
        "enrolment": None,
        "standard": None,
        "ksbs_met": None,
        "ksbs_total": None,
    }
    assert entries[1]["uln"] == "9000000016"
    assert entries[1]["enrolment"] == str(world.enrolment_id)
    assert (entries[1]["ksbs_met"], entries[1]["ksbs_total"]) == (0, 5)


def test_the_list_counts_the_ksbs_that_are_signed_off(run_people, world):
    evidence_id = make_evidence(world, claims=["K1"])
    decide(world, evidence_id, met("K1"), sign_offs={"K1": ""})

    entries = json.loads(run_people("list", "--json"))

    assert [entry["ksbs_met"] for entry in entries if entry["uln"]] == [1]


def test_somebody_with_two_enrolments_is_there_twice(run_people, world):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=date(2026, 3, 2), reason="Moved", at=TUESDAY
    )
    run_people(*(argument.replace("ivy@", "apprentice@") for argument in ENROL))

    entries = [
        row for row in json.loads(run_people("list", "--json")) if row["name"] == "Apprentice A"
    ]

    assert {entry["uln"] for entry in entries} == {"9000000016", "9000000032"}


def test_the_list_asks_the_database_no_more_for_more_people(run_people, world, app):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run_people("list")
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
        run_people("list")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == few


def test_the_list_for_people_is_one_line_each(run_people, world, other):
    text = run_people("list", "--provider", "10000002")

    assert "Apprentice B <apprentice@b.example>  apprentice, not joined yet  ULN 90" in text
    assert "ULN 9000000024, 0 of 5 KSBs met" in text
    assert "<line_manager@b.example>  line manager, not joined yet\n" in text
    assert "6 people." in text
    assert "a.example" not in text


def test_the_list_says_nothing_more_of_who_has_joined(run_people, world):
    member = db.session.get_one(Member, world.people["assessor"].id)
    member.joined_at = TUESDAY
    db.session.commit()

    assert "<assessor@a.example>  assessor\n" in run_people("list")


def test_a_whole_provider_is_set_up_by_commands(run_people, app):
    run_people("add-provider", "--name", "Wren Training", "--ukprn", "10000009")
    run_people("invite", "--name=Ann", "--email=ann@w.example", "--role=administrator")
    run_people("add-employer", "Kestrel Ltd")
    run_people(
        "invite", "--name=Bo", "--email=bo@w.example", "--role=employer", "--employer=kestrel ltd"
    )
    run_people("invite", "--name=Cy", "--email=cy@w.example", "--role=assessor")
    run_people("invite", "--name=Di", "--email=di@w.example", "--role=apprentice")
    said = run_people(
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
    assert "10000009  Wren Training" in run_people("providers")
    assert run_people("employers") == "Kestrel Ltd\n"


def test_the_invitation_is_queued_and_its_link_printed_on_request(run_people, world, mailbox):
    said = run_people(
        "invite", "--name=Ivy", "--email=ivy@a.example", "--role=assessor", "--print-link"
    )
    link = re.search(r"http\S+/set-password/\S+", said)

    assert link is not None
    db.session.rollback()
    assert mailbox()[-1].recipient == "ivy@a.example"
    assert "/set-password/" in run_people("invite-again", "ivy@a.example", "--print-link")
    assert "/set-password/" not in run_people("invite-again", "ivy@a.example")


def test_who_has_a_password_is_told_where_to_sign_in(run_people, world, other):
    accounts.change_password(other.assessor, password_hash="x", at=MONDAY)

    said = run_people(
        "invite",
        "--provider=10000001",
        "--name=Ivy",
        "--email=assessor@b.example",
        "--role=assessor",
        "--print-link",
    )

    assert "/set-password/" not in said
    assert "They have a password already and sign in at" in said


def test_a_person_is_changed_and_what_is_not_given_stays(run_people, world):
    run_people("change", "line_manager@a.example", "--role=employer", "--role=assessor")
    run_people("change", "line_manager@a.example", "--name=Lou", "--email=lou@a.example")

    row = queries.member(world.people["line_manager"].id)
    assert (row.name, row.email) == ("Lou", "lou@a.example")
    assert row.roles == (Role.ASSESSOR, Role.EMPLOYER)
    assert row.employer == "Employer A"


def test_access_ends_and_comes_back(run_people, world):
    said = run_people("end", "assessor@a.example")

    assert "They stood beside 1 running enrolment: replace them" in said
    assert queries.member(world.people["assessor"].id).ended_at is not None
    assert "is back: assessor" in run_people("bring-back", "assessor@a.example")
    db.session.rollback()
    assert queries.member(world.people["assessor"].id).ended_at is None


def test_an_employer_is_renamed_ended_and_brought_back(run_people, world):
    run_people("change-employer", "employer a", "--name=Kestrel Ltd")
    run_people("end-employer", "Kestrel Ltd")
    assert run_people("employers") == "Kestrel Ltd  (ended)\n"
    run_people("invite", "--name=Ivy", "--email=ivy@a.example", "--role=apprentice")
    assert "Kestrel Ltd has ended" in run_people(*ENROL, exit_code=1)

    run_people("bring-back-employer", "kestrel ltd")
    assert json.loads(run_people("employers", "--json")) == [
        {"name": "Kestrel Ltd", "ended": False}
    ]


def test_a_provider_is_changed_ended_and_brought_back(run_people, world):
    run_people("change-provider", "--name=Wren Training")
    assert "End the running enrolments first: there are 1." in run_people(
        "end-provider", exit_code=1
    )
    run_people("end-enrolment", "9000000016", "--reason=Closed", "--on=2026-03-02")
    run_people("end-provider")
    assert json.loads(run_people("providers", "--json")) == [
        {"ukprn": "10000001", "name": "Wren Training", "ended": True}
    ]

    run_people("bring-back-provider", "--provider=10000001")
    assert run_people("providers") == "10000001  Wren Training\n"


def test_what_is_wrong_is_said_in_one_sentence(run_people, world, other):
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
        assert run_people(*arguments, exit_code=1) == f"{sentence}\n"


def test_every_command_says_what_it_does_and_is_in_the_documentation():
    text = DOCS.read_text(encoding="utf-8")

    for name, command in group.commands.items():
        assert command.help, name
        assert f"people {name}" in text, name
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert option in text, f"{name} {option}"
