"""The child process: the same bytes everywhere, limits, and refusing what is not whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from weasyprint.urls import FatalURLFetchingError

from kbstrack.errors import KbstrackError
from kbstrack.pdf.as_pdf import Limits, as_pdf, prepare
from kbstrack.pdf.as_pdf import draw as draw_with_limits
from kbstrack.pdf.fetcher import LockedFetcher
from kbstrack.pdf.fonts import font_files
from kbstrack.pdf.papers import Papers
from kbstrack.pdf.sections import sections
from kbstrack.pdf.workforce import Workforce
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.spelling import portfolio_sha256
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    MONDAY,
    make_picture,
    make_piece,
    make_portfolio,
    make_version,
    read_picture,
    rich_portfolio,
)

ROOT = Path(__file__).parents[2]
ELSEWHERE = """
import hashlib
from tests.pdf.samples import read_picture, rich_portfolio
from kbstrack.pdf.as_pdf import as_pdf
print(hashlib.sha256(as_pdf(rich_portfolio(), read_picture)).hexdigest())
"""


@pytest.mark.slow
def test_equal_portfolios_give_equal_bytes_in_another_process(rich: Paper, tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "1",
    }

    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == hashlib.sha256(rich.content).hexdigest()


def test_another_date_of_issue_gives_another_document() -> None:
    early = make_portfolio()
    late = replace(early, issued_on=early.issued_on + timedelta(days=1))

    assert portfolio_sha256(early) != portfolio_sha256(late)
    assert sections(early, Papers()) == sections(make_portfolio(), Papers())
    assert sections(early, Papers()) != sections(late, Papers())


def test_only_bundled_fonts_are_in_it_and_all_are_embedded(rich: Paper) -> None:
    bundled = {path.stem.replace("-", "").replace("Regular", "") for path in font_files()}

    assert rich.fonts()
    for name, is_embedded in rich.fonts():
        assert name.replace("-", "") in bundled
        assert is_embedded


def test_a_damaged_picture_stops_it(tmp_path: Path) -> None:
    portfolio = make_portfolio(make_piece(1, make_version(files=(make_picture(),))))

    with pytest.raises(KbstrackError, match=r"is damaged[.] Restore it from a backup"):
        as_pdf(portfolio, lambda sha256: read_picture(sha256)[:-1])


@pytest.mark.slow
def test_a_picture_that_cannot_be_drawn_is_not_left_out_silently() -> None:
    content = b"\xff\xd8 not a picture"
    sha256 = hashlib.sha256(content).hexdigest()
    file = make_picture()
    assert file.image is not None
    broken = replace(file, image=replace(file.image, sha256=sha256))
    portfolio = make_portfolio(make_piece(1, make_version(files=(broken,))))

    with pytest.raises(KbstrackError, match="0 of 1 pictures are in it"):
        as_pdf(portfolio, lambda _: content)


def test_a_warning_of_the_drawing_library_is_reported(tmp_path: Path) -> None:
    answer = _drawn(tmp_path, "<style>p { colour: red }</style><p>Text</p>")

    assert answer["problem"] is None
    assert len(answer["warnings"]) == 1
    assert "colour" in answer["warnings"][0]


def test_an_address_that_is_not_its_own_stops_it(tmp_path: Path) -> None:
    answer = _drawn(tmp_path, '<img src="file:///etc/passwd" alt="x">')

    assert answer["problem"] == "the document may not fetch 'file' addresses"


def _drawn(directory: Path, body: str) -> dict[str, Any]:
    """What a child answers that draws this as a section."""
    prepare(directory, Limits())
    html = f'<!doctype html><html lang="en-GB"><body>{body}</body></html>'
    (directory / "one.html").write_text(html, encoding="utf-8")
    order = {"do": "draw", "file": "one", "section": "one", "is_tagged": True}
    with Workforce(directory, most=1, seconds=60) as workforce:
        return workforce.ask(order | {"images": {}, "image_count": 0, "pages": {}})


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "kbstrack-image:" + "0" * 64,
        "kbstrack-image:" + "0" * 64 + "@100",
        "kbstrack-page:part:../cover",
        "kbstrack-mark:../print",
        "kbstrack-mark:/etc/passwd",
        "relative.png",
    ],
)
def test_no_address_but_its_own_pictures_is_fetched(address: str) -> None:
    fetcher = LockedFetcher({})

    with pytest.raises(FatalURLFetchingError):
        fetcher(address)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_too_little_memory_is_said_in_a_sentence() -> None:
    with pytest.raises(KbstrackError, match="could not be"):
        draw_with_limits(make_portfolio(), read_picture, Limits(memory_bytes=150_000_000))


def test_too_little_time_is_said_in_a_sentence() -> None:
    with pytest.raises(KbstrackError, match=r"longer than 0[.]01 seconds"):
        draw_with_limits(make_portfolio(), read_picture, Limits(seconds=0.01))


@pytest.mark.slow
def test_drawing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    as_pdf(rich_portfolio(), read_picture)

    assert not list(tmp_path.iterdir())


def test_importing_it_does_not_load_the_drawing_library() -> None:
    code = "import sys, kbstrack.pdf.as_pdf; print('weasyprint' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.strip() == "False"


@pytest.mark.slow
def test_a_hundred_pieces_are_all_in_it(draw: Callable[[Portfolio], Paper]) -> None:
    pieces = [
        make_piece(number, make_version(title=f"Piece number {number}", submitted_at=MONDAY))
        for number in range(1, 101)
    ]

    paper = draw(make_portfolio(*pieces))

    places = paper.destinations()
    for number in range(1, 101):
        assert f"Piece number {number}" in paper.texts[places[f"piece-{number}"] - 1]
