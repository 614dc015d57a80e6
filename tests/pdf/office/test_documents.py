"""The office documents of a portfolio: each made once and kept, and what failed kept too."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kbstrack.errors import KbstrackError
from kbstrack.pdf.looked import look_into
from kbstrack.pdf.office import converting, documents
from kbstrack.pdf.office.converting import Limits
from kbstrack.pdf.office.documents import Documents, OfficeWish
from kbstrack.pdf.office.program import OfficeSetting
from kbstrack.portfolio.rules import Portfolio, PortfolioFile
from kbstrack.storage.derived import DerivedStore
from tests.pdf.office.made import NAME, NOON, WELL, make_office, stand_in, starts, wish
from tests.pdf.samples import make_document, make_piece, make_portfolio, make_version, read_picture

REPORT, PLAN = make_office("report.docx"), make_office("plan.docx")


def portfolio(*files: PortfolioFile) -> Portfolio:
    """A portfolio with one piece that has these files."""
    return make_portfolio(make_piece(1, make_version(files=files or (REPORT,))))


class Desk:
    """A folder with a store, where the documents of portfolios are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = DerivedStore(folder / "derived")
        self.program = stand_in(folder / "own")

    def made(
        self, found: Portfolio, at: datetime = NOON, limits: Limits | None = None
    ) -> Documents:
        """Its documents, made or kept."""
        result = Documents(found, wish(self.program, at), self.store)
        result.look(self.folder)
        result.make(self.folder, read_picture, lambda _: None, limits)
        return result

    def problems(self, *args, **kwargs) -> list[str]:
        """What is said of each that failed."""
        failed = self.made(*args, **kwargs).failed.values()
        return [problem for file in failed for problem in file.problems]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a program that behaves."""
    return Desk(tmp_path)


def test_each_document_is_made_once_and_kept(desk: Desk):
    first = desk.made(portfolio(REPORT, PLAN, REPORT))
    again = desk.made(portfolio(PLAN, REPORT))

    assert len(starts(desk.program)) == 2
    assert first.made == again.made
    assert {one.maker for one in first.made.values()} == {NAME}
    for one in first.made.values():
        assert first.paths[one.key].read_bytes() == again.paths[one.key].read_bytes()
    assert not first.failed


def test_other_files_are_left_alone_and_nothing_is_made_unasked(desk: Desk, tmp_path: Path):
    assert desk.made(portfolio(make_document("brief.pdf"))).made == {}

    unasked = Documents(portfolio(), None, desk.store)

    assert (unasked.look(tmp_path), unasked.made) == (0, {})
    assert starts(desk.program) == []


def test_another_version_of_the_program_makes_them_anew(desk: Desk):
    before = desk.made(portfolio())

    stand_in(desk.program.parent, version="StandIn 10.0 of another length")
    after = desk.made(portfolio())

    assert len(starts(desk.program)) == 2
    assert before.made.keys() == after.made.keys()
    assert before.paths.keys() != after.paths.keys()


def test_a_document_that_fails_is_not_tried_again(desk: Desk):
    stand_in(desk.program.parent, "exit 0")

    for days in (0, 400):
        later = NOON + timedelta(days=days)
        assert desk.problems(portfolio(), later) == [converting.NOT_MADE]

    assert len(starts(desk.program)) == 1


@pytest.mark.slow
def test_what_took_too_long_is_tried_again_after_a_day(desk: Desk):
    stand_in(desk.program.parent, "exec sleep 600")
    quick = Limits(wall_seconds=3)
    assert desk.problems(portfolio(), limits=quick) == [converting.TOO_MUCH]
    stand_in(desk.program.parent, WELL)

    hours = [desk.problems(portfolio(), NOON + timedelta(hours=number)) for number in (23, 24)]

    assert hours == [[converting.TOO_MUCH], []]


def test_what_no_time_is_left_for_comes_next_time(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documents, "MOST_SECONDS", -1.0)
    assert desk.problems(portfolio(REPORT, PLAN)) == [documents.NO_TIME] * 2
    monkeypatch.undo()

    assert desk.problems(portfolio(REPORT, PLAN)) == []


def test_a_program_that_is_not_there_is_said_of_every_document_and_not_kept(desk: Desk):
    desk.program.chmod(0o644)
    assert desk.problems(portfolio(REPORT, PLAN)) == [documents.NOT_STARTED] * 2

    desk.program.chmod(0o755)

    assert desk.problems(portfolio(REPORT, PLAN)) == []


def test_bytes_of_ours_that_are_damaged_are_the_one_thing_that_stops_it(desk: Desk, tmp_path):
    def damaged(_sha256: str) -> bytes:
        raise KbstrackError("damaged")

    result = Documents(portfolio(), wish(desk.program), desk.store)
    result.look(tmp_path)

    with pytest.raises(KbstrackError, match="damaged"):
        result.make(tmp_path, damaged, lambda _: None)


def test_before_anything_is_drawn_only_what_is_kept_is_known(desk: Desk):
    found = portfolio(REPORT, PLAN)

    def look(at: OfficeWish | None):
        known = look_into(found, desk.store, read_picture, at)
        return known.not_shown, known.unknown_count

    assert look(None) == ((), 0)
    assert look(wish(desk.program)) == ((), 2)
    stand_in(desk.program.parent, "exit 0")
    desk.made(portfolio(REPORT))
    assert look(wish(desk.program)) == ((f"E1, report.docx: {converting.NOT_MADE}",), 1)
    nowhere = OfficeWish(OfficeSetting(str(desk.folder / "none"), is_confined=False), NOON)
    assert look(nowhere) == (
        (
            f"E1, report.docx: {documents.NOT_STARTED}",
            f"E1, plan.docx: {documents.NOT_STARTED}",
        ),
        0,
    )
