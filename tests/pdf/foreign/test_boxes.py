"""Turned, cropped and oddly sized pages: each fills its frame, upright and whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from kbstrack.pdf.foreign.boxes import visible_part
from tests.pdf.foreign.made import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    YELLOW,
    Read,
    add_page,
    corners,
    marked,
)

A6 = (0, 0, 298, 420)


def test_a_turned_page_is_shown_as_readers_turn_it(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    for degrees in (0, 90, 180, 270, -90, 450):
        add_page(pdf, marked(A6), Rotate=degrees)

    found = read(pdf)

    sizes = [(round(page.width), round(page.height)) for page in found.file.pages]
    assert sizes == [(298, 420), (420, 298), (298, 420), (420, 298), (420, 298), (420, 298)]
    clockwise = (BLUE, RED, YELLOW, GREEN)
    anticlockwise = (GREEN, YELLOW, RED, BLUE)
    assert [corners(found.look(place)) for place in range(6)] == [
        UPRIGHT,
        clockwise,
        (YELLOW, BLUE, GREEN, RED),
        anticlockwise,
        anticlockwise,
        clockwise,
    ]
    assert all(page.is_drawing for page in found.file.pages)


def test_only_the_cropped_part_is_shown(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    inner = (60, 100, 260, 220)
    for degrees in (0, 90):
        content = marked(A6, (YELLOW, YELLOW, RED, RED)) + b"\n" + marked(inner)
        add_page(pdf, content, CropBox=Array(inner), Rotate=degrees)

    found = read(pdf)

    assert [(page.width, page.height) for page in found.file.pages] == [(200, 120), (120, 200)]
    assert corners(found.look(0)) == UPRIGHT
    assert corners(found.look(1)) == (BLUE, RED, YELLOW, GREEN)


def test_paper_that_begins_anywhere_is_shown_whole(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    boxes = [(-500, -900, -202, -480), (1000, 2000, 1298, 2420)]
    for box in boxes:
        add_page(pdf, marked(box), MediaBox=Array(box))
    # Two corners are two corners, whichever comes first.
    add_page(pdf, marked(A6), MediaBox=Array([298, 420, 0, 0]))

    found = read(pdf)

    assert [corners(found.look(place)) for place in range(3)] == [UPRIGHT] * 3


def test_odd_sizes_are_scaled_and_keep_their_proportions(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    sizes = [(1190.55, 841.89), (226, 2835), (10, 10), (14400, 14400), (3, 2000)]
    for wide, high in sizes:
        add_page(pdf, marked((0, 0, wide, high)), MediaBox=Array([0, 0, wide, high]))

    found = read(pdf)

    assert [(page.width, page.height) for page in found.file.pages] == [
        (pytest.approx(wide, abs=0.01), pytest.approx(high, abs=0.01)) for wide, high in sizes
    ]
    assert [corners(found.look(place)) for place in range(4)] == [UPRIGHT] * 4


def test_a_user_unit_makes_the_page_larger(read: Callable[..., Read]) -> None:
    pdf = Pdf.new()
    add_page(pdf, marked(A6), UserUnit=10)

    found = read(pdf)

    assert (found.file.pages[0].width, found.file.pages[0].height) == (2980, 4200)
    assert corners(found.look()) == UPRIGHT


def test_what_the_branch_of_the_page_tree_says_counts_for_its_pages(
    read: Callable[..., Read],
) -> None:
    pdf = Pdf.new()
    page = add_page(pdf, b"/Mark Do", MediaBox=None, Resources=None)
    form = pdf.make_stream(
        marked(A6), {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array(A6)}
    )
    pdf.Root.Pages.MediaBox = Array(A6)
    pdf.Root.Pages.Rotate = 180
    pdf.Root.Pages.Resources = Dictionary(XObject=Dictionary(Mark=form))
    page.Contents = pdf.make_stream(b"/Mark Do")

    found = read(pdf)

    assert found.file.pages[0].is_drawing
    assert corners(found.look()) == (YELLOW, BLUE, GREEN, RED)


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ({}, (612, 792)),
        ({"MediaBox": Array([0, 0, 0, 0])}, (612, 792)),
        ({"MediaBox": Array([0, 0, Name.A, 5])}, (612, 792)),
        ({"MediaBox": 7}, (612, 792)),
        ({"MediaBox": Array([0, 0, 100, 50]), "CropBox": Array([500, 500, 600, 600])}, (100, 50)),
        ({"MediaBox": Array([0, 0, 100, 50]), "CropBox": Array([10, 10, 9000, 30])}, (90, 20)),
        ({"MediaBox": Array([0, 0, 100, 50]), "Rotate": 91}, (100, 50)),
        ({"MediaBox": Array([0, 0, 100, 50]), "Rotate": Name.X}, (100, 50)),
        ({"MediaBox": Array([0, 0, 100, 50]), "UserUnit": -3}, (100, 50)),
        ({"MediaBox": Array([0, 0, 10**17, 50])}, (1_000_000, 50)),
    ],
)
def test_boxes_that_say_nothing_useful_are_read_as_readers_read_them(
    entries: dict[str, object], size: tuple[float, float]
) -> None:
    page = Dictionary({"/Type": Name.Page} | {f"/{name}": value for name, value in entries.items()})

    seen = visible_part(page)

    assert (seen.width, seen.height) == size
