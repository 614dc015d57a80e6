"""One flipped bit, anywhere in an issue's PDF, is noticed."""

from __future__ import annotations

import io
import random

import pytest

from kbstrack.record.keys import public_keys
from kbstrack.sealing.certificate import own_certificate
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import Mark, NotChecked
from kbstrack.sealing.signature import BadSignature, NotSigned, read_signature
from kbstrack.sealing.signing import sign_pdf
from tests.sealing.certificates import AT, served, stamping

pytestmark = pytest.mark.slow

SEED = 20261130


@pytest.fixture(scope="module")
def stamped(issue):
    """The issue with a time stamp, whose certificates nothing else signs."""
    with served(stamping()) as url:
        return sign_pdf(
            issue.unsigned, own_certificate(issue.home, AT), issue.seal, at=AT, timestamp_url=url
        )


def flipped(content, place, bit):
    changed = bytearray(content)
    changed[place] ^= bit
    return bytes(changed)


def is_unsound(content, key):
    """Whether the signature by itself, with its seal, does not hold."""
    try:
        found = read_signature(io.BytesIO(content))
    except (NotSigned, BadSignature):
        return True
    return not key.has_signed(found.seal, found.sealed)


def is_noticed(content):
    try:
        findings = check_pdf(io.BytesIO(content), None).findings
    except NotChecked:
        return True
    return any(each.mark is Mark.WRONG for each in findings)


def test_every_digit_of_the_signature_counts(issue):
    key = public_keys(issue.home).keys[-1]
    covers = read_signature(io.BytesIO(issue.signed)).covers

    assert not is_unsound(issue.signed, key)
    for place in range(covers.start, covers.end):
        # The second one makes small letters of capital ones, which read the same.
        for bit in (1, 32) if issue.signed[place : place + 1] != b"0" else (1,):
            assert is_unsound(flipped(issue.signed, place, bit), key), (place, bit)


def test_every_digit_of_a_time_stamp_counts_too(issue, stamped):
    key = public_keys(issue.home).keys[-1]
    covers = read_signature(io.BytesIO(stamped)).covers
    written = stamped[covers.start : covers.end].rstrip(b"0>")
    places = random.Random(SEED).sample(range(len(written)), 1000)

    assert not is_unsound(stamped, key)
    for place in (covers.start + each for each in places):
        for bit in (1, 32):
            assert is_unsound(flipped(stamped, place, bit), key), (place, bit)


def test_every_byte_around_the_signature_is_noticed(issue):
    covers = read_signature(io.BytesIO(issue.signed)).covers
    around = (
        *range(len(issue.unsigned) - 60, covers.start + 2),
        *range(covers.end - 2, len(issue.signed)),
    )

    assert [place for place in around if not is_noticed(flipped(issue.signed, place, 1))] == []


def test_a_byte_anywhere_else_is_noticed(issue):
    sample = random.Random(SEED)
    places = sample.sample(range(len(issue.signed)), 400)

    for place in places:
        bit = 1 << sample.randrange(8)
        assert is_noticed(flipped(issue.signed, place, bit)), (place, bit)
