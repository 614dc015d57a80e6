"""What pages share, inherit and draw with: each part is taken as the page that uses it means it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from kbstrack.pdf.foreign.letters import all_say_what_they_mean, make_public
from tests.pdf.foreign.made import (
    BLUE,
    GREEN,
    RED,
    Read,
    add_page,
    colours,
    make_form,
    square,
)

A6 = (0, 0, 298, 420)
CMAP = b"""1 begincodespacerange
<00> <FF>
endcodespacerange
1 beginbfchar
<41> <F0FC>
endbfchar
2 beginbfrange
<50> <52> <F0A6>
<60> <61> [<0048> <00000069>]
endbfrange
"""


def test_a_form_without_resources_of_its_own_has_those_of_each_page_that_draws_it(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    shared = make_form(pdf, b"/Colour Do", A6)
    for colour in (RED, GREEN):
        inner = make_form(pdf, square(colour, 0, 0, 200, 200), A6)
        objects = Dictionary(XObject=Dictionary(Shared=shared, Colour=inner))
        add_page(pdf, b"/Shared Do", Resources=objects)

    found = read(pdf)

    assert [page.is_drawing for page in found.file.pages] == [True, True]
    assert [colours(found.look(place)) for place in (0, 1)] == [{RED}, {GREEN}]


def test_a_part_that_no_instruction_names_stays_behind(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    objects = Dictionary(
        Seen=make_form(pdf, square(RED, 0, 0, 200, 200), A6),
        Unseen=make_form(pdf, b"% a secret\n" + square(BLUE, 0, 0, 200, 200), A6),
    )
    add_page(pdf, b"/Seen Do", Resources=Dictionary(XObject=objects))

    found = read(pdf)

    assert list(found.form().Resources.XObject.keys()) == ["/Seen"]
    forms = [item for item in found.pdf.objects if isinstance(item, Stream)]
    assert not any(b"secret" in item.read_bytes() for item in forms)


def test_letters_that_are_drawings_are_in_the_picture_and_read_out(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    letter = pdf.make_stream(b"1000 0 0 0 1000 1000 d1 0 0 1000 1000 re f")
    font = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 1000, 1000]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            CharProcs=Dictionary(A=letter),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
            FirstChar=65,
            LastChar=65,
            Widths=Array([1000]),
            Resources=Dictionary(),
        )
    )
    content = b"BT 0 0 1 rg /Box 100 Tf 50 200 Td (A) Tj ET"
    add_page(pdf, content, Resources=Dictionary(Font=Dictionary(Box=font)))

    found = read(pdf)

    assert (found.file.pages[0].is_drawing, found.file.pages[0].text) == (False, "A")
    assert colours(found.look()) == {BLUE}


def test_a_mask_hides_what_it_hid(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    mask = make_form(pdf, b"1 g 0 0 298 100 re f", A6, Group=group)
    state = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=mask))
    content = b"/Mask gs " + square(RED, 0, 0, 298, 420)
    add_page(pdf, content, Resources=Dictionary(ExtGState=Dictionary(Mask=state)))

    found = read(pdf)

    image = found.look()
    assert found.file.pages[0].is_drawing
    assert colours(image.crop((0, 320, image.width, 400))) == {RED}
    assert colours(image.crop((0, 0, image.width, 290))) == set()


def test_a_picture_packed_as_jpeg_2000_is_shown(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    packed = io.BytesIO()
    Image.new("RGB", (60, 80), (255, 0, 0)).save(packed, "JPEG2000")
    image = pdf.make_stream(packed.getvalue(), {"/Type": Name.XObject, "/Subtype": Name.Image})
    image.Width, image.Height, image.BitsPerComponent = 60, 80, 8
    image.ColorSpace, image.Filter = Name.DeviceRGB, Name.JPXDecode
    objects = Dictionary(XObject=Dictionary(Photo=image))
    add_page(pdf, b"298 0 0 420 0 0 cm /Photo Do", Resources=objects)

    assert colours(read(pdf).look()) == {RED}


def test_a_picture_loses_what_only_presses_and_other_documents_use(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    image = pdf.make_stream(b"\xff\x00\x00" * 4, {"/Type": Name.XObject, "/Subtype": Name.Image})
    image.Width, image.Height, image.BitsPerComponent = 2, 2, 8
    image.ColorSpace, image.Interpolate, image.StructParent = Name.DeviceRGB, True, 3
    image.OPI = Dictionary()
    image.Alternates = Array([])
    objects = Dictionary(XObject=Dictionary(Photo=image))
    add_page(pdf, b"298 0 0 420 0 0 cm /Photo Do", Resources=objects)

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    left = set(found.form().Resources.XObject.Photo.keys())
    assert not left & {"/Interpolate", "/StructParent", "/OPI", "/Alternates"}


def test_a_calibrated_meaning_of_plain_colours_comes_along(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    calibrated = Array([Name.CalRGB, Dictionary(WhitePoint=Array([0.95, 1, 1.09]))])
    content = square(RED, 0, 0, 298, 420)
    add_page(pdf, content, Resources=Dictionary(ColorSpace=Dictionary(DefaultRGB=calibrated)))

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert found.form().Resources.ColorSpace.DefaultRGB[0] == Name.CalRGB


def test_a_damaged_page_is_shown_as_far_as_readers_show_it(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, square(RED, 0, 0, 298, 420) + b" /Missing Do (never closed")

    found = read(pdf)

    assert not found.file.problems
    assert colours(found.look()) == {RED}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_that_was_cut_off_is_shown_as_far_as_it_goes(
    read: Callable[..., Read], kind: str, tmp_path: Path
) -> None:
    pdf = Pdf.new()
    noise = Image.effect_noise((80, 80), 50).convert("RGB")
    noise.paste((255, 0, 0), (0, 0, 80, 40))
    if kind == "JPEG":
        packed = io.BytesIO()
        noise.save(packed, "JPEG", quality=95)
        image = pdf.make_stream(packed.getvalue()[:-2000], {"/Filter": Name.DCTDecode})
    else:
        packed_rows = zlib.compress(noise.tobytes())
        image = pdf.make_stream(packed_rows[:-2000], {"/Filter": Name.FlateDecode})
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    image.Width, image.Height, image.BitsPerComponent = 80, 80, 8
    objects = Dictionary(XObject=Dictionary(Photo=image))
    add_page(pdf, b"298 0 0 420 0 0 cm /Photo Do", Resources=objects)
    cut_off = tmp_path / "cut.pdf"
    pdf.save(cut_off, stream_decode_level=pikepdf.StreamDecodeLevel.none)

    found = read(cut_off.read_bytes())

    assert not found.file.pages[0].is_drawing
    assert RED in colours(found.look())


def test_a_fonts_map_keeps_its_public_characters_and_mends_the_others() -> None:
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.TrueType))
    font.ToUnicode = pdf.make_stream(CMAP)

    make_public(font, pdf)

    mended = font.ToUnicode.read_bytes()
    assert all_say_what_they_mean(pdf)
    for line in (b"<41> <2713>", b"<50> <FFFD>", b"<51> <25AA>", b"<52> <25FB>", b"<60> <0048>"):
        assert line in mended
    # A null before the letter stands for nothing.
    assert b"<61> <FFFD0069>" in mended
    assert pikepdf.parse_content_stream(font.ToUnicode)


def test_a_fonts_map_without_private_characters_stays_as_it_is() -> None:
    pdf = Pdf.new()
    content = b"1 beginbfchar\n<41> <0041>\nendbfchar"
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.TrueType))
    font.ToUnicode = pdf.make_stream(content)

    make_public(font, pdf)

    assert font.ToUnicode.read_bytes() == content
