"""What the document says, read back as a person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kbstrack.portfolio.rules import Portfolio, PortfolioActionPoint
from kbstrack.portfolio.spelling import portfolio_sha256
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    DECLARATION,
    MONDAY,
    make_claim,
    make_decision,
    make_document,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
    rich_portfolio,
)


def test_the_cover_says_who_what_where_and_when(rich: Paper) -> None:
    cover = " ".join(rich.texts[0].split())

    for words in (
        "Amara Nwosu-Bell",
        "ULN 9000000016",
        "Recruitment resourcer",
        "ST0321 version 1.0, level 2",
        "Larkmoor Training UKPRN 10099999",
        "Tidewhistle Resourcing",
        "Tomasz Willoby",
        "From 15 September 2025, planned end 30 October 2026",
        "Date 27 March 2026 working copy, not a frozen issue",
        "Open Government Licence v3.0",
        "1 of 17 met",
    ):
        assert words in cover


def test_every_page_names_the_apprentice_and_its_number(rich: Paper) -> None:
    for number, text in enumerate(rich.texts, 1):
        assert f"Page {number} of {len(rich.texts)}" in text
        assert "Amara Nwosu-Bell" in text
        assert "9000000016" in text


def test_the_contents_give_the_page_of_each_part(rich: Paper) -> None:
    contents = rich.lines(2)

    places = rich.destinations()
    for words, place in (
        ("Summary", "summary"),
        ("Timeline", "timeline"),
        ("KSB matrix at a glance", "grid"),
        ("KSB matrix", "matrix"),
        ("Sign-offs", "sign-offs"),
        ("E2 Calls about the open day", "piece-2"),
        ("Statements of authenticity", "statements"),
    ):
        assert f"{words} {places[place]}" in contents


def test_the_matrix_has_every_ksb_with_its_wording_and_the_page_of_each_piece(rich: Paper) -> None:
    places = rich.destinations()

    matrix = " ".join(" ".join(rich.texts[places["matrix"] - 1 : places["sign-offs"] - 1]).split())

    for ksb in rich_portfolio().ksbs:
        assert f"{ksb.code} " in matrix
        assert " ".join(ksb.statement.split()[-3:]) in matrix
    assert f"E1, {places['piece-1']}" in matrix
    assert f"E3, {places['piece-3']}" in matrix
    assert "quantitative and qualitative research methods" in matrix
    assert "Crown copyright" in matrix


def test_sign_offs_say_who_when_on_what_and_with_which_words(rich: Paper) -> None:
    page = " ".join(rich.texts[rich.destinations()["sign-offs"] - 1].split())

    assert "Declaration A I have seen the evidence and judge this KSB met." in page
    assert "Ruth Hallworth" in page
    assert "Assessor, Larkmoor Training" in page
    assert "6 March 2026" in page
    assert "Reason One piece is enough here." in page
    assert "Reopened on 2 March 2026 by Ruth Hallworth: The policy changed." in page
    assert "22 March 2026" in page


def test_a_piece_has_its_claims_decisions_feedback_and_declaration(rich: Paper) -> None:
    for words in (
        "It shows how I did S1 on a real vacancy.",
        "Research, identify and attract candidates",
        "Say how you chose the four.",
        "Add how you chose. By 13 March 2026",
        "Sufficient not confirmed",
        "Ruth Hallworth, 5 March 2026 at 2:30pm",
        f"with this declaration: “{DECLARATION}”",
        "Waiting for the assessor’s decision.",
        "16 to 20 February 2026",
    ):
        assert words in rich.text


def test_a_piece_says_what_others_confirmed_and_saw_of_it(rich: Paper) -> None:
    for words in (
        "Witness statement",
        "I sat beside her while she rang the applicants.",
        "Seen 18 February 2026. Her client. Contact: kim@client.example",
        "Kim Vale, Site manager, 4 March 2026",
        "(asked: Kimberley Vale)",
        "with this declaration: “I saw this myself.”",
        "1f3a 9c04 77de 0b21",
        "Confirmed by the employer",
    ):
        assert words in rich.text


def test_files_that_are_not_drawn_are_listed_with_size_and_hash(rich: Paper) -> None:
    for file in (make_document("brief v1.pdf"), make_document("checks.docx", pages=None)):
        assert file.name in rich.text
        assert file.sha256 in rich.text
    assert "brief v1.pdf, 3 pages" in rich.text
    assert "48 KB" in rich.text


def test_earlier_versions_say_what_was_changed(rich: Paper) -> None:
    for words in (
        "2, after 1 earlier version",
        "Earlier version 1, submitted 2 March 2026",
        "Changed in version 2",
        "Description: 1 sentence added and 1 sentence taken out.",
        "Claims taken out: S4.",
        "Files added: board.jpg and list.jpg.",
        "Files taken out: old-board.jpg and brief v1.pdf.",
        "Some people answered.",
        "Underlined: not in version 2.",
    ):
        assert words in rich.text


def test_it_says_how_it_can_be_checked_and_what_that_does_not_prove(
    draw: Callable[[Portfolio], Paper],
) -> None:
    portfolio = replace(make_portfolio(), ledger_sequence=41, ledger_hash="ab" * 32)

    paper = draw(portfolio)

    page = " ".join(paper.texts[paper.destinations()["checking"] - 1].split())
    assert portfolio_sha256(portfolio) in page.replace(" ", "")
    assert "Entry 41 was the last one when this document was made" in page
    assert "ab" * 32 in page.replace(" ", "")
    assert "carries no digital signature" in page


def test_statements_have_a_place_to_sign(rich: Paper) -> None:
    page = " ".join(rich.texts[rich.destinations()["statements"] - 1].split())

    assert page.count("Signature Name and role Date") == 3
    for name in ("Amara Nwosu-Bell", "Ruth Hallworth", "Tomasz Willoby"):
        assert name in page


def test_a_portfolio_without_evidence_says_so(empty: Paper) -> None:
    assert "No evidence has been submitted yet." in empty.text
    assert "No KSB has been signed off yet." in empty.text
    assert "0 of 35 KSBs are met, with 0 pieces of evidence." in empty.text
    assert empty.text.count("Not started") >= 35


@pytest.mark.slow
def test_what_a_sitting_shares_is_said_once(draw: Callable[[Portfolio], Paper]) -> None:
    points = (PortfolioActionPoint("Name the two phrases.", MONDAY.date()),)
    decision = make_decision(is_met=False, feedback="Which words?", action_points=points)
    claims = (make_claim("S2", decision), make_claim("K9", decision))

    paper = draw(make_portfolio(make_piece(1, make_version(claims=claims))))

    assert paper.text.count("Name the two phrases.") == 1
    assert paper.text.count("Sufficient not confirmed") == 1
    assert paper.text.count("Which words?") == 2


@pytest.mark.slow
def test_a_piece_that_is_not_in_the_document_is_named_without_a_page(
    draw: Callable[[Portfolio], Paper],
) -> None:
    paper = draw(make_portfolio(make_piece(), sign_offs={"S1": (make_sign_off(1, 7),)}))

    page = paper.destinations()["sign-offs"]
    assert any("6 March 2026 E1, 10 E7 A" in line for line in paper.lines(page))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "   "])
def test_a_signer_who_is_not_known_leaves_the_line_free(
    name: str, draw: Callable[[Portfolio], Paper]
) -> None:
    portfolio = make_portfolio(line_manager=name, assessor=name)

    paper = draw(portfolio)

    assert "Statements of authenticity" in paper.text


def test_a_copy_names_its_reader_at_the_foot_of_every_page(
    draw: Callable[[Portfolio], Paper],
) -> None:
    paper = draw(replace(make_portfolio(make_piece()), copy_for="Ines Audit, Looking & Co"))

    assert all("Copy for Ines Audit, Looking & Co" in text for text in paper.texts[1:])
