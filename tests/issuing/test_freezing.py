"""A portfolio frozen: numbered, signed, kept, entered in the ledger, and never half."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from kbstrack import clock, current
from kbstrack.access import OPERATOR, Role
from kbstrack.assessment.service import withdraw_evidence
from kbstrack.db import db
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.file_queries import known_hashes, stored_hashes
from kbstrack.evidence.queries import evidence_of
from kbstrack.issues import queries
from kbstrack.issues.rules import IssueKind
from kbstrack.issuing import asking, reading
from kbstrack.issuing.freezing import WITHHELD, freeze_portfolio
from kbstrack.issuing.preflight import see_preflight
from kbstrack.jobs import queries as jobs
from kbstrack.jobs import service
from kbstrack.jobs.running import run_next
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What
from kbstrack.mail.models import Message
from kbstrack.people import queries as people
from kbstrack.people import replacing
from kbstrack.portfolio.spelling import portfolio_sha256, read_record
from kbstrack.record.checking import check
from kbstrack.sealing.certificate import own_certificate
from kbstrack.sealing.extract import extract_problem, read_extract
from kbstrack.sealing.manifest import read_manifest
from kbstrack.storage.check import check_store
from tests.builders import FRIDAY, TUESDAY, WEDNESDAY, make_evidence, make_member
from tests.confirmation.asking import ask
from tests.issuing.conftest import ask_for
from tests.quality.sampling import judge, make_sample


def test_an_issue_is_numbered_kept_signed_and_entered(world, freeze):
    head = ledger.head(world.enrolment_id)
    job_id = freeze()

    page = reading.see_issue(world.assessor, world.enrolment_id)
    issue = page.issue
    assert (issue.number, issue.kind, issue.frozen_at) == (1, "interim", TUESDAY)
    assert (issue.ledger_sequence, issue.ledger_hash) == head
    assert issue.frozen_by == "Assessor A"
    assert issue.reason == "For the mid-point review"
    assert jobs.job(job_id).result == {"number": 1, "size_bytes": issue.pdf_bytes}
    facts = json.loads(page.entry.facts)
    assert page.entry.sequence == head[0] + 1
    assert facts["pdf_sha256"] == issue.pdf_sha256
    assert facts["portfolio_sha256"] == issue.portfolio_sha256
    pdf = reading.issue_pdf(issue).read_bytes()
    assert hashlib.sha256(pdf).hexdigest() == issue.pdf_sha256
    assert b"/ByteRange" in pdf
    assert f"kbstrack-issue:{issue.code}".encode() in pdf


def test_whoever_froze_it_gets_a_receipt_once(world, freeze):
    job_id = freeze()
    freeze_portfolio(jobs.job(job_id), lambda done, total: None)

    [receipt] = [row for row in db.session.scalars(select(Message)) if "issue" in row.subject]
    assert receipt.subject == "Your freezing of issue 1: receipt"
    assert reading.see_issue(world.assessor, world.enrolment_id).entry.short_hash in receipt.body


def test_what_lies_in_the_pdf_is_what_was_frozen(world, freeze):
    freeze()
    issue = queries.issue(world.enrolment_id)
    with pikepdf.open(reading.issue_pdf(issue)) as pdf:
        inside = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}

    found = read_manifest(inside["manifest.json"])
    assert found.is_signed
    assert found.manifest.issue.code == issue.code
    assert found.manifest.portfolio_sha256 == issue.portfolio_sha256
    assert {file.name for file in found.manifest.files} == inside.keys() - {"manifest.json"}
    portfolio = read_record(inside["record.json"])
    assert portfolio_sha256(portfolio) == issue.portfolio_sha256
    assert portfolio == reading.frozen_portfolio(issue)
    assert portfolio.issue.noted == issue.noted
    extract = read_extract(inside["ledger.json"])
    assert extract_problem(extract) is None
    assert extract.head == (issue.ledger_sequence, issue.ledger_hash)


def test_the_record_verifies_and_the_store_is_whole_with_an_issue(world, freeze):
    freeze()

    assert check(world.enrolment_id).flaws == ()
    report = check_store(current.store(), stored_hashes(), known_hashes)
    assert (report.missing, report.damaged, report.without_row) == ([], [], [])


def test_no_sweep_takes_an_issues_files(world, freeze):
    freeze()

    assert current.store().sweep(known_hashes, timedelta(0), WEDNESDAY, True) == []


def test_the_next_issue_leaves_the_first_as_it_was(world, freeze):
    freeze()
    first = queries.issue(world.enrolment_id, 1)
    make_evidence(world, title="Another kite")
    freeze(at=WEDNESDAY, name="administrator", kind=IssueKind.GATEWAY)

    assert [row.number for row in queries.issues(world.enrolment_id)] == [2, 1]
    before = queries.issue(world.enrolment_id, 1)
    assert before.pdf_sha256 == first.pdf_sha256
    assert before.is_superseded
    assert queries.issue(world.enrolment_id).kind == "gateway"
    assert check(world.enrolment_id).flaws == ()


def test_the_same_job_done_twice_is_one_issue(world, freeze):
    job_id = freeze()
    again = freeze_portfolio(jobs.job(job_id), lambda _done, _total: None)

    assert again["number"] == 1
    assert len(queries.issues(world.enrolment_id)) == 1


def test_pressed_twice_it_is_one_job(world):
    assert ask_for(world) == ask_for(world, name="administrator")


@pytest.mark.parametrize(
    "other", [{"kind": IssueKind.GATEWAY}, {"reason": "For the employer's board"}]
)
def test_who_wants_another_issue_is_not_given_the_one_that_is_being_made(world, other):
    ask_for(world)

    with pytest.raises(Conflict, match="Another issue of this portfolio is being made"):
        ask_for(world, name="administrator", **other)


@pytest.mark.parametrize("later", [timedelta(hours=7), timedelta(days=7)])
def test_on_a_clock_that_runs_behind_its_keys_nothing_is_frozen(world, later):
    own_certificate(current.settings().home, TUESDAY + later)
    job_id = ask_for(world)
    assert run_next(lambda: TUESDAY)

    assert "does not pass its own check" in jobs.job(job_id).problem
    assert queries.issues(world.enrolment_id) == []


@pytest.mark.parametrize("name", ["apprentice", "line_manager", "other_assessor"])
def test_nobody_else_freezes(world, name):
    with pytest.raises(Exception) as refused:
        see_preflight(world.actor(name), world.enrolment_id, at=TUESDAY)
    assert type(refused.value).__name__ in {"NotAllowed", "NotFound"}


def test_what_only_warns_needs_a_reason(world):
    with pytest.raises(RuleBroken) as refused:
        ask_for(world, reason="  ", kind=None)

    assert [problem.field for problem in refused.value.problems] == ["kind", "reason"]


def test_a_list_that_changed_meanwhile_is_read_again(world):
    seen = see_preflight(world.assessor, world.enrolment_id, at=TUESDAY).seen
    make_evidence(world, title="Another kite")

    with pytest.raises(RuleBroken, match="This list changed"):
        asking.ask_issue(
            world.assessor,
            world.enrolment_id,
            kind=IssueKind.INTERIM,
            reason="Still",
            seen=seen,
            at=TUESDAY,
        )


def test_nothing_is_frozen_over_a_remark_that_came_up_while_the_job_waited(world):
    job_id = ask_for(world)
    make_evidence(world, title="Another kite")
    assert run_next(lambda: TUESDAY)

    assert "Something came up since the list was read" in jobs.job(job_id).problem
    assert queries.issues(world.enrolment_id) == []
    assert ledger.entry_of(What.ISSUE, world.enrolment_id) is None


def test_who_may_no_longer_freeze_when_the_work_begins_freezes_nothing(world):
    job_id = ask_for(world)
    replacing.replace_assessor(
        OPERATOR,
        world.enrolment_id,
        assessor_id=world.people["other_assessor"].person_id,
        from_on=TUESDAY.date(),
        at=TUESDAY,
    )
    assert run_next(lambda: TUESDAY)

    assert jobs.job(job_id).problem
    assert queries.issues(world.enrolment_id) == []


def test_an_action_that_is_opened_while_the_document_is_drawn_blocks_it_still(world):
    iqa = people.actor_of(make_member(world.provider_id, "iqa", Role.IQA).person_id)
    sample = make_sample(world, iqa)
    job = jobs.job(ask_for(world, at=FRIDAY))
    taken = service.take(FRIDAY, limit=1)
    assert taken.job.id == job.id

    def open_at_the_end(done: int, total: int) -> None:
        if (done, total) == (1, 1):
            judge(sample, iqa)

    with pytest.raises(RuleBroken, match="1 action of internal quality assurance is open"):
        freeze_portfolio(taken.job, open_at_the_end)
    assert queries.issues(world.enrolment_id) == []


def test_a_piece_that_is_withdrawn_while_the_document_is_drawn_is_in_no_issue(world):
    piece = evidence_of(world.enrolment_id)[0]

    def withdraw_it() -> None:
        withdraw_evidence(
            world.apprentice, piece.id, version_number=1, reason="A mistake", at=TUESDAY
        )

    with pytest.raises(Conflict, match="was changed while the issue was made"):
        freeze_while(world, withdraw_it)
    assert queries.issues(world.enrolment_id) == []


def test_somebody_may_be_asked_to_confirm_a_piece_while_the_document_is_drawn(world):
    piece = evidence_of(world.enrolment_id)[0]

    assert freeze_while(world, lambda: ask(world, piece.id))["number"] == 1
    assert check(world.enrolment_id).flaws == ()


def freeze_while(world, happens):
    """Freeze the portfolio, and let something happen when it is drawn but not yet entered."""
    ask_for(world)
    taken = service.take(TUESDAY, limit=1)
    assert taken is not None

    def at_the_end(done: int, total: int) -> None:
        if (done, total) == (1, 1):
            happens()

    return freeze_portfolio(taken.job, at_the_end)


def test_a_worker_that_ends_before_the_issue_is_entered_leaves_nothing_half(world):
    ask_for(world)
    taken = service.take(TUESDAY, limit=1)
    head = ledger.head(world.enrolment_id)

    def end(done: int, total: int) -> None:
        if (done, total) == (1, 1):
            raise service.LostLease

    with pytest.raises(service.LostLease):
        freeze_portfolio(taken.job, end)
    db.session.rollback()
    assert queries.issues(world.enrolment_id) == []
    assert ledger.head(world.enrolment_id) == head
    swept = current.store().sweep(known_hashes, timedelta(0), clock.now() + timedelta(days=1), True)
    assert len(swept) == 3
    assert freeze_portfolio(taken.job, lambda _done, _total: None)["number"] == 1


def test_what_is_not_for_every_reader_is_withheld():
    """An issue goes to people who read neither quality assurance nor who was asked and declined."""
    inside = {what for what in What if what.startswith(("iqa", "request", "remind", "sample"))}

    assert inside == WITHHELD
