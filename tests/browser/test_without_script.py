"""The main job in a browser that runs no scripts."""

from __future__ import annotations

import pytest

from kbstrack.assessment import reading
from kbstrack.evidence.rules import EvidenceState
from tests.browser import working
from tests.browser.photos import take_photo
from tests.browser.windows import DESK, ONE_DATABASE, PHONE

pytestmark = [pytest.mark.browser, ONE_DATABASE]


def test_evidence_is_written_handed_in_and_decided_without_script(world, visit, tmp_path):
    apprentice = visit(PHONE, with_script=False).sign_in(world.people["apprentice"].email)
    assessor = visit(DESK, with_script=False).sign_in(world.people["assessor"].email)

    apprentice.go_to("My evidence")
    working.write_evidence(
        apprentice,
        title="Shortlist",
        description="I read the applications.",
        reasons={"K1": "I compared two job boards."},
        photo=take_photo(tmp_path),
    )
    working.submit(apprentice)
    assessor.go_to("Queue")
    assessor.page.get_by_role("link", name="Shortlist").click()
    working.answer_met(assessor, "K1", "Clear.")
    working.sign_off_with_it(assessor, "K1")
    assessor.press("Save decision")

    assert "K1 signed off" in assessor.main
    (item,) = reading.list_evidence(world.apprentice, world.enrolment_id)
    assert item.state == EvidenceState.ACCEPTED


def test_a_refused_form_says_what_to_do_without_script(world, visit):
    apprentice = visit(PHONE, with_script=False).sign_in(world.people["apprentice"].email)
    apprentice.go_to("My evidence")
    apprentice.press("Add evidence")
    apprentice.page.get_by_label("What did you do?").fill("I read the applications.")

    apprentice.press("Save and continue")

    alert = apprentice.page.get_by_role("alert")
    assert "There is a problem" in alert.inner_text()
    assert apprentice.page.get_by_label("What did you do?").input_value() == (
        "I read the applications."
    )
    alert.get_by_role("link").first.click()
    assert apprentice.page.url.endswith("#title")
