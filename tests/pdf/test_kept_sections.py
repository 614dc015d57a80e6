"""Sections are drawn once and kept: the second document costs only what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kbstrack.pdf.as_pdf import Drawing, Limits, draw
from kbstrack.pdf.papers import Papers
from kbstrack.pdf.sections import sections
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore
from tests.pdf.paper import Paper
from tests.pdf.samples import read_picture, rich_portfolio

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> DerivedStore:
    """Nothing is kept yet."""
    return DerivedStore(tmp_path / "derived")


def drawn(portfolio: Portfolio, store: DerivedStore | None, processes: int = 2) -> Drawing:
    """The document, without a word of complaint."""
    drawing = draw(portfolio, read_picture, Limits(processes=processes), store=store)
    assert drawing.warnings == ()
    return drawing


def longer(portfolio: Portfolio) -> Portfolio:
    """The same with another page in the second piece."""
    before, piece, *after = portfolio.pieces
    latest = replace(piece.latest, description=piece.latest.description + "\n\nAnd more." * 70)
    changed = replace(piece, versions=(*piece.versions[:-1], latest))
    return replace(portfolio, pieces=(before, changed, *after))


def test_bytes_are_equal_whether_kept_or_drawn_by_one_process_or_several(
    rich: Paper, store: DerivedStore
) -> None:
    first = drawn(rich_portfolio(), store)
    kept = drawn(rich_portfolio(), store)
    alone = drawn(rich_portfolio(), None, processes=1)

    assert first.pdf == kept.pdf == alone.pdf == rich.content
    assert (first.kept, kept.drawn) == (0, 0)
    assert first.drawn == kept.kept == len(sections(rich_portfolio(), Papers()))


def test_only_the_piece_that_changed_and_what_prints_the_records_hash_are_drawn_anew(
    store: DerivedStore, tmp_path: Path
) -> None:
    before = drawn(rich_portfolio(), store)
    changed = longer(rich_portfolio())

    after = drawn(changed, store)

    # The summary and the page about checking print the record's hash.
    assert after.drawn == 3
    assert after.pages > before.pages
    assert after.pdf == drawn(changed, None).pdf
    paper = Paper(after.pdf, tmp_path)
    place = paper.destinations()["piece-3"]
    assert "Two references" in paper.texts[place - 1]
    assert f"E3 Two references that did not agree {place}" in paper.lines(2)


def test_another_day_of_issue_leaves_every_piece_as_it_is(store: DerivedStore) -> None:
    portfolio = rich_portfolio()
    drawn(portfolio, store)

    later = drawn(replace(portfolio, issued_on=portfolio.issued_on + timedelta(days=1)), store)

    # The cover, the timeline and the line at the foot of all pages say the day; the summary and
    # the page about checking print the record's hash, which is of the day, too.
    assert later.drawn == 5


def test_a_kept_section_that_was_damaged_is_drawn_anew(store: DerivedStore) -> None:
    first = drawn(rich_portfolio(), store)
    for path in store.root.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] + b"?")

    second = drawn(rich_portfolio(), store)

    assert second.kept == 0
    assert second.pdf == first.pdf


def test_progress_is_told_from_nothing_to_everything(store: DerivedStore) -> None:
    told: list[tuple[int, int]] = []

    draw(
        rich_portfolio(),
        read_picture,
        store=store,
        progress=lambda done, total: told.append((done, total)),
    )

    total = len(sections(rich_portfolio(), Papers()))
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert told == sorted(told)
