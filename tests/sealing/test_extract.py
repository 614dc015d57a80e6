"""The extract of a ledger can be checked by itself, and says nothing that it withholds."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kbstrack.canonical import canonical_json
from kbstrack.errors import RuleBroken
from kbstrack.ledger.rules import FIRST_PREVIOUS, Entry, entry_hash
from kbstrack.sealing.extract import extract_problem, read_extract, write_extract

ENROLMENT = uuid.UUID(int=7)


def chain(*whats: str) -> list[Entry]:
    found, previous = [], FIRST_PREVIOUS
    for number, what in enumerate(whats, 1):
        entry = Entry(
            enrolment_id=ENROLMENT,
            sequence=number,
            what=what,
            subject_id=uuid.UUID(int=number),
            facts='{"code":"K1"}',
            texts_hash="a" * 64,
            side_hash="b" * 64,
            by_id=None,
            role="assessor",
            at=datetime(2026, 3, number, 9, tzinfo=UTC),
            previous_hash=previous,
            hash="",
        )
        found.append(replace(entry, hash=entry_hash(entry)))
        previous = found[-1].hash
    return found


def written() -> bytes:
    rows = chain("enrolment", "submission", "sample", "decision")
    return write_extract(ENROLMENT, rows, withheld={"sample"})


def test_a_whole_chain_holds_and_names_its_head():
    found = read_extract(written())

    assert extract_problem(found) is None
    assert found.head == (4, chain("enrolment", "submission", "sample", "decision")[-1].hash)


def test_of_a_withheld_entry_there_are_only_its_number_and_hashes():
    third = json.loads(written())["entries"][2]

    assert sorted(third) == ["hash", "previous", "sequence"]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_an_entry_that_is_left_out_shows(missing):
    said = json.loads(written())
    del said["entries"][missing]

    assert "does not follow" in extract_problem(read_extract(canonical_json(said)))


def test_a_changed_entry_shows():
    said = json.loads(written())
    said["entries"][1]["facts"] = '{"code":"K2"}'

    assert extract_problem(read_extract(canonical_json(said))) == (
        "what entry 2 (submission) says is not what was hashed."
    )


@pytest.mark.parametrize("content", [b"", b"{}", b'{"entries":[1],"enrolment":"x"}'])
def test_what_is_no_extract_is_refused_in_a_sentence(content):
    with pytest.raises(RuleBroken, match="none of kbstrack's"):
        read_extract(content)
