"""The portfolios of a class: followed, fetched as one ZIP, and nobody else's."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from waitress.buffers import ReadOnlyFileBasedBuffer

from kbstrack import clock
from kbstrack.access import OPERATOR, Role
from kbstrack.jobs import made, service
from kbstrack.people import replacing
from tests.builders import TUESDAY, make_evidence, make_member
from tests.pages import Pages
from tests.portfolio.classmates import classmates, damage_a_picture_of
from tests.web.picking import PICK, asked_ids, class_of, make_all, press_all


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


def bar(page):
    [found] = page.html.xpath("//progress")
    return found.get("value"), found.get("max")


@pytest.mark.slow
def test_a_class_is_asked_for_made_and_downloaded_as_one_zip(admin, world):
    make_evidence(world, title="A shortlist of kites")
    classmates(world, 1)
    page = press_all(admin)
    assert page.heading == "Your portfolios are waiting for their turn"
    assert "Apprentice A and Classmate 01" in page.text
    make_all()

    ready = admin.get(page.path)
    answer = admin.get(next(h for text, h in ready.links().items() if "Download the ZIP" in text))

    assert ready.heading == "Your portfolios are ready"
    assert answer.headers["Content-Type"] == "application/zip"
    disposition = answer.headers["Content-Disposition"]
    assert 'attachment; filename="Portfolios-Provider-A-2026-03-03.zip"' in disposition
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Length"] == str(len(answer.response.data))
    with zipfile.ZipFile(io.BytesIO(answer.response.data)) as found:
        assert found.testzip() is None
        lines = list(csv.DictReader(io.StringIO(found.read("index.csv").decode("utf-8-sig"))))
        assert [line["File"] for line in lines] == found.namelist()[1:]
    assert lines[0]["ULN"] == "9000000016"


def test_a_download_that_was_cut_off_goes_on_where_it_ended(admin, world):
    page = press_all(admin)
    make_all()
    whole = admin.get(f"{page.path}.zip")

    rest = admin.get(f"{page.path}.zip", status=206, headers={"Range": "bytes=1000-"})

    assert rest.response.data == whole.response.data[1000:]
    unchanged = {"If-None-Match": whole.headers["ETag"]}
    admin.get(f"{page.path}.zip", status=304, headers=unchanged)


def test_a_download_does_not_go_on_in_a_zip_that_became_another(admin, world):
    page = press_all(admin)
    make_all()
    whole = admin.get(f"{page.path}.zip")
    replacing.replace_assessor(
        OPERATOR,
        world.enrolment_id,
        assessor_id=world.people["other_assessor"].person_id,
        from_on=TUESDAY.date(),
        at=TUESDAY,
    )

    cut_off = {"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    anew = admin.get(f"{page.path}.zip", status=200, headers=cut_off)

    assert anew.headers["ETag"] != whole.headers["ETag"]
    assert len(anew.response.data) == int(anew.headers["Content-Length"])


def test_the_zip_is_handed_to_the_server_as_a_file(admin, world):
    """So that whoever loads it slowly keeps no thread from the pages."""
    handed = []

    class Wrapper(ReadOnlyFileBasedBuffer):
        def __init__(self, file, block_size=32_768):
            handed.append(file)
            super().__init__(file, block_size)

    page = press_all(admin)
    make_all()
    answer = admin.get(f"{page.path}.zip", environ_overrides={"wsgi.file_wrapper": Wrapper})

    [file] = handed
    assert file.seekable()
    assert file.closed
    assert len(answer.response.data) == int(answer.headers["Content-Length"])


def test_the_page_says_how_many_are_ready_and_asks_again_by_itself(admin, world):
    classmates(world, 2)
    page = press_all(admin)
    assert bar(page) == ("0", "3")
    make_all(turns=1)
    between = admin.get(page.path)
    taken = service.take(clock.now(), limit=1)
    service.progress(taken.job.id, taken.lease, 5, 20, clock.now())

    running = admin.get(page.path)

    assert between.heading == running.heading == "Your portfolios are being made"
    assert "1 of 3 are ready" in between.text
    assert bar(between) == ("1", "3")
    assert "5 of 20 parts of the next one drawn" in running.text
    assert bar(running) == ("1.25", "3")
    assert running.html.xpath("//noscript//meta/@http-equiv") == ["refresh"]


@pytest.mark.slow
def test_what_could_not_be_made_is_said_while_the_others_go_on_and_after(admin, world):
    damage_a_picture_of(world)
    classmates(world, 1)
    page = press_all(admin)
    make_all(turns=1)
    going_on = admin.get(page.path)
    assert "0 of 2 are ready" in going_on.text
    assert "Apprentice A, ST9999: The stored file" in going_on.text
    make_all()

    done = admin.get(page.path)

    assert done.heading == "Your portfolios are ready"
    assert "1 portfolio, as the record stood" in done.text
    assert "Apprentice A, ST9999: The stored file" in done.text


def test_when_none_could_be_made_there_is_nothing_to_download_but_to_try_again(admin, world):
    damage_a_picture_of(world)
    page = press_all(admin)
    make_all()

    failed = admin.get(page.path)

    assert failed.heading == "No portfolio could be made"
    assert "Nothing is lost" in failed.text
    admin.get(f"{page.path}.zip", status=404)
    assert class_of(admin.submit(failed, button="Try again")) != class_of(page)


@pytest.mark.slow
def test_what_was_removed_is_said_to_be_gone_and_made_again(admin, world, now):
    page = press_all(admin)
    make_all()
    now.shift(timedelta(days=8))
    made.sweep(clock.now())

    gone = admin.sign_in(world.people["administrator"].person_id).get(page.path)

    assert gone.heading == "Your portfolios were removed"
    admin.get(f"{page.path}.zip", status=404)
    again = admin.submit(gone, button="Make them again")
    assert asked_ids(again) == asked_ids(page)
    assert class_of(again) != class_of(page)


def test_an_old_button_to_make_them_again_says_so(admin, world):
    page = press_all(admin)

    again = admin.post(f"{page.path}/again")

    assert "the page was too old" in again.text


def test_nobody_else_picks_follows_or_downloads(admin, world):
    page = press_all(admin)
    make_all()

    for name in ("apprentice", "assessor", "line_manager"):
        stranger = Pages(admin.app).sign_in(world.people[name].person_id)
        for path in (PICK, page.path, f"{page.path}.zip"):
            stranger.get(path, status=404)
    second = make_member(world.provider_id, "second_administrator", Role.ADMINISTRATOR)
    colleague = Pages(admin.app).sign_in(second.person_id)
    assert "Asked for before" not in colleague.get(PICK).text
    for path in (page.path, f"{page.path}.zip"):
        colleague.get(path, status=404)
    colleague.post(f"{page.path}/again", status=404)
