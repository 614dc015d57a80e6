"""Record and ledger of a real enrolment tell the same, whatever happened in it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask

from kbstrack.access import OPERATOR
from kbstrack.canonical import canonical_json
from kbstrack.errors import RuleBroken
from kbstrack.ledger import queries
from kbstrack.portfolio.service import build_portfolio
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from kbstrack.portfolio.spelling import read_record as spelt
from kbstrack.sealing.agreeing import disagreement, read_record, told_by
from kbstrack.sealing.extract import read_extract, write_extract
from tests.builders import FRIDAY
from tests.record.full import make_full
from tests.sealing.issues import ISSUE


@pytest.fixture
def full(app: Flask) -> tuple[bytes, bytes]:
    """`record.json` and `ledger.json` of an enrolment in which everything happened once."""
    enrolment_id = make_full().enrolment_id
    portfolio = replace(build_portfolio(OPERATOR, enrolment_id, at=FRIDAY), issue=ISSUE)
    ledger = write_extract(enrolment_id, queries.entries(enrolment_id), withheld={"sample"})
    return record_file(portfolio), ledger


def test_they_agree_after_changes_withdrawals_reopenings_and_renewals(full):
    record, ledger = read_record(full[0]), read_extract(full[1])

    assert disagreement(record.told, told_by(ledger)) is None
    assert record.ledger == ledger.head
    assert record.told.decisions.total() > 3
    assert record.told.sign_offs.total() > 1
    assert any(is_taken_back for *_, is_taken_back in record.told.decisions)
    assert any(is_taken_back for *_, is_taken_back in record.told.sign_offs)


def test_the_hash_of_the_portfolio_is_the_one_it_was_frozen_with(full):
    assert read_record(full[0]).portfolio_sha256 == portfolio_sha256(spelt(full[0]))


def changed(content, change):
    said = json.loads(content)
    change(said["portfolio"])
    return canonical_json(said)


def first_decision(portfolio):
    return next(
        claim["decision"]
        for piece in portfolio["pieces"]
        for version in piece["versions"]
        for claim in version["claims"]
        if claim["decision"]
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda said: first_decision(said).update(is_met=False), "has a decision that is not in"),
        (lambda said: first_decision(said).update(decided_at="2026-01-01T09:00:00Z"), "decision"),
        (lambda said: said["pieces"].pop(), "The ledger has a version that is not in record.json"),
        (
            lambda said: [ksb["sign_offs"].clear() for ksb in said["ksbs"]],
            "The ledger has a sign-off that is not in record.json",
        ),
        (
            lambda said: [
                given.update(reopening=None) for ksb in said["ksbs"] for given in ksb["sign_offs"]
            ],
            "has a sign-off that is not in the ledger",
        ),
    ],
)
def test_what_only_one_of_them_tells_shows(full, change, sentence):
    record, ledger = read_record(changed(full[0], change)), read_extract(full[1])

    assert sentence in disagreement(record.told, told_by(ledger))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"format":"kbstrack-record-1","portfolio":[]}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_record_is_refused_in_a_sentence(content):
    with pytest.raises(RuleBroken, match="none of kbstrack's"):
        read_record(content)


def test_a_record_that_is_written_otherwise_is_refused(full):
    with pytest.raises(RuleBroken, match="none of kbstrack's"):
        read_record(json.dumps(json.loads(full[0]), indent=1).encode())
