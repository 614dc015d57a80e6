"""Broken, locked, empty and hostile files: a sentence for each, and everything else is shown."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from kbstrack.pdf.foreign.pages import ForeignFile
from tests.pdf.foreign.made import (
    RED,
    UPRIGHT,
    Read,
    add_page,
    colours,
    corners,
    helvetica,
    in_bytes,
    make_form,
    make_written,
    marked,
    square,
)

A6 = (0, 0, 298, 420)
BROKEN = "The file is damaged and its pages could not be read."


def test_a_locked_file_says_so(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, marked(A6))
    locked = in_bytes(pdf, encryption=pikepdf.Encryption(owner="o", user="u"))

    assert read(locked).file == ForeignFile(
        0, (), ("The file is locked with a password, so its pages could not be read.",)
    )


def test_a_file_that_opens_without_a_password_is_shown_and_written_unlocked(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    add_page(pdf, marked(A6))
    locked = in_bytes(pdf, encryption=pikepdf.Encryption(owner="o", user=""))

    found = read(locked)

    assert corners(found.look()) == UPRIGHT
    assert not found.pdf.is_encrypted


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", bytes(2000)])
def test_what_is_no_pdf_says_so(read: Callable[..., Read], content: bytes) -> None:
    found = read(content)

    assert found.file == ForeignFile(0, (), (BROKEN,))
    assert not found.path.exists()


def test_a_file_without_pages_says_so(read: Callable[..., Read]) -> None:
    assert read(Pdf.new()).file == ForeignFile(0, (), ("The file has no pages.",))


def test_a_file_cut_off_anywhere_never_stops_anything(read: Callable[..., Read]) -> None:
    whole = make_written("One", "Two", "Three")

    for tenth in (3, 9):
        found = read(whole[: len(whole) * tenth // 10]).file
        assert found.pages or found.problems


def test_a_broken_page_does_not_take_the_others_away(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    for _ in range(3):
        add_page(pdf, marked(A6))
    # Its instructions are packed in a way nobody has.
    pdf.pages[1].obj.Contents.write(b"nonsense", filter=Name("/LZWDecode"))
    pdf.pages[1].obj.Resources = Dictionary(Font=7, XObject=Array([]))

    found = read(pdf)

    assert [page.number for page in found.file.pages] == [1, 3]
    assert len(found.file.problems) == 1
    assert found.file.problems[0].startswith("Page 2 ")


def test_a_page_that_shows_nothing_is_named_and_left_out(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, b"1 1 1 rg 0 0 298 420 re f")
    add_page(pdf, marked(A6))
    add_page(pdf, b"", Contents=None)

    found = read(pdf).file

    assert [page.number for page in found.pages] == [2]
    assert found.problems == ("Page 1 shows nothing.", "Page 3 shows nothing.")


def test_pages_beyond_the_limit_are_named_and_left_out(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    for _ in range(5):
        add_page(pdf, marked(A6))

    two, four = read(pdf, most_pages=2).file, read(pdf, most_pages=4).file

    assert (len(two.pages), two.page_count) == (2, 5)
    assert two.problems == ("Pages 3 to 5 are not printed.",)
    assert four.problems == ("Page 5 is not printed.",)


def test_nothing_that_acts_comes_along(read: Callable[..., Read]) -> None:
    found = read(_acting())

    assert corners(found.look()) == UPRIGHT
    assert found.file.pages[0].is_drawing
    text = found.path.read_bytes() + b"".join(_unparsed(found.pdf))
    for trace in (
        b"JavaScript", b"OpenAction", b"Launch", b"SubmitForm", b"EmbeddedFile", b"/AA",
        b"alert", b"cmd.exe", b"example.org", b"/Annots", b"/A ", b"/URI", b"/XFA",
    ):  # fmt: skip
        assert trace not in text


def test_a_form_that_draws_itself_is_drawn_once(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    form = make_form(pdf, square(RED, 0, 0, 100, 100) + b" /Again Do", A6)
    form.Resources = Dictionary(XObject=Dictionary(Again=form))
    add_page(pdf, b"/Again Do", Resources=form.Resources)

    found = read(pdf)

    assert colours(found.look()) == {RED}


def test_forms_that_multiply_are_not_drawn(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    form = make_form(pdf, square(RED, 0, 0, 100, 100), A6)
    for _ in range(12):
        drawn = b" ".join([b"/Next Do"] * 10)
        form = make_form(pdf, drawn, A6, Resources=Dictionary(XObject=Dictionary(Next=form)))
    add_page(pdf, b"/Next Do", Resources=Dictionary(XObject=Dictionary(Next=form)))
    add_page(pdf, marked(A6))

    found = read(pdf)

    assert found.file.problems == ("Page 1 is too large or too intricate to be drawn.",)
    assert corners(found.look()) == UPRIGHT


def test_a_page_that_unpacks_without_end_is_not_drawn(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, b"")
    add_page(pdf, marked(A6))
    pdf.pages[0].obj.Contents = pdf.make_stream(b" " * 100_000_000)

    found = read(pdf)

    assert found.file.problems == ("Page 1 is too large or too intricate to be drawn.",)
    assert [page.number for page in found.file.pages] == [2]


def test_a_picture_of_a_million_by_a_million_is_not_drawn(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    image = pdf.make_stream(bytes(1000), {"/Type": Name.XObject, "/Subtype": Name.Image})
    image.Width = image.Height = 1_000_000
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    objects = Dictionary(XObject=Dictionary(Huge=image))
    add_page(pdf, b"298 0 0 420 0 0 cm /Huge Do", Resources=objects)

    assert read(pdf).file.problems == ("Page 1 is too large or too intricate to be drawn.",)


def test_a_page_that_ends_the_process_is_left_out(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    # Small in bytes, without end in time: each of a million tiles is drawn for itself.
    tile = pdf.make_stream(
        b" ".join([b"0 0 m 0.001 0.001 l S"] * 400),
        {
            "/Type": Name.Pattern,
            "/PatternType": 1,
            "/PaintType": 1,
            "/TilingType": 1,
            "/BBox": Array([0, 0, 1, 1]),
            "/XStep": 0.01,
            "/YStep": 0.01,
            "/Resources": Dictionary(),
        },
    )
    add_page(pdf, marked(A6))
    patterns = Dictionary(Pattern=Dictionary(P=tile))
    add_page(pdf, b"/Pattern cs /P scn 0 0 298 420 re f", Resources=patterns)
    add_page(pdf, marked(A6) + b" BT /F 9 Tf (end) Tj ET", Resources=helvetica())

    found = read(pdf, cpu_seconds_a_page=1)

    assert found.file.problems == ("Page 2 is too large or too intricate to be drawn.",)
    assert [page.number for page in found.file.pages] == [1, 3]


def _acting() -> Pdf:
    """A page with a square in each corner, and everything around it that a PDF can do."""
    pdf = Pdf.new()
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('hello')"))
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    submit = Dictionary(S=Name.SubmitForm, F=String("https://example.org/"))
    link = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    file = pdf.make_stream(b"MZ", {"/Type": Name.EmbeddedFile})
    page = add_page(pdf, marked(A6), AA=Dictionary(O=script))
    look = make_form(pdf, b"", A6, AA=Dictionary(O=script))
    page.Annots = Array(
        [
            Dictionary(
                Type=Name.Annot, Subtype=kind, Rect=Array(A6), F=4, A=action, AP=Dictionary(N=look)
            )
            for kind, action in [
                (Name.Link, link), (Name.Stamp, launch), (Name.Stamp, submit), (Name.Stamp, script)
            ]
        ]
    )  # fmt: skip
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), script])),
        EmbeddedFiles=Dictionary(
            Names=Array([String("a.exe"), Dictionary(Type=Name.Filespec, EF=Dictionary(F=file))])
        ),
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    return pdf


def _unparsed(pdf: Pdf) -> list[bytes]:
    return [item.unparse(resolved=True) for item in pdf.objects if item is not None]
