"""The page of one KSB."""

from __future__ import annotations

from kbstrack.assessment import signing
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.evidence import service as evidence
from tests.assessment.changing import hand_in_changed, renew, sign
from tests.assessment.countersigned import decision_on
from tests.builders import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
    submit,
    text,
)
from tests.pages import Page, Pages


def ksb(pages: Pages, world: World, code: str = "K1", name: str = "apprentice") -> Page:
    pages.sign_in(world.people[name].person_id)
    return pages.get(f"/enrolments/{world.enrolment_id}/ksbs/{code}")


def test_the_wording_stands_apart_from_our_guidance(pages, world):
    page = ksb(pages, world)

    wording = page.html.xpath("string(//*[@class='app-ksb'])")
    guidance = page.html.xpath("string(//*[@class='app-prompts'])")
    assert "How wind lifts a kite" in wording
    assert "there is nothing to license" in wording
    assert "Which drawing of yours explains it?" in guidance
    assert "Guidance only. It is not part of the standard." in guidance
    assert "your workshop lead" in guidance


def test_a_ksb_without_evidence_says_so_and_offers_to_add_some(pages, world):
    page = ksb(pages, world)

    assert "Not started" in page.text
    assert "Drafts don't count until they are submitted." in page.text
    new = f"/enrolments/{world.enrolment_id}/evidence/new?ksb=K1"
    assert page.links()["Add evidence for K1"] == new
    other = ksb(pages, world, name="line_manager")
    assert "No evidence has been submitted for K1 yet." in other.text
    assert "Add evidence for K1" not in other.links()


def test_the_way_of_a_ksb_can_be_followed_from_submission_to_reopening(pages, world):
    piece = make_evidence(world, title="Kites in the wind", at=MONDAY)
    decide(world, piece, not_yet_met("K1", "Say how.\n\nAnd why."), at=TUESDAY)
    evidence.save_draft(
        world.apprentice, piece, text=text("Kites in the wind"), revision=0, at=WEDNESDAY
    )
    submit(world, piece, at=WEDNESDAY)
    decide(world, piece, met("K1", "Clear now."), sign_offs={"K1": ""}, at=THURSDAY)
    signing.reopen(
        world.assessor, world.enrolment_id, "K1", round=1, reason="Not current.", at=FRIDAY
    )

    page = ksb(pages, world, name="line_manager")

    assert page.links()["E1 Kites in the wind"].startswith(f"/evidence/{piece}")
    for words in (
        "Say how.",
        "And why.",
        "Not confirmed as current or sufficient.",
        "Add your notes. By 20 March 2026",
        "Clear now.",
        "Confirmed as valid, authentic, current and sufficient.",
        "Signed off, then reopened",
        "It rests on E1, version 2.",
        "I declare that I have looked at the evidence",
        "Not current.",
        "The sign-off of K1 was reopened 6 March 2026 at 9:30am, Assessor A, assessor",
        "E1, version 1, was submitted for K1 2 March 2026 at 9:30am, Apprentice A",
    ):
        assert words in page.text, words
    assert page.text.index("Clear now.") < page.text.index("Say how.")
    assert page.text.index("K1 was reopened") < page.text.index("E1, version 1, was submitted")


def test_a_newer_version_that_waits_is_told_from_what_was_decided(pages, world):
    piece = make_evidence(world, at=MONDAY)
    decide(world, piece, not_yet_met("K1"), at=TUESDAY)
    evidence.save_draft(world.apprentice, piece, text=text(), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)

    page = ksb(pages, world)

    assert (
        "Version 2 waits for a decision, submitted 4 March 2026; "
        "version 1 was not yet met, 3 March 2026"
    ) in page.text


def test_a_decision_that_was_taken_back_is_told_from_a_newer_version(pages, world):
    piece = make_evidence(world, at=MONDAY)
    decide(world, piece, not_yet_met("K1"), at=TUESDAY)
    evidence.save_draft(world.apprentice, piece, text=text(), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)
    decide(world, piece, met("K1"), at=THURSDAY)
    row = decision_on(piece, version=2)
    reopen_decision(world.assessor, row.id, reason="Wrong date.", at=FRIDAY)

    page = ksb(pages, world)

    assert (
        "Version 2 waits to be decided again: the decision on it was taken back; "
        "version 1 was not yet met, 3 March 2026"
    ) in page.text


def test_the_sign_off_is_offered_to_whom_the_standard_names(pages, world):
    decide(world, make_evidence(world), met("K1"))
    offered = {
        (code, name)
        for code in ("K1", "B1")
        for name in ("assessor", "line_manager", "apprentice", "administrator")
        if f"Sign off {code}" in ksb(pages, world, code, name).links()
    }

    assert offered == {("K1", "assessor"), ("B1", "line_manager")}


def test_no_sign_off_is_offered_to_an_assessor_where_nothing_is_accepted(pages, world):
    make_evidence(world)

    assert "Sign off K1" not in ksb(pages, world).links()
    address = f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off"
    page = pages.sign_in(world.assessor.person_id).get(address)
    assert "Nothing is accepted for K1 yet" in page.text
    assert not page.html.xpath("//main//form")


def test_a_ksb_that_is_met_is_offered_for_reopening_instead(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    links = ksb(pages, world, name="assessor").links()

    assert links["Reopen K1"] == f"/enrolments/{world.enrolment_id}/ksbs/K1/reopen"
    assert "Sign off K1" not in links


def test_the_pages_of_the_ksbs_lead_to_one_another(pages, world):
    assert "Previous: K2" not in ksb(pages, world, "K1").links()
    assert "Next: K2" in ksb(pages, world, "K1").links()
    assert "Previous: S2" in ksb(pages, world, "B1").links()


def test_what_people_wrote_is_shown_as_text(pages, world):
    piece = make_evidence(world, title="<script>alert(1)</script>")
    decide(world, piece, met("K1", "<b>Bold</b> & so on"))

    page = ksb(pages, world)

    assert "<b>Bold</b> & so on" in page.text
    assert "E1 <script>alert(1)</script>" in page.text


def test_an_unknown_ksb_is_not_found(pages, world):
    pages.sign_in(world.people["apprentice"].person_id)

    for code in ("K99", "k1", "%00", "<b>"):
        pages.get(f"/enrolments/{world.enrolment_id}/ksbs/{code}", status=404)


def test_a_remark_is_no_reason_for_fewer_pieces(pages, world):
    for code in ("K1", "S1"):
        decide(world, make_evidence(world, claims=[code]), met(code))
        sign(world, code)

    enough, fewer = ksb(pages, world, "K1"), ksb(pages, world, "S1")

    assert "What they added It is enough." in enough.text
    assert "Why fewer pieces were enough" not in enough.text
    assert "Why fewer pieces were enough It is enough." in fewer.text


def test_a_confirmed_sign_off_says_what_it_rested_on_and_what_it_rests_on_now(pages, world):
    piece = make_evidence(world, claims=["B1", "S1"])
    decide(world, piece, met("B1"), met("S1"))
    sign(world, "B1", by="line_manager")
    hand_in_changed(world, piece, claims=["S1"])
    decide(world, piece, met("S1"), at=THURSDAY)
    renew(world, "B1", by="line_manager", reason="I see it every day.")

    page = ksb(pages, world, "B1")
    entry = pages.get(page.links()["The sign-off of B1 was confirmed on the changed evidence"])

    signed, confirmed = page.text.split("Confirmed after a change by")
    assert "It rested on E1, version 1." in signed
    assert "It rests on nothing accepted" in confirmed
    assert "What it rests on Nothing was accepted for it then." in entry.text
