"""What is in a class's ZIP, and what its job keeps between two turns: plain values."""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import date

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio.class_files import entries
from kbstrack.portfolio.class_parts import (
    MOST,
    ClassParts,
    MadePart,
    as_result,
    check_how_many,
    parts_of,
)
from tests.builders import PLANNED_END, START

ANN, BOB, CAI = (uuid.UUID(int=number) for number in (1, 2, 3))
PART = MadePart(
    size_bytes=12_345,
    crc32=99,
    pages=41,
    met_count=12,
    ksb_count=35,
    issued_on=date(2026, 11, 30),
    not_shown=("E2, plan.pdf: it has a password", "E3, x.pdf: page 4"),
)


def row(id_, name, uln="9000000016"):
    nothing = dict.fromkeys(EnrolmentRow.__dataclass_fields__)
    return EnrolmentRow(
        **nothing
        | {
            "id": id_,
            "apprentice": name,
            "uln": uln,
            "standard_reference": "ST0321",
            "standard_version": "1.0",
            "employer": "Kestrel",
            "assessor": "Sam",
            "start_on": START,
            "planned_end_on": PLANNED_END,
        }
    )


def files(rows, parts, folder):
    return {entry.name: entry for entry in entries(rows, parts, folder)}


def index(found):
    return list(csv.DictReader(io.StringIO(found["index.csv"].content.decode("utf-8-sig"))))


def test_every_portfolio_has_a_name_that_says_whose_it_is_and_none_is_there_twice(tmp_path):
    rows = [row(ANN, "Amara Nwosu-Bell"), row(BOB, "AMARA Nwosu-Bell"), row(CAI, "Cai: / Li")]
    parts = ClassParts(dict.fromkeys((ANN, BOB, CAI), PART), {})

    found = files(rows, parts, tmp_path)

    assert list(found) == [
        "index.csv",
        "Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-30.pdf",
        "Portfolio-AMARA-Nwosu-Bell-ST0321-2026-11-30 (2).pdf",
        "Portfolio-Cai_-Li-ST0321-2026-11-30.pdf",
    ]
    pdf = found["Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-30.pdf"]
    assert (pdf.content, pdf.size_bytes) == (tmp_path / f"{ANN}.pdf", 12_345)


def test_the_index_says_who_how_much_where_and_what_is_not_printed(tmp_path):
    parts = ClassParts({ANN: PART}, {BOB: "The stored file is damaged."})
    rows = [row(ANN, "Amara Nwosu-Bell"), row(BOB, "=cmd()", uln="9000000024")]

    ann, bob = index(files(rows, parts, tmp_path))

    assert ann == {
        "Apprentice": "Amara Nwosu-Bell",
        "ULN": "9000000016",
        "Standard": "ST0321",
        "Version": "1.0",
        "Employer": "Kestrel",
        "Assessor": "Sam",
        "KSBs met": "12",
        "KSBs in all": "35",
        "Pages": "41",
        "Record of": "2026-11-30",
        "File": "Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-30.pdf",
        "Not printed": "E2, plan.pdf: it has a password; E3, x.pdf: page 4",
        "Not made": "",
    }
    assert (bob["Apprentice"], bob["File"], bob["Pages"]) == ("'=cmd()", "", "")
    assert bob["Not made"] == "The stored file is damaged."


def test_what_could_not_be_made_is_named_with_its_reason_and_only_then(tmp_path):
    rows = [row(ANN, "Ann"), row(BOB, "Bob", uln="9000000024")]
    whole = ClassParts(dict.fromkeys((ANN, BOB), PART), {})
    found = files(rows, ClassParts({ANN: PART}, {BOB: "It is damaged."}), tmp_path)

    assert "not-made.txt" not in files(rows, whole, tmp_path)
    said = found["not-made.txt"].content.decode()
    assert "1 portfolio of 2 could not be made." in said
    assert "Bob, ULN 9000000024, ST0321 version 1.0:\r\nIt is damaged.\r\n" in said
    assert "Ann" not in said


def test_a_job_keeps_what_it_has_as_json_without_names():
    parts = ClassParts({ANN: PART}, {BOB: "It is damaged."})

    kept = json.loads(json.dumps(as_result(parts)))

    assert parts_of(kept) == parts
    assert parts_of({}) == ClassParts({}, {})


def test_what_is_missing_is_found_in_the_order_that_was_asked_for():
    parts = ClassParts({}, {}).with_made(BOB, PART)

    assert parts.missing([CAI, BOB, ANN]) == [CAI, ANN]
    assert parts.with_failed(CAI, "No.").missing([CAI, BOB, ANN]) == [ANN]
    assert parts.with_failed(CAI, "No.").size_bytes == PART.size_bytes


@pytest.mark.parametrize(("count", "said"), [(0, "at least one"), (MOST + 1, "501 portfolios")])
def test_none_and_too_many_are_refused(count, said):
    with pytest.raises(RuleBroken, match=said):
        check_how_many(count)


@pytest.mark.parametrize("count", [1, MOST])
def test_one_and_the_most_are_taken(count):
    check_how_many(count)
