"""What jobs made lies in the home for a week, or until there is a newer one."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

import pytest

from kbstrack.jobs import made, service
from tests.builders import MONDAY, TUESDAY

ANN, BOB = uuid.UUID(int=71), uuid.UUID(int=72)


@pytest.fixture
def make(ask):
    """`make("name", …)` is a finished job with its file."""

    def making(name, *, asked_by=ANN, at=MONDAY):
        job_id = ask(name, asked_by=asked_by, at=at)
        taken = service.take(at, limit=9)
        made.keep(job_id, b"%PDF")
        service.finish(job_id, taken.lease, {}, at)
        return job_id

    return making


def there():
    return {uuid.UUID(path.stem) for path in made.folder().iterdir()}


def test_a_file_is_its_owners_alone_and_whole(make):
    job_id = make("one")

    assert made.path_of(job_id).read_bytes() == b"%PDF"
    assert made.path_of(job_id).stat().st_mode & 0o777 == 0o600
    assert made.folder().stat().st_mode & 0o777 == 0o700


def test_a_file_is_removed_after_a_week(make):
    job_id = make("one")

    assert made.sweep(MONDAY + timedelta(days=7) - timedelta(seconds=1)) == []
    [swept] = made.sweep(MONDAY + timedelta(days=7))

    assert swept == made.Swept(f"{job_id}.pdf", 4)
    assert there() == set()


def test_a_newer_one_for_the_same_person_replaces_it_and_nobody_elses(make):
    make("one", at=MONDAY)
    others, new = make("one", asked_by=BOB, at=MONDAY), make("one", at=TUESDAY)

    made.sweep(TUESDAY)

    assert there() == {others, new}


def test_a_newer_one_by_another_name_replaces_nothing(make):
    first, second = make("some apprentices", at=MONDAY), make("others", at=TUESDAY)

    made.sweep(TUESDAY)

    assert there() == {first, second}


def test_several_files_of_one_job_are_kept_and_removed_together(make):
    job_id = make("one")
    made.path_of(job_id).unlink()
    for name in ("a.pdf", "b.pdf"):
        made.keep_one_of_several(job_id, name, b"%PDF")
    folder = made.folder_of(job_id)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a.pdf").read_bytes() == b"%PDF"

    assert made.sweep(MONDAY) == []
    [swept] = made.sweep(MONDAY + timedelta(days=7))

    assert swept == made.Swept(f"{job_id}", 8)
    assert not folder.exists()


def test_a_newer_attempt_that_failed_replaces_nothing(make, ask):
    old = make("one")
    newer = ask("one", asked_by=ANN, at=TUESDAY)
    taken = service.take(TUESDAY, limit=9)
    service.fail(newer, taken.lease, "No.", TUESDAY, is_final=True)

    assert made.sweep(TUESDAY) == []
    assert there() == {old}


def test_a_file_that_is_being_finished_stays(make, ask):
    job_id = ask("one", at=MONDAY)
    service.take(MONDAY, limit=9)
    made.keep(job_id, b"%PDF")

    assert made.sweep(MONDAY + timedelta(days=30)) == []


def test_what_no_job_speaks_of_goes_and_what_is_being_written_stays_for_a_day(make):
    make("one")
    stray, writing = made.path_of(uuid.uuid4()), made.folder() / ".writing"
    stray.write_bytes(b"")
    writing.write_bytes(b"half")
    os.utime(writing, (MONDAY.timestamp(), MONDAY.timestamp()))

    assert [swept.name for swept in made.sweep(MONDAY)] == [stray.name]
    later = made.sweep(MONDAY + timedelta(days=2), is_for_real=False)

    assert [swept.name for swept in later] == [".writing"]
    assert writing.exists()


def test_without_the_folder_there_is_nothing_to_sweep(app):
    assert made.sweep(MONDAY) == []
