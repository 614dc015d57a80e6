"""Where things stand on the paper: nothing torn, no heading alone, nothing over an edge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.portfolio.rules import Portfolio, PortfolioPiece
from tests.pdf.paper import Paper, Word
from tests.pdf.samples import (
    make_claim,
    make_decision,
    make_document,
    make_picture,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
    read_picture,
)

pytestmark = pytest.mark.slow

MM = 72 / 25.4
FOOT = (297 - 23) * MM
# Labels stand from 24 to 54 mm, text from 58 mm on.
TEXT_FROM = 57 * MM
SENTENCE = "I wrote down what each of them told me under the same headings. "
HEADINGS = {"Knowledge", "Skills", "Behaviours", "Feedback", "Pictures", "Files", "Action point"}


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """Pieces of many lengths, so that pages end in every part of them."""
    pieces = [_piece(number) for number in range(1, 13)]
    signed = {
        ksb.code: (make_sign_off(1, 2, 3, reason=_reason(ksb.code, number)),)
        for number, ksb in enumerate(make_portfolio().ksbs)
    }
    content = as_pdf(make_portfolio(*pieces, sign_offs=signed), read_picture, is_strict=True)
    return Paper(content, tmp_path_factory.mktemp("varied"))


def _reason(code: str, number: int) -> str:
    return f"{code} begins. {SENTENCE * (1 + number % 4)} {code} ends."


def _piece(number: int) -> PortfolioPiece:
    text = "\n\n".join([SENTENCE * (2 + number % 5)] * (1 + number))
    decision = make_decision(is_met=False, feedback=SENTENCE * (1 + number % 4))
    claims = tuple(
        make_claim(code, decision, rationale=SENTENCE * (1 + number % 3))
        for code in ("K1", "S1", "S11", "B3")[: 1 + number % 4]
    )
    files = (make_document(), make_picture(f"photo {number}.jpg"))[: number % 3]
    first = make_version(1, description=text, claims=claims)
    second = make_version(2, description=text + SENTENCE, claims=claims, files=files)
    return make_piece(number, first, second)


def test_no_page_ends_with_a_heading(varied: Paper) -> None:
    titles = {words for _, words in varied.bookmarks()}

    for number in range(1, len(varied.pdf.pages) + 1):
        last = varied.lines(number)[-2]
        assert last not in titles | HEADINGS
        assert not last.startswith(("Earlier version", "Declaration ", "What was done"))


def test_a_label_stands_beside_its_text(varied: Paper) -> None:
    for words in varied.words[varied.destinations()["piece-1"] - 1 : -1]:
        body = [word for word in words if word.bottom < FOOT]
        labels = [word for word in body if word.right < TEXT_FROM]
        texts = [word for word in body if word.left >= TEXT_FROM]
        for label in labels:
            assert any(text.bottom > label.top - 1 for text in texts), label


def test_no_row_of_the_matrix_is_torn(varied: Paper) -> None:
    places = varied.destinations()
    pages = range(places["matrix"], places["sign-offs"])
    columns = [_column(varied.words[page - 1], 34 * MM, 112 * MM) for page in pages]

    for ksb in make_portfolio().ksbs:
        assert any(" ".join(ksb.statement.split()) in column for column in columns), ksb.code


def test_no_row_of_the_sign_offs_is_torn(varied: Paper) -> None:
    for ksb in make_portfolio().ksbs:
        first = varied.page_of(f"{ksb.code} begins.")
        assert varied.page_of(f"{ksb.code} ends.") == first


def test_the_head_of_a_table_is_repeated_on_each_of_its_pages(varied: Paper) -> None:
    places = varied.destinations()

    for page in range(places["sign-offs"], places["evidence"]):
        assert "Signed off by, role" in " ".join(varied.texts[page - 1].split())


def test_nothing_reaches_over_an_edge(varied: Paper) -> None:
    for words in varied.words:
        for word in words:
            assert word.left > 23 * MM
            assert word.right < (210 - 19) * MM
            assert word.top > 10 * MM
            assert word.bottom < (297 - 8) * MM


def test_every_piece_begins_on_its_own_page(varied: Paper) -> None:
    places = varied.destinations()

    pages = [places[f"piece-{number}"] for number in range(1, 13)]
    assert len(set(pages)) == len(pages)


def test_a_claim_longer_than_a_page_breaks_and_loses_nothing(
    draw: Callable[[Portfolio], Paper],
) -> None:
    feedback = " ".join(f"Point {number} of the feedback." for number in range(1, 500))
    claim = make_claim("S1", make_decision(feedback=feedback), rationale=SENTENCE * 60)

    paper = draw(make_portfolio(make_piece(1, make_version(claims=(claim,)))))

    assert all(f"Point {number} of" in paper.text for number in range(1, 500))


def _column(words: list[Word], left: float, right: float) -> str:
    return " ".join(word.text for word in words if word.left >= left and word.right <= right)
