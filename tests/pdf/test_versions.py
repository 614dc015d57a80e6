"""What is said about a piece's versions, sittings and pictures, before any of it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kbstrack.pdf.changes import Passage, passages, say_changes
from kbstrack.pdf.pictures import drawn_images, listed_files
from kbstrack.pdf.reviews import reviews, waiting
from kbstrack.pdf.sections import images_of
from kbstrack.portfolio.rules import PortfolioFile
from tests.pdf.samples import (
    MONDAY,
    make_claim,
    make_decision,
    make_document,
    make_picture,
    make_piece,
    make_version,
    rich_portfolio,
)

BOARD = make_picture("board.jpg")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ()),
        ({"title": "Another"}, ("The title is now “Another”.",)),
        ({"kind": "case study"}, ("The kind is now case study.",)),
        (
            {"first_on": date(2026, 2, 17), "last_on": None},
            ("The date is now 17 February 2026.",),
        ),
        ({"description": "One. Two. Three."}, ("Description: 1 sentence added.",)),
        ({"description": "Two."}, ("Description: 1 sentence taken out.",)),
        ({"description": "Two. One."}, ("Description: the order changed.",)),
        ({"claims": (make_claim("K1"),)}, ("Claims added: K1.", "Claims taken out: S1.")),
        ({"claims": (make_claim("S1", locator="page 2"),)}, ("Claims reworded: S1.",)),
        ({"files": (BOARD,)}, ("Files added: board.jpg.",)),
    ],
)
def test_each_change_is_a_sentence(changes: dict[str, object], said: tuple[str, ...]) -> None:
    before = make_version(description="One. Two.", claims=(make_claim("S1"),))
    after = make_version(
        2, **({"description": "One. Two.", "claims": (make_claim("S1"),)} | changes)
    )

    assert say_changes(before, after) == said


def test_passages_are_cut_where_the_next_version_differs() -> None:
    cut = passages("One. Two. Three. Four.", "One.\n\nFour.")

    assert cut == [Passage("One. ", True), Passage("Two. Three. ", False), Passage("Four.", True)]


def test_one_sitting_is_one_review() -> None:
    later = make_decision(decided_at=MONDAY + timedelta(days=9))
    early = make_decision(is_met=False)
    version = make_version(
        claims=(
            make_claim("K1", later),
            make_claim("S1", early),
            make_claim("S2"),
            make_claim("S3", early),
        )
    )

    first, second = reviews(version)

    assert [claim.code for claim in first.claims] == ["S1", "S3"]
    assert [answer.is_yes for answer in first.answers] == [True, True, True, False]
    assert [claim.code for claim in second.claims] == ["K1"]
    assert [claim.code for claim in waiting(version)] == ["S2"]


def test_answers_that_differ_stay_with_their_claims() -> None:
    claims = (make_claim("K1", make_decision()), make_claim("S1", make_decision(is_current=False)))

    (review,) = reviews(make_version(claims=claims))

    assert review.answers == ()


def test_a_picture_is_drawn_once_with_the_last_version_that_has_it() -> None:
    old, brief = make_picture("old.jpg"), make_document()
    first = make_version(1, files=(BOARD, old, brief))
    second = make_version(2, files=(BOARD, brief))
    piece = make_piece(1, first, second)

    assert [picture.file for picture in drawn_images(piece, first)] == [old]
    assert [picture.file for picture in drawn_images(piece, second)] == [BOARD]
    assert listed_files(piece, first) == (BOARD, brief)
    assert listed_files(piece, second) == (brief,)
    assert len(images_of(piece)) == 2


@pytest.mark.parametrize(
    ("width", "height", "drawn"),
    [
        (2400, 1800, (117.33, 88.0)),
        (1800, 2400, (63.0, 84.0)),
        (2400, 100, (130.0, 5.42)),
        (110, 55, (25.4, 12.7)),
        (0, 0, (0.23, 0.23)),
    ],
)
def test_a_picture_fits_its_column_and_is_never_blown_up(
    width: int, height: int, drawn: tuple[float, float]
) -> None:
    file = make_picture("p.jpg", width=max(width, 1), height=max(height, 1))
    version = make_version(files=(_sized(file, width, height),))

    (picture,) = drawn_images(make_piece(1, version), version)

    assert (picture.width_mm, picture.height_mm) == drawn


def _sized(file: PortfolioFile, width: int, height: int) -> PortfolioFile:
    assert file.image is not None
    return replace(file, image=replace(file.image, width=width, height=height))


def test_the_rich_sample_draws_every_picture_once() -> None:
    assert sum(len(images_of(piece)) for piece in rich_portfolio().pieces) == 4
