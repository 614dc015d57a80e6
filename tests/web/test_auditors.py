"""An auditor's link from making it to its end, over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from kbstrack.auditing import queries, service
from kbstrack.auditing.service import NewLink, Wanted
from kbstrack.clock import day_of
from kbstrack.db import db
from kbstrack.portfolio.service import build_portfolio
from tests.builders import (
    MONDAY,
    TUESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    met,
)
from tests.pages import Pages

LAST_DAY = day_of(MONDAY) + timedelta(days=13)


def make(world: World, *, with_passcode: bool = False) -> NewLink:
    wanted = Wanted(
        "Ines Audit",
        (world.enrolment_id,),
        LAST_DAY,
        organisation="Looking & Co",
        with_passcode=with_passcode,
    )
    return service.make_link(world.administrator, world.provider_id, wanted=wanted, at=MONDAY)


@pytest.fixture
def auditor(pages: Pages, world: World, now) -> Pages:
    """The auditor, who has opened a link without a passcode on Tuesday."""
    return enter(pages, make(world))


def enter(pages: Pages, made: NewLink, passcode: str | None = None) -> Pages:
    door = pages.get(f"/audit/{made.token}")
    pages.submit(door, {"passcode": passcode} if passcode is not None else {})
    return pages


def looks(world: World, made_id=None) -> list[str]:
    db.session.rollback()
    link_id = made_id or queries.links(world.provider_id)[0].id
    return [view.what for view in reversed(queries.views(link_id, most=100))]


@pytest.fixture
def administrator(pages: Pages, world: World, now) -> Pages:
    return pages.sign_in(world.people["administrator"].person_id)


def test_making_a_link_shows_its_secret_once_and_it_opens_the_record(administrator, world, app):
    form = administrator.get("/auditors/new")
    page = administrator.submit(
        form,
        {
            "name": "Ines Audit",
            "ends_on": ["20", "3", "2026"],
            "enrolments": [str(world.enrolment_id)],
            "with_passcode": True,
        },
    )
    token = re.search(r"/audit/([\w-]{43})", page.text).group(1)
    passcode = re.search(r"Passcode (\w{4}-\w{4})", page.text).group(1)

    assert page.heading == "The link is ready"
    assert token not in administrator.get("/auditors").text
    reader = enter(Pages(app), NewLink(world.provider_id, token, passcode), passcode)
    assert "Apprentice A" in reader.get("/audit").text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(administrator, world):
    page = administrator.submit(
        administrator.get("/auditors/new"), {"name": "Ines", "ulns": "9999999999"}, status=422
    )

    assert page.errors == [
        "Nobody here has this ULN: 9999999999. Check or remove it.",
    ]
    page = administrator.submit(page, {"ulns": ""}, status=422)
    assert page.errors == [
        "Enter the last day on which the link works.",
        "Select at least one apprentice.",
    ]
    assert page.value_of("name") == "Ines"


def test_apprentices_can_be_given_by_uln(administrator, world):
    administrator.submit(
        administrator.get("/auditors/new"),
        {
            "name": "Ines",
            "ends_on": ["20", "3", "2026"],
            "ulns": "9000000016,\n",
        },
    )

    (row,) = queries.links(world.provider_id)
    assert queries.scope_of(row.id) == {world.enrolment_id}


def test_a_wrong_passcode_opens_nothing_and_many_have_to_wait(pages, world, now):
    made = make(world, with_passcode=True)
    door = pages.get(f"/audit/{made.token}")

    answers = [
        pages.submit(door, {"passcode": "WRONG123"}, status=status) for status in [422] * 5 + [429]
    ]

    assert answers[0].errors == [
        "The passcode is not right. Check it, or ask the training provider for it."
    ]
    assert answers[-1].status == 429
    assert pages.get("/audit", follow=False, status=303).location.startswith("/sign-in")


def test_looking_at_the_door_notes_nothing(pages, world, now):
    made = make(world)

    pages.get(f"/audit/{made.token}")

    assert looks(world) == []


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "a/b"])
def test_a_guessed_link_gets_the_quiet_page(pages, world, now, token):
    if "/" in token:
        pages.get(f"/audit/{token}", status=404)
        return
    assert pages.get(f"/audit/{token}", status=410).heading == "This link opens nothing"


def test_ended_revoked_and_guessed_links_get_the_very_same_page(pages, world, now, app):
    revoked, ended = make(world), make(world)
    service.revoke_link(world.administrator, revoked.id, at=TUESDAY)
    bodies = []
    for made in (revoked, NewLink(ended.id, "x" * 43, None)):
        bodies.append(Pages(app).get(f"/audit/{made.token}", status=410).text)
    now.move_to(datetime(2026, 6, 1, 9, tzinfo=UTC))
    bodies.append(Pages(app).get(f"/audit/{ended.token}", status=410).text)

    assert len(set(bodies)) == 1


def test_an_auditor_reads_everything_of_the_record_and_each_look_is_noted(auditor, world):
    piece = make_evidence(world, claims=["K1"])
    decide(world, piece, met("K1"))
    base = f"/enrolments/{world.enrolment_id}"

    for path in (
        base,
        f"{base}/ksbs",
        f"{base}/ksbs/K1",
        f"{base}/evidence",
        f"/evidence/{piece}",
        f"/evidence/{piece}/versions/1",
        f"{base}/history",
        f"{base}/history/1",
        f"{base}/portfolio",
    ):
        page = auditor.get(path)
        assert "Read-only for Ines Audit, Looking & Co until 15 March 2026." in page.whole_text
        assert page.html.xpath("count(//*[@class='app-watermark']/span)") == 12

    # All at one moment, so in no order.
    assert set(looks(world)) == {
        "overview",
        "KSB matrix",
        "KSB K1",
        "list of evidence",
        "evidence E1",
        "evidence E1, version 1",
        "history",
        "history, entry 1",
        "portfolio, contents",
    }


def test_the_apprentice_sees_how_often_and_the_administrator_what(auditor, world, app):
    auditor.get(f"/enrolments/{world.enrolment_id}/ksbs")
    auditor.get(f"/enrolments/{world.enrolment_id}")

    own = Pages(app).sign_in(world.people["apprentice"].person_id)
    assert "Auditors opened pages of this record 2 times." in (
        own.get(f"/enrolments/{world.enrolment_id}").text
    )
    desk = Pages(app).sign_in(world.people["administrator"].person_id)
    page = desk.get(f"/auditors/{queries.links(world.provider_id)[0].id}")
    assert "Apprentice A KSB matrix 3 March 2026" in page.text


def test_nothing_but_reading_the_chosen_records_is_there_for_an_auditor(auditor, world, app):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    draft, piece = make_draft(world), make_evidence(world)

    for path in (
        "/account",
        "/people",
        "/queue",
        "/caseload",
        "/auditors",
        f"/evidence/{draft}",
        f"/evidence/{piece}/edit",
        f"/evidence/{piece}/review",
        f"/enrolments/{world.enrolment_id}/evidence/new",
        f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off",
        f"/enrolments/{world.enrolment_id}/details",
        f"/enrolments/{other.enrolment_id}",
        f"/enrolments/{other.enrolment_id}/portfolio",
    ):
        auditor.get(path, status=404)
    auditor.post(f"/evidence/{piece}/withdraw", status=404)
    assert auditor.get("/", follow=False, status=303).location == "/audit"


def test_revoking_closes_an_open_session_at_the_next_page(auditor, world):
    auditor.get(f"/enrolments/{world.enrolment_id}")
    service.revoke_link(world.administrator, queries.links(world.provider_id)[0].id, at=TUESDAY)

    page = auditor.get(f"/enrolments/{world.enrolment_id}", status=410)

    assert page.heading == "This link opens nothing"


def test_opening_a_link_signs_out_whoever_was_signed_in(pages, world, now):
    pages.sign_in(world.people["administrator"].person_id)

    enter(pages, make(world))

    pages.get("/people", status=404)


def test_leaving_ends_the_session_and_not_the_link(auditor, world):
    made = make(world)

    auditor.submit(auditor.get("/audit"), button="Sign out")

    assert auditor.get("/audit", follow=False, status=303).location.startswith("/sign-in")
    assert service.find_open(made.token, at=TUESDAY) is not None


def test_closing_a_link_from_its_page(administrator, world):
    made = make(world)

    asked = administrator.get(administrator.get(f"/auditors/{made.id}").links()["Close this link"])
    assert asked.heading == "Close this link?"
    assert service.find_open(made.token, at=TUESDAY) is not None
    page = administrator.submit(asked, button="Close the link")

    assert "The link is closed." in page.text
    assert "This link opens nothing any more." in page.text
    assert administrator.get(f"/auditors/{made.id}/revoke").path == f"/auditors/{made.id}"


def test_another_providers_administrator_does_not_learn_of_a_link(pages, world, now):
    made = make(world)
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    pages.sign_in(other.people["administrator"].person_id)

    pages.get(f"/auditors/{made.id}", status=404)
    pages.get(f"/auditors/{made.id}/revoke", status=404)
    pages.post(f"/auditors/{made.id}/revoke", status=404)


def test_the_portfolio_of_an_auditor_names_them_on_every_page(world):
    made = make(world)
    found = service.auditor_of(made.id, at=TUESDAY)

    assert build_portfolio(found, world.enrolment_id, at=TUESDAY).copy_for == (
        "Ines Audit, Looking & Co"
    )
    assert build_portfolio(world.apprentice, world.enrolment_id, at=TUESDAY).copy_for == ""
