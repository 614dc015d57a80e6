"""The portfolios of a class made in the background: one in each turn, and none stops the others."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.errors import NotFound
from kbstrack.jobs import made, queries, rules, running, service
from kbstrack.jobs.rules import LEASE, LONG, JobState
from kbstrack.people import service as people
from kbstrack.portfolio.asking import ask_pdf
from kbstrack.portfolio.class_asking import (
    ask_class,
    ask_class_again,
    see_class,
    see_class_zip,
    see_classes,
)
from tests.builders import TUESDAY, make_evidence, make_world
from tests.clocks import SECOND, Clock
from tests.portfolio.classmates import classmates, damage_a_picture_of, enrol


@pytest.fixture
def clock():
    return Clock(TUESDAY)


def ask(world, ids, at=TUESDAY):
    return ask_class(world.administrator, world.provider_id, enrolment_ids=ids, at=at)


def names_in(world, class_id):
    with zipfile.ZipFile(see_class_zip(world.administrator, class_id).content) as found:
        assert found.testzip() is None
        return found.namelist()


@pytest.mark.slow
def test_one_is_made_in_each_turn_and_all_of_them_are_in_the_zip(world, clock):
    make_evidence(world, title="A shortlist of kites")
    ids = [world.enrolment_id, *classmates(world, 2)]
    class_id = ask(world, ids)

    for count in (1, 2, 3):
        assert queries.job(class_id).finished_at is None
        assert running.run_next(clock)
        assert len(see_class(world.administrator, class_id).parts.made) == count
    assert not running.run_next(clock)

    assert names_in(world, class_id) == [
        "index.csv",
        "Portfolio-Apprentice-A-ST9999-2026-03-03.pdf",
        "Portfolio-Classmate-01-ST9999-2026-03-03.pdf",
        "Portfolio-Classmate-02-ST9999-2026-03-03.pdf",
    ]
    with (
        zipfile.ZipFile(see_class_zip(world.administrator, class_id).content) as found,
        pikepdf.open(io.BytesIO(found.read(found.namelist()[1]))) as document,
    ):
        assert "Apprentice A" in str(document.docinfo["/Title"])
        part = see_class(world.administrator, class_id).parts.made[world.enrolment_id]
        assert part.pages == len(document.pages)


@pytest.mark.slow
def test_another_providers_pdf_is_made_between_two_of_a_class(world, clock):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    class_id = ask(world, [world.enrolment_id, *classmates(world, 2)])
    running.run_next(clock)
    single = ask_pdf(other.line_manager, other.enrolment_id, at=clock.at - SECOND)

    running.run_next(clock)

    assert queries.job(single).state(clock.at) is JobState.DONE
    assert queries.job(class_id).finished_at is None


def test_after_a_killed_worker_the_class_goes_on_where_it_was(world, clock):
    class_id = ask(world, [world.enrolment_id, *classmates(world, 1)])
    running.run_next(clock)
    first = made.folder_of(class_id) / f"{world.enrolment_id}.pdf"
    drawn_at = first.stat().st_mtime_ns
    assert service.take(clock(), limit=1).job.id == class_id
    clock.at += LEASE

    running.run_next(clock)

    assert queries.job(class_id).state(clock.at) is JobState.DONE
    assert first.stat().st_mtime_ns == drawn_at
    assert len(names_in(world, class_id)) == 3


def test_one_that_is_damaged_is_named_with_its_reason_and_stops_no_other(world, clock):
    damage_a_picture_of(world)
    class_id = ask(world, [world.enrolment_id, *classmates(world, 1)])

    while running.run_next(clock):
        pass

    found = see_class(world.administrator, class_id)
    [(row, why)] = found.failed
    assert row.apprentice == "Apprentice A"
    assert "is damaged. Restore it from a backup" in why
    assert names_in(world, class_id) == [
        "index.csv",
        "not-made.txt",
        "Portfolio-Classmate-01-ST9999-2026-03-03.pdf",
    ]


def test_one_that_kills_its_workers_is_left_out_and_the_others_are_made(world, clock):
    mates = classmates(world, 1)
    class_id = ask(world, [world.enrolment_id, *mates])
    for _ in range(rules.ATTEMPTS - 1):
        assert service.take(clock(), limit=1).job.id == class_id
        clock.at += LEASE

    while running.run_next(clock):
        pass

    found = see_class(world.administrator, class_id)
    assert found.job.state(clock.at) is JobState.DONE
    assert found.parts.failed == {world.enrolment_id: rules.KILLED}
    assert list(found.parts.made) == mates


def test_none_that_can_be_made_is_no_zip(world, clock):
    damage_a_picture_of(world)
    class_id = ask(world, [world.enrolment_id])
    running.run_next(clock)

    assert queries.job(class_id).state(clock.at) is JobState.DONE
    with pytest.raises(NotFound):
        see_class_zip(world.administrator, class_id)
    assert see_classes(world.administrator, world.provider_id) == []


def end_the_administrator(world):
    member = world.people["administrator"]
    people.invite_person(
        world.administrator,
        world.provider_id,
        name="Ada Second",
        email="second@a.example",
        roles={Role.ADMINISTRATOR: None},
        at=TUESDAY,
    )
    actor = world.administrator
    people.end_member(OPERATOR, member.id, is_ended=True, at=TUESDAY)
    return actor


def test_an_administrator_who_lost_the_role_has_no_more_made_and_fetches_nothing(world, clock):
    class_id = ask(world, [world.enrolment_id, *classmates(world, 2)])
    done = ask(world, [world.enrolment_id], at=TUESDAY - SECOND)
    running.run_next(clock)
    running.run_next(clock)
    assert queries.job(done).problem is None
    end_the_administrator(world)

    running.run_next(clock)

    row = queries.job(class_id)
    assert row.state(clock.at) is JobState.FAILED
    assert len(row.result["made"]) == 1
    for job_id in (class_id, done):
        for see in (see_class, see_class_zip):
            with pytest.raises(NotFound):
                see(world.administrator, job_id)


def test_the_same_ones_asked_twice_are_one_job_in_whatever_order(world):
    ids = [world.enrolment_id, *classmates(world, 1)]

    assert ask(world, ids) == ask(world, ids[::-1]) == ask(world, ids * 2)
    assert ask(world, ids[:1]) != ask(world, ids)


def test_an_enrolment_of_another_provider_is_not_there(world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")

    with pytest.raises(NotFound):
        ask(world, [world.enrolment_id, other.enrolment_id])

    assert not queries.is_any_free(TUESDAY)


def test_what_was_removed_is_made_again_under_another_name(world, clock):
    class_id = ask(world, [world.enrolment_id])
    running.run_next(clock)
    clock.at += timedelta(days=8)
    made.sweep(clock.at)

    assert not see_class(world.administrator, class_id).is_there
    with pytest.raises(NotFound):
        see_class_zip(world.administrator, class_id)
    again = ask_class_again(world.administrator, class_id, at=clock.at)

    assert again != class_id
    assert queries.job(again).wish == queries.job(class_id).wish


@pytest.mark.slow
def test_a_class_of_others_does_not_replace_one_that_is_ready(world, clock):
    mates = classmates(world, 1)
    first, second = ask(world, [world.enrolment_id]), ask(world, mates, at=TUESDAY + SECOND)
    while running.run_next(clock):
        pass
    made.sweep(clock.at)

    classes = see_classes(world.administrator, world.provider_id)

    assert [found.job.id for found in classes] == [second, first]
    assert all(found.is_there for found in classes)


@pytest.mark.slow
def test_whoever_waited_long_is_told_once_and_by_no_name_but_their_own(world, clock, mailbox):
    damage_a_picture_of(world)
    class_id = ask(world, [world.enrolment_id, *classmates(world, 1)])
    before = len(mailbox())
    clock.at += LONG
    while running.run_next(clock):
        pass

    [letter] = mailbox()[before:]
    assert letter.recipient == world.people["administrator"].email
    assert "1 portfolio that you asked for is ready. 1 could not be made" in letter.body
    assert f"/enrolments/portfolios/{class_id}\n" in letter.body
    assert "Apprentice A" not in letter.subject + letter.body


@pytest.mark.slow
def test_a_file_that_is_gone_before_the_class_is_complete_is_drawn_again(world, clock):
    class_id = ask(world, [world.enrolment_id, *classmates(world, 1)])
    running.run_next(clock)
    (made.folder_of(class_id) / f"{world.enrolment_id}.pdf").unlink()

    while running.run_next(clock):
        pass

    assert len(names_in(world, class_id)) == 3


def test_names_of_another_writing_come_through(world, clock):
    enrol(world, "张 伟", 9)
    ids = [enrol(world, "Zoë <Quinn>", 10)]
    class_id = ask(world, ids)
    running.run_next(clock)

    assert names_in(world, class_id)[1] == "Portfolio-Zoë-_Quinn_-ST9999-2026-03-03.pdf"
