"""What is carried over as a drawing: all that a reader shows, and nothing that hides behind it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from kbstrack.pdf.foreign.pages import shorten
from tests.pdf.foreign.made import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Read,
    add_field,
    add_page,
    colours,
    corners,
    make_form,
    make_written,
    square,
)

A6 = (0, 0, 298, 420)


def test_a_text_stays_text(read: Callable[..., Read]) -> None:
    found = read(make_written("Agreed with the hiring manager", "Three essentials"))

    assert [page.text for page in found.file.pages] == [
        "Agreed with the hiring manager",
        "Three essentials",
    ]
    assert all(page.is_drawing for page in found.file.pages)
    assert found.form().Subtype == Name.Form
    assert not found.file.problems


def test_a_font_is_there_once_however_many_pages_use_it(read: Callable[..., Read]) -> None:
    found = read(make_written(*(f"Page number {number}" for number in range(12))))

    fonts = [item for item in found.pdf.objects if _is_a(item, "/FontDescriptor")]
    assert len(found.file.pages) == 12
    assert len(fonts) == 1


def test_marks_that_would_be_taken_for_the_portfolios_tags_are_gone(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    inner = make_form(
        pdf, b"/P <</MCID 0>> BDC " + square(GREEN, 0, 0, 298, 100) + b" EMC", A6, StructParent=4
    )
    page = add_page(
        pdf,
        b"/Figure <</MCID 7>> BDC /Artifact BMC "
        + square(RED, 0, 320, 298, 100)
        + b" EMC /X MP /X <</A 1>> DP EMC /Inner Do",
        StructParents=3,
    )
    page.Resources = Dictionary(XObject=Dictionary(Inner=inner))

    found = read(pdf)

    content = b"".join(_contents(found.pdf))
    assert colours(found.look()) == {RED, GREEN}
    assert found.file.pages[0].is_drawing
    for mark in (b"BDC", b"BMC", b"EMC", b"MP", b"DP", b"MCID"):
        assert mark not in content
    assert not _keys(found.pdf) & {"/StructParent", "/StructParents"}


def test_one_restore_too_many_and_one_save_too_few_stay_inside(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, b"Q Q q q 0.5 0 0 0.5 0 0 cm " + square(RED, 0, 0, 200, 200))

    found = read(pdf)

    content = found.form().read_bytes().split()
    assert found.file.pages[0].is_drawing
    assert content.count(b"q") == content.count(b"Q")


def test_operators_that_no_reader_knows_are_left_out(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, b"BX 1 2 zz EX " + square(RED, 0, 0, 200, 200))

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert b"zz" not in found.form().read_bytes()


def test_a_state_saved_a_hundred_times_is_saved_once_where_that_means_the_same(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    add_page(pdf, b"q " * 100 + square(RED, 0, 0, 200, 200) + b" Q" * 100)

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert found.form().read_bytes().split().count(b"q") == 1


def test_a_state_saved_deeper_than_pdf_a_allows_is_a_picture(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    deep = b"".join(b"q 1 0 0 1 1 0 cm " for _ in range(40))
    add_page(pdf, deep + square(RED, 0, 0, 200, 200) + b" Q" * 40)

    found = read(pdf)

    assert not found.file.pages[0].is_drawing
    assert colours(found.look()) == {RED}


def test_filled_fields_stamps_and_notes_are_drawn_where_they_lie(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    field = make_form(pdf, square(GREEN, 0, 0, 10, 10), (0, 0, 10, 10))
    stamp = make_form(
        pdf, square(BLUE, 0, 0, 20, 10), (0, 0, 20, 10), Matrix=Array([0, 1, -1, 0, 0, 0])
    )
    note = make_form(pdf, square(YELLOW, 5, 5, 20, 20), (5, 5, 25, 25))
    annotations = [
        _annotation(pdf, "Stamp", (198, 0, 298, 200), stamp),
        _annotation(pdf, "Text", (0, 0, 60, 60), note, Contents=String("Well done")),
    ]
    page = add_page(pdf, square(RED, 198, 360, 100, 60), Annots=Array(annotations))
    add_field(pdf, page, (0, 320, 100, 420), FT=Name.Tx, AP=Dictionary(N=field))

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert corners(found.look()) == (GREEN, RED, YELLOW, BLUE)
    assert "/Annots" not in found.pdf.pages[0]


def test_of_a_box_to_tick_the_state_it_is_in_is_drawn(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    states = Dictionary(
        Yes=make_form(pdf, square(GREEN, 0, 0, 10, 10), (0, 0, 10, 10)),
        Off=make_form(pdf, square(RED, 0, 0, 10, 10), (0, 0, 10, 10)),
    )
    page = add_page(pdf, b"")
    add_field(pdf, page, (0, 0, 100, 100), FT=Name.Btn, AS=Name.Yes, AP=Dictionary(N=states))

    assert colours(read(pdf).look()) == {GREEN}


@pytest.mark.parametrize("flags", [0, 1 | 4, 2 | 4, 32 | 4])
def test_what_is_hidden_or_not_printed_is_not_drawn(read: Callable[..., Read], flags: int) -> None:
    pdf = Pdf.new()
    stamp = make_form(pdf, square(BLUE, 0, 0, 10, 10), (0, 0, 10, 10))
    hidden = _annotation(pdf, "Stamp", (0, 0, 100, 100), stamp, F=flags)
    add_page(pdf, square(RED, 198, 360, 100, 60), Annots=Array([hidden]))

    assert colours(read(pdf).look()) == {RED}


def test_a_layer_that_is_off_stays_hidden_and_is_not_read_out(read: Callable[..., Read]) -> None:
    found = read(_layered(is_on=False))

    assert colours(found.look()) == {RED}
    assert found.file.pages[0].text == ""
    assert "/OCProperties" not in found.pdf.Root


def test_a_layer_that_is_on_is_drawn_without_its_layer(read: Callable[..., Read]) -> None:
    found = read(_layered(is_on=True))

    assert colours(found.look()) == {RED, GREEN, BLUE}
    assert found.file.pages[0].is_drawing
    assert not _keys(found.pdf) & {"/OC", "/OCProperties"}


def test_private_characters_of_symbol_fonts_become_public_ones(read: Callable[..., Read]) -> None:
    pdf = pikepdf.open(io.BytesIO(make_written("A bullet")))
    (font,) = [item for item in pdf.objects if _is_a(item, "/Font") and "/ToUnicode" in item]
    meaning = font.ToUnicode.read_bytes()
    font.ToUnicode = pdf.make_stream(meaning.replace(b"<0041>", b"<f0b7>"))

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert found.file.pages[0].text == "• bullet"


def test_a_font_that_does_not_say_what_its_letters_mean_becomes_a_picture(
    read: Callable[..., Read],
) -> None:
    pdf = pikepdf.open(io.BytesIO(make_written("Nobody can say")))
    for item in pdf.objects:
        if _is_a(item, "/Font") and "/ToUnicode" in item:
            del item["/ToUnicode"]

    found = read(pdf)

    assert not found.file.pages[0].is_drawing


def test_a_pages_text_is_one_line_cut_at_a_word() -> None:
    assert shorten("  one\r\n two\tthree ") == "one two three"
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one, two", 5) == "one…"
    assert shorten("unbroken" * 10, 8) == "unbroken…"
    assert len(shorten("word " * 1000)) <= 1500


def _annotation(
    pdf: Pdf,
    kind: str,
    rectangle: tuple[int, int, int, int],
    appearance: pikepdf.Object,
    **entries: object,
) -> pikepdf.Object:
    more = {f"/{name}": value for name, value in entries.items()}
    return pdf.make_indirect(
        Dictionary(
            {
                "/Type": Name.Annot,
                "/Subtype": Name(f"/{kind}"),
                "/Rect": Array(rectangle),
                "/F": 4,
                "/AP": Dictionary(N=appearance),
                **more,
            }
        )
    )


def _layered(*, is_on: bool) -> Pdf:
    """Red always; green in a layer by its marks, blue by its form, and a word in the layer."""
    pdf = Pdf.new()
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Answers")))
    inner = make_form(pdf, square(BLUE, 0, 0, 298, 100), A6, OC=layer)
    content = (
        square(RED, 0, 320, 298, 100)
        + b" /OC /Layer BDC "
        + square(GREEN, 0, 200, 298, 100)
        + (b"" if is_on else b" BT /F 20 Tf 10 150 Td (secret) Tj ET")
        + b" EMC /Inner Do"
    )
    page = add_page(pdf, content)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(
        XObject=Dictionary(Inner=inner),
        Properties=Dictionary(Layer=layer),
        Font=Dictionary(F=font),
    )
    shown = Dictionary() if is_on else Dictionary(OFF=Array([layer]))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=shown)
    return pdf


def _is_a(item: object, kind: str) -> bool:
    return isinstance(item, Dictionary) and item.get("/Type") == kind


def _contents(pdf: Pdf) -> list[bytes]:
    streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
    return [item.read_bytes() for item in streams if item.get("/Subtype") == Name.Form]


def _keys(pdf: Pdf) -> set[str]:
    """Every key of every dictionary in the file."""
    found: set[str] = set()
    for item in pdf.objects:
        if isinstance(item, Dictionary | pikepdf.Stream):
            found |= set(item.keys())
    return found | set(pdf.Root.keys())
