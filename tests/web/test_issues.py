"""The pages on which a portfolio is looked through, frozen, and handed out."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace

import pikepdf
import pytest

from kbstrack import clock, current
from kbstrack.access import Role
from kbstrack.issues import queries
from kbstrack.jobs import service as jobs
from kbstrack.jobs.running import run_next
from kbstrack.people import queries as people
from tests.builders import World, make_evidence, make_member
from tests.pages import Page, Pages
from tests.quality.sampling import judge, make_sample
from tests.record.frozen import add_issue

pytestmark = pytest.mark.usefixtures("now")


def path_of(world: World, rest: str = "") -> str:
    return f"/enrolments/{world.enrolment_id}/portfolio{rest}"


def look_through(pages: Pages, world: World, name: str = "assessor") -> Page:
    pages.sign_in(world.people[name].person_id)
    return pages.get(pages.get(path_of(world)).links()["Freeze an issue"])


def press(pages: Pages, page: Page, *, status: int = 200, **typed: str) -> Page:
    return pages.submit(page, typed, button="Freeze and sign issue 1", status=status)


def test_from_the_portfolio_to_the_signed_pdf(pages, world):
    make_evidence(world, title="A shortlist of kites")
    page = look_through(pages, world)
    assert page.heading == "Freeze the portfolio"
    asked = press(pages, page, kind="interim", reason="For the review")
    assert asked.heading == "The issue is waiting for its turn"
    run_next(clock.now)

    issue = pages.get(asked.path)
    pdf = pages.get(issue.links()[next(text for text in issue.links() if "signed PDF" in text)])

    assert issue.heading == "Issue 1 of the portfolio"
    assert "by Assessor A" in issue.text
    assert "Reason: For the review" in issue.text
    assert (
        "Portfolio-Apprentice-A-ST9999-2026-03-03-issue-1.pdf"
        in (pdf.headers["Content-Disposition"])
    )
    row = queries.issue(world.enrolment_id)
    assert hashlib.sha256(pdf.response.data).hexdigest() == row.pdf_sha256
    with pikepdf.open(io.BytesIO(pdf.response.data)) as document:
        assert "manifest.json" in document.attachments


def test_every_remark_leads_to_where_it_can_be_mended(pages, world):
    piece = make_evidence(world, title="A shortlist of kites")
    links = look_through(pages, world).links()

    assert links["E1"] == f"/evidence/{piece}"
    assert links["K1"] == f"/enrolments/{world.enrolment_id}/ksbs/K1"


def test_what_was_typed_stays_when_something_is_missing(pages, world):
    make_evidence(world)
    page = press(pages, look_through(pages, world), status=422, reason="Half-way")

    assert page.errors == ["Select what the issue is for"]
    assert page.value_of("reason") == "Half-way"


def test_a_list_that_changed_since_is_shown_again(pages, world):
    make_evidence(world)
    page = look_through(pages, world)
    make_evidence(world, title="Another kite")
    again = press(pages, page, status=422, kind="interim", reason="Now")

    assert "This list changed since you opened the page" in again.text
    assert "2 pieces wait for a decision" in again.text
    done = press(pages, again, kind="interim", reason="Now")
    assert done.heading == "The issue is waiting for its turn"


@pytest.mark.parametrize(
    ("address", "is_told"),
    [("http://127.0.0.1:8000", True), ("http://localhost", True), ("https://kites.example", False)],
)
def test_an_address_that_others_cannot_open_is_told_before_it_stands_on_a_cover(
    pages, world, monkeypatch, address, is_told
):
    make_evidence(world)
    settings = replace(current.settings(), public_url=address)
    monkeypatch.setitem(pages.app.extensions, current.SETTINGS, settings)

    told = f"The cover will lead to {address}/check, which others can’t open"
    assert (told in look_through(pages, world).text) is is_told


def test_an_empty_portfolio_offers_no_button_and_asks_for_no_reason(pages, world):
    page = look_through(pages, world)

    assert "No evidence has been submitted yet." in page.text
    assert "Freeze and sign" not in page.text
    assert "below" not in page.text


def test_a_freezing_that_failed_says_why_and_leads_back(pages, world):
    make_evidence(world)
    asked = press(pages, look_through(pages, world), kind="gateway", reason="Now")
    taken = jobs.take(clock.now(), limit=1)
    jobs.fail(taken.job.id, taken.lease, "The time stamp did not come.", clock.now(), is_final=True)
    page = pages.get(asked.path)

    assert page.heading == "The portfolio was not frozen"
    assert "The time stamp did not come." in page.text
    assert page.links()["Look through the portfolio again"] == path_of(world, "/issues/new")


@pytest.mark.parametrize("name", ["apprentice", "line_manager"])
def test_others_read_issues_and_freeze_none(pages, world, name):
    add_issue(world)
    pages.sign_in(world.people[name].person_id)
    page = pages.get(path_of(world))

    assert "Issue 1" in page.links()
    assert "Freeze an issue" not in page.text
    pages.get(path_of(world, "/issues/new"), status=403)


def test_an_older_issue_says_that_there_is_a_newer_one(pages, world):
    add_issue(world, 1)
    add_issue(world, 2)
    pages.sign_in(world.people["apprentice"].person_id)

    assert "There is a newer one: issue 2" in pages.get(path_of(world, "/issues/1")).text
    assert "There is a newer one" not in pages.get(path_of(world, "/issues/2")).text
    pages.get(path_of(world, "/issues/3"), status=404)


def test_damaged_bytes_are_not_handed_out(pages, world):
    add_issue(world)
    issue = queries.issue(world.enrolment_id)
    path = current.store().path(issue.pdf_sha256)
    path.chmod(0o600)
    path.write_bytes(b"%PDF of somebody else")
    pages.sign_in(world.people["assessor"].person_id)
    page = pages.get(path_of(world, "/issues/1.pdf"), status=404)

    assert "not those that were frozen" in page.text


def test_the_bundle_comes_as_zips_of_the_size_that_was_said(pages, world):
    make_evidence(world, title="A shortlist of kites")
    press(pages, look_through(pages, world), kind="interim", reason="Now")
    run_next(clock.now)
    issue = pages.get(path_of(world, "/issues/1"))
    page = pages.get(issue.links()["Download everything as a ZIP"])
    links = page.html.xpath("//a[text()='Download the ZIP']/@href")
    assert len(links) == 2
    for link in links:
        answer = pages.get(link)
        assert int(answer.headers["Content-Length"]) == len(answer.response.data)
        with zipfile.ZipFile(io.BytesIO(answer.response.data)) as bundle:
            assert bundle.testzip() is None
            assert any(name.endswith("manifest.json") for name in bundle.namelist())
    pages.get(links[0].replace("plain", "other"), status=404)
    pages.get(links[0].replace("/1.zip", "/2.zip"), status=404)


def test_an_open_action_of_quality_assurance_blocks_and_leads_to_it(pages, world):
    iqa = people.actor_of(make_member(world.provider_id, "iqa", Role.IQA).person_id)
    sample = make_sample(world, iqa)
    judge(sample, iqa)
    page = look_through(pages, world)

    assert "1 action of internal quality assurance is open" in page.text
    assert page.links()["Action 1"] == f"/quality/actions/{sample.id}"
    assert "Freeze and sign" not in page.text
    by_administrator = look_through(pages, world, "administrator")
    assert by_administrator.links()["Action 1"] == f"/quality/samples/{sample.id}"
