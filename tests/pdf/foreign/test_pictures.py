"""Pages that PDF/A does not allow as they are: a picture of them has all that a reader shows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from kbstrack.pdf.foreign import picture
from kbstrack.pdf.foreign.pages import as_json, from_json
from tests.pdf.foreign.made import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    Read,
    add_field,
    add_page,
    colours,
    corners,
    helvetica,
    make_form,
    marked,
    square,
)

A6 = (0, 0, 298, 420)


def test_a_font_that_is_not_in_the_file_makes_a_picture_whose_text_is_known(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    content = marked(A6) + b" BT 0 g /F 18 Tf 40 200 Td (Minutes of the meeting) Tj ET"
    add_page(pdf, content, Resources=helvetica())

    found = read(pdf)

    page = found.file.pages[0]
    assert (page.is_drawing, page.text) == (False, "Minutes of the meeting")
    image = found.form()
    assert image.Subtype == Name.Image
    assert image.ColorSpace == Name.DeviceRGB
    assert (image.Width, image.Height) == (828, 1167)
    assert corners(found.look()) == UPRIGHT


def test_a_turned_and_cropped_picture_is_upright(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    inner = (60, 100, 260, 220)
    add_page(
        pdf,
        marked(inner) + b" BT /F 9 Tf 120 150 Td (a) Tj ET",
        Resources=helvetica(),
        CropBox=Array(inner),
        Rotate=90,
    )

    found = read(pdf)

    assert not found.file.pages[0].is_drawing
    assert (found.form().Width, found.form().Height) == (333, 556)
    assert corners(found.look()) == ("blue", "red", "yellow", "green")


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        (b"0 1 1 0 k 0 0 298 420 re f", Dictionary()),
        (
            b"/S cs 1 scn 0 0 298 420 re f",
            Dictionary(
                ColorSpace=Dictionary(
                    S=Array(
                        [
                            Name.Separation,
                            Name.Spot,
                            Name.DeviceRGB,
                            Dictionary(
                                FunctionType=2,
                                Domain=Array([0, 1]),
                                C0=Array([1, 1, 1]),
                                C1=Array([1, 0, 0]),
                                N=1,
                            ),
                        ]
                    )
                )
            ),
        ),
    ],
    ids=["inks", "a spot colour"],
)
def test_colours_for_a_press_are_shown_as_on_a_screen(
    read: Callable[..., Read], content: bytes, resources: Dictionary
) -> None:
    pdf = Pdf.new()
    add_page(pdf, content, Resources=resources)

    found = read(pdf)

    red, green, blue = found.look().getpixel((100, 100))
    assert not found.file.pages[0].is_drawing
    assert red > 200
    assert max(green, blue) < 80


def test_a_photo_of_a_page_stays_the_photo_it_is(read: Callable[..., Read]) -> None:
    target = io.BytesIO()
    Image.new("RGB", (300, 420), (255, 0, 0)).save(target, "PDF", resolution=72)

    found = read(target.getvalue())

    assert found.file.pages[0].is_drawing
    assert found.file.pages[0].text == ""
    assert colours(found.look()) == {RED}
    (image,) = found.form().Resources.XObject.values()
    assert image.Filter == Name.DCTDecode
    assert "/Interpolate" not in image


def test_a_field_whose_look_only_the_reader_makes_is_in_the_picture(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    page = add_page(pdf, square(RED, 0, 320, 298, 100))
    how = String("/F 60 Tf 0 0 1 rg")
    add_field(pdf, page, (10, 100, 280, 200), FT=Name.Tx, V=String("IIIIIIII"), DA=how)
    form = pdf.Root.AcroForm
    form.NeedAppearances, form.DR, form.DA = True, helvetica(), how

    found = read(pdf)

    assert not found.file.pages[0].is_drawing
    assert colours(found.look()) == {RED, BLUE}


def test_a_filled_field_in_a_font_that_is_not_in_the_file_is_read_out(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    words = b"BT /F 12 Tf 2 5 Td (Amara Nwosu-Bell) Tj ET"
    look = make_form(pdf, words, (0, 0, 200, 20), Resources=helvetica())
    page = add_page(pdf, square(GREEN, 0, 320, 298, 100))
    add_field(pdf, page, (10, 100, 210, 120), FT=Name.Tx, AP=Dictionary(N=look))

    found = read(pdf)

    assert found.file.pages[0].text == "Amara Nwosu-Bell"


def test_a_picture_is_sharp_enough_for_print_and_never_larger_than_eight_million_dots() -> None:
    pdf = Pdf.new()
    for size in ((298, 420), (14400, 14400), (3, 14400), (10, 10)):
        add_page(pdf, b"", MediaBox=Array([0, 0, *size]))
    target = io.BytesIO()
    pdf.save(target)

    with picture.Looks(target.getvalue()) as looks:
        sizes = [
            looks.picture(place, *size).size
            for place, size in enumerate([(298, 420), (14400, 14400), (3, 14400), (10, 10)])
        ]

    assert sizes == [(828, 1167), (2828, 2828), (2, 10000), (28, 28)]


def test_grey_letters_are_packed_exactly_and_photos_as_photos() -> None:
    pdf = Pdf.new()
    letters = Image.new("RGB", (400, 400), (255, 255, 255))
    letters.paste((0, 0, 0), (50, 50, 350, 60))
    photo = Image.effect_noise((400, 400), 60).convert("RGB")
    photo.putpixel((0, 0), (255, 0, 0))

    exact, lossy = picture.as_image(pdf, letters), picture.as_image(pdf, photo)

    assert (exact.Filter, exact.ColorSpace) == (Name.FlateDecode, Name.DeviceGray)
    assert (lossy.Filter, lossy.ColorSpace) == (Name.DCTDecode, Name.DeviceRGB)
    assert exact.read_bytes() == letters.convert("L").tobytes()


def test_two_looks_differ_when_a_thin_line_is_missing() -> None:
    page = Image.new("RGB", (424, 600), (255, 255, 255))
    line = page.copy()
    line.paste((0, 0, 0), (50, 300, 350, 301))

    assert picture.is_alike(page, page.copy())
    assert not picture.is_alike(page, line)


def test_the_answer_can_be_written_down_and_read_again(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, marked(A6))
    found = read(pdf).file

    assert from_json(json.loads(json.dumps(as_json(found)))) == found


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"page_count": 1, "pages": [{}], "problems": []},
        {"page_count": 1, "pages": 7, "problems": []},
        {
            "page_count": 1,
            "pages": [{"number": 1, "width": 0, "height": 5, "text": "", "is_drawing": True}],
            "problems": [],
        },
    ],
)
def test_an_answer_that_makes_no_sense_is_none(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        from_json(answer)
