"""A manifest says what belongs to an issue, in one way of writing, signed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.record import keys
from kbstrack.sealing.manifest import (
    PORTFOLIO,
    IssueName,
    Listed,
    Manifest,
    read_manifest,
    write_manifest,
)

MANIFEST = Manifest(
    holds=PORTFOLIO,
    issue=IssueName(
        "an-instance",
        "Harbour Training",
        "an-enrolment",
        2,
        "interim",
        "7K2M-9QWX-4TRB",
        "2026-11-30T09:00:00.000000+00:00",
    ),
    portfolio_sha256="a" * 64,
    ledger=(12, "b" * 64),
    files=(Listed("E1 plan.docx", "c" * 64, 12), Listed("record.json", "d" * 64, 3_000)),
)


@pytest.fixture
def written(tmp_path):
    known = keys.ensure_key(tmp_path, datetime(2026, 11, 30, tzinfo=UTC))
    return write_manifest(MANIFEST, known.keys[-1], lambda said: keys.sign(tmp_path, said))


def test_what_was_written_is_read_again_and_its_signature_holds(written):
    found = read_manifest(written)

    assert found.manifest == MANIFEST
    assert found.is_signed


def test_a_flipped_bit_anywhere_shows(written):
    for place in range(len(written)):
        for bit in (1, 32):
            changed = bytearray(written)
            changed[place] ^= bit
            try:
                found = read_manifest(bytes(changed))
            except RuleBroken:
                continue
            assert not found.is_signed, (place, bit)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"signature":1}', b"[" * 100_000]
)
def test_what_is_no_manifest_is_refused_in_a_sentence(content):
    with pytest.raises(RuleBroken, match="no manifest of kbstrack"):
        read_manifest(content)
