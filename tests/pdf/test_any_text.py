"""Whatever people write comes out as text, on the page and inside its margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kbstrack.portfolio.rules import Portfolio
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    make_claim,
    make_decision,
    make_document,
    make_picture,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
)

pytestmark = pytest.mark.slow

A4 = (595.3, 841.9)
MARKUP = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} &amp; <img src=x> \"'"
SCRIPTS = {
    "arabic": "عائشة محمد",
    "hebrew": "שלום עולם",
    "cyrillic": "Олена Шевченко",
    "greek": "Ελένη Παπαδοπούλου",
    "devanagari": "प्रिया शर्मा",
    "bengali": "রহিমা খাতুন",
    "gurmukhi": "ਹਰਪ੍ਰੀਤ ਕੌਰ",
    "gujarati": "પ્રિયા પટેલ",
    "tamil": "கண்ணன்",
    "thai": "สมชาย ใจดี",
    "georgian": "ნინო",
    "armenian": "Անի",
    "amharic": "ሰላም",
    "chinese": "王小明",
    "japanese": "さくら タナカ",
    "korean": "김민준",
    "vietnamese": "Nguyễn Thị Hương",
    "emoji": "😀 👍🏽 ❤️ ☕",
}


def _with_text(text: str) -> Portfolio:
    decision = make_decision(is_met=False, feedback=text)
    version = make_version(
        title=text[:200],
        description=text,
        claims=(make_claim("S1", decision, rationale=text, locator=text[:100]),),
    )
    return make_portfolio(make_piece(1, version))


def _outside(paper: Paper) -> list[str]:
    width, height = A4
    return [
        word.text
        for words in paper.words
        for word in words
        if word.left < 0 or word.top < 0 or word.right > width - 50 or word.bottom > height
    ]


def test_markup_is_text(draw: Callable[[Portfolio], Paper]) -> None:
    portfolio = replace(_with_text(MARKUP), apprentice=MARKUP, provider=MARKUP, employer=MARKUP)

    paper = draw(portfolio)

    assert paper.text.count("<script>alert(1)</script> {{ 7 * 7 }} {% raw %} &amp; <img") >= 5
    assert MARKUP in str(paper.pdf.docinfo.Title)
    assert str(paper.pdf.docinfo.Author) == MARKUP


def test_every_script_is_drawn_with_its_letters(draw: Callable[[Portfolio], Paper]) -> None:
    text = "\n\n".join(f"{name}: {words}" for name, words in SCRIPTS.items())

    paper = draw(_with_text(text))

    assert "⟨U+" not in paper.text
    for name in ("cyrillic", "greek", "chinese", "japanese", "korean", "vietnamese", "georgian"):
        assert SCRIPTS[name] in paper.text
    for letter in ("ع", "ש", "म", "র", "க", "ส", "😀", "☕"):
        assert letter in paper.text


def test_a_name_that_runs_from_right_to_left_is_drawn_everywhere(
    draw: Callable[[Portfolio], Paper],
) -> None:
    name = SCRIPTS["hebrew"]

    paper = draw(make_portfolio(make_piece(), apprentice=name))

    assert str(paper.pdf.docinfo.Author) == name
    assert all(name in text or name[::-1] in text for text in paper.texts)


def test_controls_and_overrides_are_written_as_numbers(draw: Callable[[Portfolio], Paper]) -> None:
    controls = "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0x202E, 0x2066, 0xFFFE, 0xE000]))

    paper = draw(_with_text(f"before{controls}after \ud800"))

    for number in (0x00, 0x07, 0x1B, 0x7F, 0x202E, 0x2066, 0xFFFE, 0xE000, 0xD800):
        assert f"⟨U+{number:04X}⟩" in paper.text
    assert "before" in paper.text
    assert "after" in paper.text


def test_combining_marks_and_hyphens_nobody_sees_do_no_harm(
    draw: Callable[[Portfolio], Paper],
) -> None:
    zalgo = "Z" + "\u0300\u0316\u0328" * 20 + "oe\u0301 sof\u00adt zero\u200bwidth"

    paper = draw(_with_text(zalgo))

    assert "oé" in paper.text.replace(" ", "") or "oé" in paper.text


def test_long_unbroken_words_stay_on_the_page(draw: Callable[[Portfolio], Paper]) -> None:
    word = "Donaudampfschifffahrt" * 15
    portfolio = _with_text(word)
    pieces = tuple(
        replace(
            piece,
            versions=(
                replace(piece.latest, kind=word, files=(make_document(word), make_picture(word))),
            ),
        )
        for piece in portfolio.pieces
    )
    portfolio = make_portfolio(
        *pieces,
        sign_offs={"S1": (make_sign_off(1, name=word, organisation=word, declaration=word),)},
        apprentice=word,
        provider=word,
        employer=word,
        line_manager=word,
        assessor=word,
    )

    paper = draw(portfolio)

    assert word in "".join(paper.text.split())
    assert not _outside(paper)
    # What does not fit beside the number is cut, and what is cut is not read out either.
    foot = [line for line in paper.lines(2) if line.startswith("Issued")]
    assert [line.partition("…")[2] for line in foot] == [" Page 2 of 15"]


def test_a_text_of_20000_characters_flows_over_pages(draw: Callable[[Portfolio], Paper]) -> None:
    sentences = [f"Sentence {number} says what I did." for number in range(1, 640)]
    text = " ".join(sentences)[:20_000]

    paper = draw(_with_text(text))

    first, last = paper.page_of("Sentence 1 says"), paper.page_of("Sentence 600 says")
    assert last - first >= 3
    assert paper.text.count("Sentence 300 says what I did.") == 3
    assert not _outside(paper)


def test_20000_characters_of_one_word_flow_over_pages(draw: Callable[[Portfolio], Paper]) -> None:
    paper = draw(make_portfolio(make_piece(1, make_version(description="x" * 20_000))))

    assert "".join(paper.text.split()).count("x") >= 20_000
    assert not _outside(paper)


def test_lines_of_a_single_letter_stay_lines(draw: Callable[[Portfolio], Paper]) -> None:
    paper = draw(make_portfolio(make_piece(1, make_version(description="y\n" * 1000))))

    assert sum(line == "y" for page in paper.texts for line in page.splitlines()) >= 990


def test_any_file_name_is_only_a_name(draw: Callable[[Portfolio], Paper]) -> None:
    names = ["../../etc/passwd", "a&b<c>\"d'.pdf", "\u202egpj.exe", "عقد.pdf", "👍.pdf", "x" * 255]
    files = [*map(make_document, names), *map(make_picture, names)]

    paper = draw(make_portfolio(make_piece(1, make_version(files=tuple(files)))))

    assert all(file.sha256 in paper.text for file in files)
    assert "../../etc/passwd" in paper.text
    assert "⟨U+202E⟩gpj.exe" in paper.text
    assert not _outside(paper)
