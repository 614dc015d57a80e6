"""What apprentices and assessors do on pages, step by step, as a person finds the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.browser.windows import Visitor

CAPTION = "The noticeboard beside my desk"
QUESTIONS = ("Valid", "Authentic", "Current", "Sufficient")


def write_evidence(
    who: Visitor, *, title: str, description: str, reasons: Mapping[str, str], photo: Path | None
) -> None:
    """Add a piece from the page of one's evidence up to the check before submitting."""
    who.press("Add evidence")
    who.page.get_by_label("Title").fill(title)
    who.page.get_by_label("What did you do?").fill(description)
    who.page.get_by_label("Yesterday").check()
    who.page.get_by_label("What kind of evidence is it?").select_option("work_product")
    who.press("Save and continue")
    if photo:
        who.page.get_by_label("Photos and files").set_input_files(photo)
        who.press("Save and continue")
        assert "Say in a line what can be seen" in who.main
        who.page.get_by_label("What does this picture show?").fill(CAPTION)
    who.press("Save and continue")
    choose_ksbs(who, reasons)
    for code, reason in reasons.items():
        who.page.get_by_label(f"How does it show {code}?").fill(reason)
    who.press("Save and continue")


def choose_ksbs(who: Visitor, codes: Mapping[str, str]) -> None:
    """Tick the KSBs, opening their kinds first."""
    for heading in sorted({HEADINGS[code[0]] for code in codes}):
        group = who.page.get_by_role("group").filter(has=who.page.get_by_text(f"{heading}, "))
        if group.first.get_attribute("open") is None:
            group.first.locator("summary").click()
    for code in codes:
        who.page.locator(f"#ksb-{code}").check()
    who.press("Save and continue")


HEADINGS = {"K": "Knowledge", "S": "Skills", "B": "Behaviours"}


def submit(who: Visitor) -> None:
    """Declare it one's own and hand it in, from the check."""
    who.page.get_by_label("I declare this").check()
    who.press("Submit evidence")


def answer_met(who: Visitor, code: str, feedback: str) -> None:
    """Fill in that the claim is met; nothing is sent yet."""
    claim = claim_part(who, code)
    claim.get_by_label("Met", exact=True).check()
    for question in QUESTIONS:
        claim.get_by_label(f"{question}: ").check()
    claim.get_by_label(f"Feedback on {code}").fill(feedback)


def answer_not_yet_met(who: Visitor, code: str, feedback: str) -> None:
    """Fill in that the claim is not yet met; nothing is sent yet."""
    claim = claim_part(who, code)
    claim.get_by_label("Not yet met", exact=True).check()
    claim.get_by_label("Valid: ").check()
    claim.get_by_label("Authentic: ").check()
    claim.get_by_label(f"Feedback on {code}").fill(feedback)


def claim_part(who: Visitor, code: str):  # type: ignore[no-untyped-def]
    """The part of the review page about one KSB."""
    return who.page.locator("section.app-claim").filter(
        has=who.page.get_by_role("heading", name=f": {code}")
    )


def sign_off_with_it(who: Visitor, *codes: str) -> None:
    """Tick KSBs to sign off together with the decision, and agree to the declaration."""
    for code in codes:
        who.page.get_by_label(f"Sign off {code} now").check()
    who.page.get_by_label("I agree to this declaration").check()
