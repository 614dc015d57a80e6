"""What `kbstrack.bundle` writes of an issue is what `kbstrack verify` asks for, bit by bit."""

from __future__ import annotations

import hashlib
import io
import random

import pytest

from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.making import plan_bundle, stream_part
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from kbstrack.record import keys
from kbstrack.sealing.checking_bundle import check_bundle
from kbstrack.sealing.findings import Mark, NotChecked
from kbstrack.storage.local import Store
from tests.pdf.samples import read_picture
from tests.sealing.certificates import AT
from tests.sealing.issues import make_issue_of, name_in, small_portfolio

pytestmark = pytest.mark.slow

SEED = 20261130


@pytest.fixture(scope="module")
def bundles(issue, tmp_path_factory):
    """The bundle in both layouts, and in small parts."""
    store = Store(tmp_path_factory.mktemp("store") / "files")
    made = make_issue_of(small_portfolio())
    known = keys.public_keys(issue.home)

    def keep(content):
        return store.put(io.BytesIO(content), most_bytes=len(content))

    for piece in made.portfolio.pieces:
        for version in piece.versions:
            for file in version.files:
                keep(read_picture(file.sha256))
    frozen = FrozenIssue(
        name_in(known.instance),
        made.portfolio,
        portfolio_sha256(made.portfolio),
        keep(issue.signed),
        keep(record_file(made.portfolio)),
        keep(made.ledger),
    )

    def planned(layout, **limit):
        parts = plan_bundle(
            frozen, layout, originals=store, key=known.keys[-1], sign=issue.seal, **limit
        )
        return [b"".join(stream_part(part, store)) for part in parts]

    return {layout: planned(layout)[0] for layout in Layout}


def problems(content, known=None):
    found = check_bundle(io.BytesIO(content), known)
    return [each.sentence for each in found if each.mark is Mark.WRONG]


@pytest.mark.parametrize("layout", list(Layout))
def test_a_bundle_is_as_it_was_issued(issue, bundles, layout):
    known = keys.public_keys(issue.home)
    found = check_bundle(io.BytesIO(bundles[layout]), known)

    assert [each.sentence for each in found if each.mark is Mark.WRONG] == []
    assert found[-1].sentence == "The bundle is of the same issue as portfolio.pdf."


def test_a_flipped_bit_anywhere_in_it_is_noticed(bundles):
    content = bundles[Layout.PLAIN]
    sample = random.Random(SEED)
    listing = content.index(b"PK\x01\x02")
    places = [*sample.sample(range(len(content)), 40), *range(listing, len(content), 29)]

    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << sample.randrange(8)
        try:
            assert problems(bytes(changed)), place
        except NotChecked:
            continue


def test_the_pdf_inside_is_the_one_that_was_signed(issue, bundles):
    assert hashlib.sha256(issue.signed).hexdigest().encode() in bundles[Layout.PLAIN]
    assert issue.signed in bundles[Layout.PLAIN]
    assert AT.isoformat()[:10].encode() in bundles[Layout.PLAIN]
