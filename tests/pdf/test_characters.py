"""What no bundled font has is printed as its number, and the report says where."""

from __future__ import annotations

from kbstrack.pdf.characters import unprinted
from kbstrack.pdf.papers import Papers, not_shown
from tests.pdf.samples import make_claim, make_piece, make_portfolio, make_version


def test_a_character_that_no_font_has_is_named_with_its_piece():
    piece = make_piece(3, make_version(description="A bird \U00013171, and again \U00013171."))

    assert not_shown(make_portfolio(piece), Papers()) == (
        "E3, its text: The character U+13171 is printed as its number: no font has it.",
    )


def test_many_are_counted_and_those_in_claims_are_found():
    signs = "".join(chr(0x13171 + place) for place in range(7))
    piece = make_piece(1, make_version(claims=(make_claim("S1", rationale=signs),)))
    [sentence] = unprinted(piece)

    assert sentence == (
        "The characters U+13171, U+13172, U+13173, U+13174, U+13175 and 2 more are printed as "
        "their numbers: no font has them."
    )


def test_what_fonts_have_and_what_somebody_typed_about_numbers_is_no_remark():
    piece = make_piece(1, make_version(description="Café, Привет, مرحبا, 😀 and ⟨U+13171⟩"))

    assert unprinted(piece) == ()
