"""Having the portfolio's PDF made: pressed, followed, fetched, and nobody else's."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image

from kbstrack import clock, current
from kbstrack.auditing import queries as auditing
from kbstrack.auditing import service as auditors
from kbstrack.evidence import service as evidence
from kbstrack.jobs import made, queries, service
from kbstrack.jobs.rules import LONG
from kbstrack.jobs.running import run_next
from kbstrack.people import service as people
from tests.builders import MONDAY, TUESDAY, World, make_evidence, make_world
from tests.pages import Page, Pages
from tests.record.frozen import add_issue
from tests.web.test_auditors import enter, make

pytestmark = pytest.mark.usefixtures("now")


def press(pages: Pages, world: World, name: str = "line_manager") -> Page:
    """The page after "Make the PDF"."""
    pages.sign_in(world.people[name].person_id)
    return pages.submit(
        pages.get(f"/enrolments/{world.enrolment_id}/portfolio"), button="Make the PDF"
    )


def job_of(page: Page) -> uuid.UUID:
    return uuid.UUID(page.path.rpartition("/")[2])


def bar(page: Page) -> tuple[str | None, str | None]:
    [found] = page.html.xpath("//progress")
    return found.get("value"), found.get("max")


def test_the_pdf_is_asked_for_made_and_downloaded(pages, world):
    make_evidence(world, title="A shortlist of kites")
    page = press(pages, world)
    assert page.heading == "Your PDF is waiting for its turn"
    run_next(clock.now)

    ready = pages.get(page.path)
    pdf = pages.get(ready.links()[next(text for text in ready.links() if "Download the" in text)])

    assert ready.heading == "Your PDF is ready"
    assert "The record as it stood on 3 March 2026 at 9:30am." in ready.text
    assert pdf.headers["Content-Type"] == "application/pdf"
    disposition = pdf.headers["Content-Disposition"]
    assert 'attachment; filename="Portfolio-Apprentice-A-ST9999-2026-03-03.pdf"' in disposition
    assert "sandbox" in pdf.headers["Content-Security-Policy"]
    with pikepdf.open(io.BytesIO(pdf.response.data)) as document:
        assert "Apprentice A" in str(document.docinfo["/Title"])


def test_while_it_is_made_the_last_frozen_issue_is_offered(pages, world):
    add_issue(world)
    page = press(pages, world)

    assert page.links()["Issue 1"] == f"/enrolments/{world.enrolment_id}/portfolio/issues/1"
    run_next(clock.now)
    assert "Issue 1" not in pages.get(page.path).links()


def test_pressed_twice_it_is_one_job(pages, world):
    first, second = press(pages, world), press(pages, world)

    assert job_of(first) == job_of(second)


def test_progress_is_shown_in_words_and_as_a_bar_and_the_page_asks_again_by_itself(pages, world):
    page = press(pages, world)
    assert bar(page) == (None, None)
    taken = service.take(TUESDAY, limit=1)

    assert "The record is being gathered and drawn" in pages.get(page.path).text
    service.progress(taken.job.id, taken.lease, 3, 40, TUESDAY)
    running = pages.get(page.path)

    assert running.heading == "Your PDF is being made"
    assert "3 of 40 parts drawn" in running.text
    assert bar(running) == ("3", "40")
    assert running.html.xpath("//noscript/meta/@http-equiv | //noscript//meta/@http-equiv") == [
        "refresh"
    ]
    service.progress(taken.job.id, taken.lease, 40, 40, TUESDAY)
    assert "Nearly ready" in pages.get(page.path).text


def test_a_page_that_is_at_its_end_does_not_load_itself_again(pages, world):
    page = press(pages, world)
    run_next(clock.now)

    assert pages.get(page.path).html.xpath("//meta[@http-equiv]") == []


def test_the_previous_pdf_is_offered_until_the_next_is_ready(pages, world, now):
    first = press(pages, world)
    run_next(clock.now)
    now.shift(timedelta(hours=1))
    again = press(pages, world)

    assert "as it stood on 3 March 2026 at 9:30am" in again.text
    link = again.links()["Download the one you had before"]
    assert str(job_of(first)) in link
    pages.get(link)
    other = press(Pages(pages.app), world, "apprentice")
    assert "Download the one you had before" not in other.links()


@pytest.mark.parametrize("name", ["apprentice", "assessor", "administrator"])
def test_a_pdf_is_there_for_nobody_but_whoever_asked(pages, world, name):
    page = press(pages, world)
    run_next(clock.now)
    pages.sign_in(world.people[name].person_id)

    pages.get(page.path, status=404)
    pages.get(f"{page.path}.pdf", status=404)


def test_a_pdf_of_one_enrolment_is_not_there_under_another(pages, world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    page = press(pages, world)
    run_next(clock.now)
    pages.sign_in(other.people["administrator"].person_id)

    for enrolment_id in (world.enrolment_id, other.enrolment_id):
        pages.get(f"/enrolments/{enrolment_id}/portfolio/jobs/{job_of(page)}", status=404)


def test_whoever_lost_access_meanwhile_gets_neither_a_pdf_nor_the_one_they_had(pages, world):
    page = press(pages, world, "administrator")
    run_next(clock.now)
    waiting = press(pages, world, "administrator")
    asked_by = queries.job(job_of(waiting)).asked_by
    member = world.people["administrator"]
    people.invite_person(
        world.administrator,
        world.provider_id,
        name="Ada Second",
        email="second@a.example",
        roles=dict.fromkeys(member.roles),
        at=TUESDAY,
    )
    people.end_member(world.administrator, member.id, is_ended=True, at=TUESDAY)
    run_next(clock.now)

    assert asked_by == member.person_id
    assert queries.job(job_of(waiting)).problem is not None
    assert not made.path_of(job_of(waiting)).exists()
    pages.get(f"{page.path}.pdf", status=404)


@pytest.mark.parametrize("what", ["damaged", "missing"])
def test_a_pdf_that_cannot_be_made_is_explained_and_nothing_is_lost(pages, world, what):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
    picture.seek(0)
    file = evidence.add_upload(
        world.apprentice, world.enrolment_id, stream=picture, name="desk.png", at=MONDAY
    )
    make_evidence(world, upload_ids=[file.upload_id])
    path = current.store().path(file.copy_sha256)
    path.chmod(0o600)
    path.unlink() if what == "missing" else path.write_bytes(b"something else")
    page = press(pages, world)
    run_next(clock.now)

    failed = pages.get(page.path)

    assert failed.heading == "The PDF could not be made"
    assert f"is {what}. Restore it from a backup" in failed.text
    assert "Nothing is lost" in failed.text
    assert job_of(pages.submit(failed, button="Try again")) != job_of(page)


def test_a_pdf_that_was_removed_is_made_again(pages, world, now):
    page = press(pages, world)
    run_next(clock.now)
    now.shift(timedelta(days=8))
    made.sweep(clock.now())

    gone = pages.sign_in(world.people["line_manager"].person_id).get(page.path)

    assert gone.heading == "Your PDF was removed"
    pages.get(f"{page.path}.pdf", status=404)
    assert job_of(pages.submit(gone, button="Make the PDF")) != job_of(page)


def test_who_waited_longer_than_a_minute_gets_a_message_without_names_but_their_own(
    pages, world, now, mailbox
):
    page = press(pages, world)
    before = len(mailbox())
    now.shift(LONG + timedelta(seconds=1))
    run_next(clock.now)

    [letter] = mailbox()[before:]
    assert letter.recipient == world.people["line_manager"].email
    assert letter.body.startswith("Hello Line,\n")
    assert f"{page.path}\n" in letter.body
    assert "Apprentice A" not in letter.subject + letter.body


def test_who_had_it_at_once_gets_no_message(pages, world, mailbox):
    press(pages, world)
    before = len(mailbox())
    run_next(clock.now)

    assert len(mailbox()) == before


def test_an_old_page_is_told_so_and_nothing_is_made(pages, world):
    pages.sign_in(world.people["apprentice"].person_id)

    page = pages.post(f"/enrolments/{world.enrolment_id}/portfolio/jobs")

    assert "the page was too old" in page.text
    assert not queries.is_any_free(clock.now())


def test_an_auditor_has_a_pdf_made_that_names_them_and_both_steps_are_noted(pages, world):
    make_evidence(world)
    link = make(world)
    auditor = enter(pages, link)
    page = auditor.submit(
        auditor.get(f"/enrolments/{world.enrolment_id}/portfolio"), button="Make the PDF"
    )
    run_next(clock.now)

    auditor.get(page.path)
    auditor.get(f"{page.path}.pdf")

    assert sorted(view.what for view in auditing.views(link.id, most=10)) == [
        "portfolio PDF",
        "portfolio PDF, asked for",
        "portfolio, contents",
    ]


def test_an_auditor_whose_link_was_closed_meanwhile_gets_no_pdf(pages, world):
    link = make(world)
    auditor = enter(pages, link)
    page = auditor.submit(
        auditor.get(f"/enrolments/{world.enrolment_id}/portfolio"), button="Make the PDF"
    )
    auditors.revoke_link(world.administrator, link.id, at=TUESDAY)
    run_next(clock.now)

    assert queries.job(job_of(page)).problem is not None
    assert not made.path_of(job_of(page)).exists()
