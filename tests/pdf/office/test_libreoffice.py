"""LibreOffice itself, shut in: its pages, and documents that try to reach out. Not on the build
server, which has none."""

from __future__ import annotations

import io
import socket
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from kbstrack.demo.office import pipeline_tracker, shortlist
from kbstrack.errors import RuleBroken
from kbstrack.pdf.as_pdf import draw
from kbstrack.pdf.drawing import Wishes
from kbstrack.pdf.office import converting
from kbstrack.pdf.office.converting import Conversion, Limits, convert
from kbstrack.pdf.office.documents import OfficeWish
from kbstrack.pdf.office.program import ON, OfficeSetting, Program, find_program
from kbstrack.storage.inspect import inspect
from tests.pdf.office.made import DOCX, OPEN, make_office, open_document
from tests.pdf.paper import Paper
from tests.pdf.samples import make_piece, make_portfolio, make_version, read_picture

pytestmark = pytest.mark.slow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = f"{OPEN}.text"
FRAME = '<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm">{}</draw:frame>'
LINK = 'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'
CELLS = "<text:p>Cells</text:p></table:table-cell></table:table-row></table:table>"
SLIDE = (
    '<draw:page draw:name="one"><draw:frame svg:width="9cm" svg:height="3cm"><draw:text-box>'
    "<text:p>Slides</text:p></draw:text-box></draw:frame></draw:page>"
)


@cache
def _found() -> Program | str:
    try:
        return find_program(OfficeSetting(ON))
    except RuleBroken as problem:
        return str(problem)


@pytest.fixture
def program() -> Program:
    """LibreOffice in bubblewrap."""
    found = _found()
    if isinstance(found, str):
        pytest.skip(found)
    return found


def text_of(found: Conversion) -> str:
    """Everything that can be read in what was made."""
    assert not found.problem
    with pypdfium2.PdfDocument(io.BytesIO(found.pdf)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", shortlist(1), "Five candidates in the order of the scoring grid."),
        ("a.xlsx", pipeline_tracker(1), "referral"),
        ("a.rtf", b"{\\rtf1\\ansi Words}", "Words"),
        ("a.odt", open_document("text", "<text:p>Words</text:p>"), "Words"),
        (
            "a.ods",
            open_document(
                "spreadsheet",
                '<table:table table:name="T"><table:table-row>'
                f'<table:table-cell office:value-type="string">{CELLS}',
            ),
            "Cells",
        ),
        ("a.odp", open_document("presentation", SLIDE), "Slides"),
    ],
)
def test_each_kind_becomes_pages(program: Program, tmp_path: Path, name, content, words):
    (tmp_path / name).write_bytes(content)
    media_type = inspect(tmp_path / name, name).media_type

    assert words in text_of(convert(program, content, media_type))


def test_what_it_cannot_open_is_a_sentence(program: Program):
    assert convert(program, b"PK\x03\x04 broken", DOCX).problem == converting.NOT_MADE


def test_a_limit_ends_it(program: Program):
    found = convert(program, shortlist(1), DOCX, Limits(memory_bytes=200_000_000))

    assert found.problem == converting.NOT_MADE


@pytest.mark.parametrize("is_confined", [True, False])
def test_a_document_shows_nothing_of_the_machine(program: Program, tmp_path: Path, is_confined):
    """Bubblewrap keeps it from files; where there is none, the profile keeps it from most."""
    found = find_program(OfficeSetting(ON, is_confined))
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET WORDS")
    address = secret.as_uri()
    linked = FRAME.format(f'<draw:object xlink:href="{address}" {LINK}/>')
    framed = FRAME.format(f'<draw:floating-frame xlink:href="{address}"/>')
    content = open_document(
        "text",
        "<text:p>Before</text:p>"
        f'<text:section text:name="s"><text:section-source xlink:href="{address}" '
        'xlink:type="simple"/><text:p>Old</text:p></text:section>'
        f"<text:p>{linked}{framed}</text:p>",
    )

    said = text_of(convert(found, content, TEXT))

    assert "Before" in said
    assert "SECRET" not in said


@pytest.mark.parametrize("is_confined", [True, False])
def test_a_document_calls_nobody(program: Program, is_confined: bool):
    found = find_program(OfficeSetting(ON, is_confined))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        image = FRAME.format(f'<draw:image xlink:href="{address}" {LINK}/>')

        said = text_of(convert(found, open_document("text", f"<text:p>A{image}</text:p>"), TEXT))

        assert "A" in said
        with pytest.raises(BlockingIOError):
            server.accept()


def test_no_macro_runs(program: Program, tmp_path: Path):
    found = find_program(OfficeSetting(ON, is_confined=False))
    ran = tmp_path / "ran"
    space = 'xmlns:library="http://openoffice.org/2000/library"'
    script = (
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" '
        f'script:language="StarBasic">Sub Main\nn = FreeFile\nOpen "{ran}" For Output As #n\n'
        'Print #n, "x"\nClose #n\nEnd Sub</script:module>'
    )
    parts = {
        "Basic/script-lc.xml": f"<library:libraries {space}>"
        '<library:library library:name="Standard" library:link="false"/></library:libraries>',
        "Basic/Standard/script-lb.xml": f'<library:library {space} library:name="Standard">'
        '<library:element library:name="M"/></library:library>',
        "Basic/Standard/M.xml": script,
    }
    listener = (
        "<office:scripts><office:event-listeners><script:event-listener "
        'script:language="ooo:script" script:event-name="dom:load" xlink:type="simple" '
        'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/>'
        "</office:event-listeners></office:scripts>"
    )

    content = open_document("text", "<text:p>A</text:p>", before=listener, parts=parts)

    assert "A" in text_of(convert(found, content, TEXT))
    assert not ran.exists()


def test_made_twice_the_portfolio_is_the_same(program: Program, tmp_path: Path):
    files = (
        make_office("shortlist.docx", shortlist(2)),
        make_office("tracker.xlsx", pipeline_tracker(2), XLSX),
    )
    found = make_portfolio(make_piece(1, make_version(files=files)))
    wishes = [
        Wishes(office=OfficeWish(OfficeSetting(ON), datetime(2026, 3, day, tzinfo=UTC)))
        for day in (2, 3)
    ]

    first, second = (draw(found, read_picture, wishes=one) for one in wishes)

    assert first.not_shown == ()
    assert first.pdf == second.pdf
    paper = Paper(first.pdf, tmp_path)
    page = paper.texts[paper.destinations()["E1-file-1"] - 1]
    assert f"{program.name} made this page" in page
    assert "Five candidates" in page
