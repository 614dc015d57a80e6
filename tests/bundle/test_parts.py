"""A bundle over the limit comes in parts, each of which is whole by itself."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbstrack.bundle.issued import Layout
from kbstrack.errors import RuleBroken
from kbstrack.sealing.manifest import read_manifest
from tests.bundle.bundles import piece_with, portfolio_with, sha256, unpacked

KB = 1000


def noise(size_bytes: int) -> bytes:
    """Bytes that cannot be made smaller, others for every size."""
    return random.Random(size_bytes).randbytes(size_bytes)


def folders_of(files: dict[str, bytes]) -> set[str]:
    return {name.split("/")[0] for name in files if "/" in name}


def test_parts_are_named_and_each_is_whole_by_itself(shelf):
    pieces = [piece_with(n, shelf.file("a.pdf", noise(60 * KB + n))) for n in range(1, 6)]
    parts = shelf.plan(shelf.freeze(portfolio_with(*pieces)), most_bytes=150 * KB)

    root = "Portfolio ST0321 Amara Nwosu-Bell 9000000016 issue 1"
    assert [part.name for part in parts] == [f"{root} part {n} of 3.zip" for n in (1, 2, 3)]
    for number, (part, content) in enumerate(zip(parts, shelf.zips(parts), strict=True), start=1):
        files = unpacked(content)
        assert len(content) == part.size_bytes <= 150 * KB
        found = read_manifest(files["manifest.json"])
        assert found.is_signed
        assert (found.manifest.part, found.manifest.parts) == (number, 3)
        assert {(file.name, file.sha256) for file in found.manifest.files} == {
            (name, sha256(held)) for name, held in files.items() if name != "manifest.json"
        }
        assert f"This is part {number} of 3.".encode() in files["README.txt"]
        assert ("portfolio.pdf" in files) == (number == 1)


def test_pieces_stay_in_order_and_their_files_together(shelf):
    sizes = {1: [40], 2: [50, 51], 3: [42], 4: [30, 31, 32]}
    pieces = [
        piece_with(number, *(shelf.file("a.pdf", noise(size * KB)) for size in of_piece))
        for number, of_piece in sizes.items()
    ]

    parts = shelf.plan(shelf.freeze(portfolio_with(*pieces)), most_bytes=165 * KB)

    found = [folders_of(unpacked(content)) for content in shelf.zips(parts)]
    assert found == [{"E1-Calls"}, {"E2-Calls", "E3-Calls"}, {"E4-Calls"}]


def test_a_piece_that_no_part_can_hold_is_shared_out_by_its_files(shelf):
    piece = piece_with(7, *(shelf.file("a.pdf", noise(50 * KB + n)) for n in range(5)))

    parts = shelf.plan(shelf.freeze(portfolio_with(piece)), most_bytes=150 * KB)

    zips = [unpacked(content) for content in shelf.zips(parts)]
    assert [sum("/" in name for name in files) for files in zips] == [1, 2, 2]
    assert len({name for files in zips for name in files if "/" in name}) == 5
    assert b"E7-Calls/, 5 files, in parts 1 to 3" in zips[0]["README.txt"]


def test_a_file_larger_than_a_part_is_named_before_anything_is_made(shelf):
    issue = shelf.freeze(
        portfolio_with(
            piece_with(3, shelf.file("film.mp4", noise(300 * KB), "video/mp4")),
            piece_with(4, shelf.file("talk.mp3", noise(400 * KB), "audio/mpeg")),
        )
    )

    with pytest.raises(RuleBroken) as refusal:
        shelf.plan(issue, most_bytes=250 * KB)

    assert refusal.value.sentences == (
        "The file film.mp4 of E3 has 300 KB, and a part may have 250 KB with all that goes with "
        "it. Allow larger parts: a file is never cut.",
        "The file talk.mp3 of E4 has 400 KB, and a part may have 250 KB with all that goes with "
        "it. Allow larger parts: a file is never cut.",
    )


def test_a_limit_that_not_even_the_pdf_fits_in_is_refused(shelf):
    issue = shelf.freeze(portfolio_with(), pdf=noise(90 * KB))

    with pytest.raises(RuleBroken, match="The portfolio’s PDF and its record take"):
        shelf.plan(issue, most_bytes=90 * KB)


def test_more_parts_than_anybody_handles_are_refused(shelf):
    piece = piece_with(1, *(shelf.file("a.pdf", noise(90 * KB + n)) for n in range(100)))

    with pytest.raises(RuleBroken, match="101 parts, and 99 is the most"):
        shelf.plan(shelf.freeze(portfolio_with(piece)), most_bytes=170 * KB)


@pytest.mark.parametrize(("size_bytes", "count"), [(1 * KB, 300), (49_200, 12)])
def test_parts_filled_to_the_brim_have_room_for_what_each_has_of_its_own(shelf, size_bytes, count):
    piece = piece_with(1, *(shelf.file("a.pdf", noise(size_bytes + n)) for n in range(count)))

    parts = shelf.plan(shelf.freeze(portfolio_with(piece)), most_bytes=150 * KB)

    assert len(parts) > 3
    assert max(part.size_bytes for part in parts) <= 150 * KB


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.lists(st.integers(1, 60 * KB), max_size=4), max_size=8),
    st.integers(150 * KB, 300 * KB),
    st.sampled_from(Layout),
)
def test_no_part_is_over_the_limit_and_nothing_is_lost(shelf, sizes, most_bytes, layout):
    pieces = [
        piece_with(number, *(shelf.file("ä.txt", noise(size), "text/plain") for size in of_piece))
        for number, of_piece in enumerate(sizes, start=1)
    ]
    parts = shelf.plan(shelf.freeze(portfolio_with(*pieces)), layout, most_bytes)

    zips = shelf.zips(parts)

    assert [len(content) for content in zips] == [part.size_bytes for part in parts]
    assert max(len(content) for content in zips) <= most_bytes
    kept = sorted(
        len(held)
        for content in zips
        for name, held in unpacked(content).items()
        if name.endswith(".txt") and "README" not in name
    )
    assert kept == sorted(size for of_piece in sizes for size in set(of_piece))
