"""The one whole way: from a photo on a phone to a signed-off KSB in a printed portfolio."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from kbstrack.assessment.rules import SIGN_OFF_DECLARATIONS
from tests.browser import working
from tests.browser.photos import take_photo
from tests.browser.windows import DESK, PHONE, Visitor
from tests.builders import World

pytestmark = pytest.mark.browser

TITLE = "Shortlist for a warehouse supervisor"
WHAT = "I read 42 applications against the brief.\n\nThen I rang the seven who had driven before."
LATER = "\n\nAfter each call I noted why somebody was on the list or not."
REASONS = {
    "K1": "I used two job boards and our own database, and compared what each brought.",
    "S2": "I rang all seven and asked each of them the same five questions.",
}
RETURNED = "Say why you chose these two job boards and not others."
PRAISED = "A fair and complete set of questions."
PRAISED_NOW = "The comparison of costs for each application makes it clear."


def test_a_photo_on_a_phone_becomes_a_signed_off_page_of_the_portfolio(world, visit, tmp_path):
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    assessor = visit(DESK).sign_in(world.people["assessor"].email)
    employer = visit(DESK).sign_in(world.people["line_manager"].email)

    hand_in(apprentice, take_photo(tmp_path))
    return_one_claim(assessor)
    hand_in_again(apprentice)
    decide_and_sign_off(assessor)
    portfolio = download(employer)

    text = text_of(portfolio, tmp_path)
    for expected in (
        *(TITLE, *WHAT.split("\n\n"), LATER.strip(), *REASONS.values()),
        *(RETURNED, PRAISED, PRAISED_NOW),
        *("K1", "S2", "ST0321", "9000000016", "Recruitment resourcer"),
        *(member_name(world, who) for who in ("apprentice", "assessor", "line_manager")),
        *("Provider A", "10000001", "Employer A", working.CAPTION),
    ):
        assert expected in text
    assert text.count(SIGN_OFF_DECLARATIONS["assessor"]) >= 1, "the declaration is printed"
    assert "2 of 35" in text
    assert 1.5 in heights_of_images(portfolio), "the photo is there and stands upright"


def hand_in(apprentice: Visitor, photo: Path) -> None:
    apprentice.go_to("My evidence")
    working.write_evidence(apprentice, title=TITLE, description=WHAT, reasons=REASONS, photo=photo)
    assert apprentice.heading == "Check and submit"
    shown = apprentice.page.get_by_role("img", name=working.CAPTION)
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("image => image.decode().then(() => image.naturalHeight)") > 0
    width, height = shown.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert height > width, "a photo taken upright is shown upright"
    working.submit(apprentice)
    assert apprentice.heading == "Your evidence is submitted"


def return_one_claim(assessor: Visitor) -> None:
    assessor.go_to("Queue")
    assessor.page.get_by_role("link", name=TITLE).click()
    assert LATER.strip() not in assessor.main
    working.answer_not_yet_met(assessor, "K1", RETURNED)
    working.answer_met(assessor, "S2", PRAISED)
    assessor.press("Save decision")
    assert "1 met, 1 not yet met" in assessor.main


def hand_in_again(apprentice: Visitor) -> None:
    apprentice.go_to("Home")
    apprentice.page.get_by_role("link", name=TITLE).click()
    assert RETURNED in apprentice.main
    apprentice.press("Make changes")
    apprentice.page.get_by_label("What did you do?").fill(WHAT + LATER)
    for step in ("Photos and files", "Which KSBs does it show?", "How does it show them?"):
        apprentice.press("Save and continue")
        assert apprentice.heading == step
    apprentice.press("Save and continue")
    working.submit(apprentice)
    assert "version 2" in apprentice.main


def decide_and_sign_off(assessor: Visitor) -> None:
    assessor.go_to("Queue")
    assessor.page.get_by_role("link", name=TITLE).click()
    assert LATER.strip() in assessor.main
    working.answer_met(assessor, "K1", PRAISED_NOW)
    working.answer_met(assessor, "S2", PRAISED)
    working.sign_off_with_it(assessor, "K1", "S2")
    assessor.press("Save decision")
    assert "K1 and S2 signed off" in assessor.main


def download(employer: Visitor) -> bytes:
    employer.go_to("Apprentices")
    employer.page.get_by_role("link", name="Apprentice A", exact=True).click()
    employer.follow("Download portfolio")
    employer.press("Make the PDF")
    # The page follows by itself until it is there.
    button = employer.page.get_by_role("button", name="Download the PDF")
    with employer.page.expect_download(timeout=60_000) as saved:
        button.click(timeout=60_000)
    assert saved.value.suggested_filename.startswith("Portfolio-Apprentice-A-ST0321-")
    return Path(saved.value.path()).read_bytes()


def member_name(world: World, who: str) -> str:
    return world.people[who].name


def text_of(portfolio: bytes, folder: Path) -> str:
    """The document's words with single spaces, as somebody who copies them gets them."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext (poppler-utils) is missing"
    path = folder / "portfolio.pdf"
    path.write_bytes(portfolio)
    read = subprocess.run([program, str(path), "-"], capture_output=True, check=True, text=True)
    return " ".join(read.stdout.split())


def heights_of_images(portfolio: bytes) -> set[float]:
    """How high every image is for a width of one."""
    with pikepdf.open(io.BytesIO(portfolio)) as document:
        return {
            round(int(image.Height) / int(image.Width), 2)
            for page in document.pages
            for image in page.get_images().values()
        }
