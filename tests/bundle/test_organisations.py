"""The folders that assessment organisations ask for, with nothing in them that nobody recorded."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from kbstrack.bundle.issued import Layout
from kbstrack.bundle.pages import employer_reference, gateway_summary
from kbstrack.standards.rules import Terms
from tests.bundle.bundles import ISSUE, piece_with, portfolio_with, unpacked
from tests.pdf.samples import make_piece, make_portfolio, make_said, make_sign_off, make_version


class Words(HTMLParser):
    """What a page says, and the elements it has."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.said: list[str] = []
        self.elements: set[str] = set()
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        if tag in {"td", "th", "tr", "dt", "dd"}:
            self.said.append(" ")

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


def bundled(shelf, portfolio):
    (part,) = shelf.plan(shelf.freeze(portfolio), Layout.ASSESSMENT_ORGANISATION)
    return part, unpacked(*shelf.zips([part]))


def test_the_folders_are_those_that_organisations_ask_for(shelf):
    certificate = make_version(
        title="Level 1 English", kind="Certificate", files=(shelf.file("e.pdf", b"1"),)
    )
    portfolio = portfolio_with(make_piece(1, certificate), piece_with(2, shelf.file("a.pdf", b"2")))

    part, files = bundled(shelf, portfolio)

    assert part.name == "Amara Nwosu-Bell 9000000016.zip"
    assert {name for name in files if "/" in name} == {
        "Summative portfolio/portfolio.pdf",
        "Summative portfolio/matrix.csv",
        "Summative portfolio/matrix.xlsx",
        "Summative portfolio/E2-Calls/a.pdf",
        "Certificates/E1-Level-1-English/e.pdf",
        "Employer reference/What belongs here.html",
        "Gateway form/Gateway summary.html",
    }
    assert b"Certificates/E1-Level-1-English/, 1 file" in files["README.txt"]


def test_a_folder_without_anything_in_the_record_says_so_and_what_belongs_there(shelf):
    _, files = bundled(shelf, portfolio_with())

    certificates = Words(files["Certificates/What belongs here.html"]).text
    employer = Words(files["Employer reference/What belongs here.html"]).text
    assert "was recorded in kbstrack" in certificates
    assert "Nobody signed a confirmation or a witness statement in kbstrack itself." in employer
    assert "Witness testimony" not in employer
    assert "If your end-point assessment organisation asks for an employer’s reference" in employer


def test_what_the_employer_and_witnesses_signed_is_there_word_for_word(shelf):
    version = make_version(said=(make_said(words="<b>She</b> rang & wrote."),))
    portfolio = make_portfolio(
        make_piece(1, version),
        sign_offs={"B7": (make_sign_off(1, name="Tomasz Willoby", role="Employer"),)},
    )

    _, files = bundled(shelf, portfolio)

    page = Words(files["Employer reference/What the employer and witnesses said.html"])
    assert "<b>She</b> rang & wrote." in page.text
    assert "Signed by Kim Vale, Site manager, on 4 March 2026" in page.text
    assert "Kimberley Vale was asked" in page.text
    assert "B7 Tomasz Willoby" in page.text
    assert "b" not in page.elements


@pytest.mark.parametrize("kind", ["Witness testimony", "Expert witness testimony"])
def test_testimony_among_the_evidence_is_named_where_a_reference_is_looked_for(shelf, kind):
    testimony = make_version(title="What Kim saw", kind=kind)
    portfolio = portfolio_with(make_piece(1, testimony), piece_with(2, title="Calls"))

    _, files = bundled(shelf, portfolio)

    text = Words(files["Employer reference/What belongs here.html"]).text
    assert "Nobody signed a confirmation or a witness statement in kbstrack itself." in text
    assert "as witness testimony. They are in the summative portfolio. E1 What Kim saw" in text
    assert "Calls" not in text


def test_the_gateway_summary_counts_and_says_what_was_noted(shelf):
    issue = shelf.freeze(make_portfolio(sign_offs={"K1": (make_sign_off(),)}))

    text = Words(gateway_summary(issue)).text

    assert "Knowledge 1 9 Skills 0 17 Behaviours 0 9 Together 1 35" in text
    assert "Not started K2, K3" in text
    assert ISSUE.noted[0] in text
    assert "Frozen all the same, because: They are on leave." in text
    assert "kbstrack holds no gateway declaration" in text
    assert "nobody has signed it" in text


def test_an_issue_with_nothing_to_note_says_so(shelf):
    issue = shelf.freeze(portfolio_with())
    said = replace(ISSUE, noted=(), reason="")
    unnoted = replace(issue, portfolio=replace(issue.portfolio, issue=said))

    assert "Nothing was noted as missing." in Words(gateway_summary(unnoted)).text


def test_the_words_are_those_of_the_standard(shelf):
    plain = portfolio_with()
    terms = Terms("apprenticeship assessment", "assessment organisation", "gateway to completion")
    portfolio = replace(plain, standard=replace(plain.standard, terms=terms))

    _, files = bundled(shelf, portfolio)

    page = files["Gateway form/Gateway to completion summary.html"].decode()
    assert "end-point" not in page
    assert "gateway to completion form" in page


@pytest.mark.parametrize("page", ["employer", "gateway"])
def test_a_page_runs_nothing_and_fetches_nothing(shelf, page):
    issue = shelf.freeze(portfolio_with())
    content = employer_reference(issue.portfolio) if page == "employer" else gateway_summary(issue)

    assert b"default-src 'none'" in content
    assert not Words(content).elements & {"script", "img", "link", "iframe", "a", "form"}
