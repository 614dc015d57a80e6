"""The background job that freezes a portfolio: gathered, drawn, signed, kept, and entered."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kbstrack import access, current
from kbstrack.access import Action, Actor, Role
from kbstrack.db import transaction
from kbstrack.errors import KbstrackError, RuleBroken
from kbstrack.issues import queries, service
from kbstrack.issues.queries import IssueRow
from kbstrack.issues.rules import new_code
from kbstrack.issues.service import Frozen
from kbstrack.issuing import letters
from kbstrack.issuing.asking import KIND
from kbstrack.issuing.preflight import Preflight, see_preflight, with_not_shown
from kbstrack.jobs.kinds import Kind, ReportProgress
from kbstrack.jobs.queries import JobRow
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What, moment
from kbstrack.mail.service import queue
from kbstrack.pdf.making import addressee, drawn
from kbstrack.people import enrolment_queries
from kbstrack.people import queries as people
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import signer
from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.spelling import NAME as RECORD
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from kbstrack.quality import queries as quality
from kbstrack.quality.outcomes import freezing_problem
from kbstrack.record import keys
from kbstrack.sealing import extract as extracts
from kbstrack.sealing import manifest as manifests
from kbstrack.sealing.manifest import IssueName
from kbstrack.storage.stored import Stored

if TYPE_CHECKING:
    from kbstrack.pdf.as_pdf import Drawing
    from kbstrack.pdf.attachments import Attachment
    from kbstrack.pdf.enclosing import Enclosed

WITHHELD = frozenset(
    {
        What.SAMPLE,
        What.IQA_OUTCOME,
        What.IQA_REPLY,
        What.IQA_CLOSING,
        What.REQUEST,
        What.REMINDER,
        What.REQUEST_REVOCATION,
    }
)
"""What stays between quality assurance and the assessor, and that somebody was asked and did not
sign: of these an extract has the hashes."""

NEW_REMARK = (
    "Something came up since the list was read: {remark} Nothing was frozen. Look through the "
    "portfolio again."
)
UNSOUND = (
    "Nothing was frozen: what was made does not pass its own check. {problem} Tell whoever runs "
    "this server to look at its clock and its keys, then freeze the issue again."
)


def freeze_portfolio(job: JobRow, report_progress: ReportProgress) -> dict[str, Any]:
    """Freeze the portfolio as it stands when the job begins; done twice, it is one issue.

    Permission and the list of remarks are looked at again. Raises KbstrackError when the issue
    can't be made, and then nothing of it is there.
    """
    made = queries.issue_of_job(job.id)
    if made is not None:
        return _result(made)
    assert job.about is not None
    assert job.asked_by is not None
    assert job.started_at is not None
    actor = people.actor_of(job.asked_by)
    found = see_preflight(actor, job.about, at=job.started_at)
    _refuse_new(found, job)
    work = _Freezing(job, actor, _numbered(job, actor, found))
    drawing = work.draw(report_progress)
    _refuse_new(with_not_shown(found, drawing.not_shown), job)
    frozen = work.keep(drawing)
    # Refused when another worker has the job by now.
    report_progress(1, 1)
    _enter(actor, frozen)
    entered = queries.issue_of_job(job.id)
    assert entered is not None
    return _result(entered)


def tell_asker(job: JobRow, at: datetime) -> None:
    """Queue a message that the issue is there, or was not made."""
    told = addressee(job)
    if told is None or job.about is None:
        return
    write = letters.issue_is_made if job.problem is None else letters.issue_was_not_made
    queue(told.email, *write(told.name, job.about, job.id), at)


FREEZE = Kind(KIND, freeze_portfolio, tell_asker)
"""As `app.py` registers it."""


class _Freezing:
    """One issue in the making: read from the database already, and not yet entered."""

    def __init__(self, job: JobRow, actor: Actor, portfolio: Portfolio) -> None:
        assert job.about is not None
        assert job.started_at is not None
        assert portfolio.issue is not None
        self._job = job
        self._portfolio = portfolio
        self._issue = portfolio.issue
        self._at = job.started_at
        self._enrolment_id = job.about
        self._head = (portfolio.ledger_sequence, portfolio.ledger_hash)
        chain = [row for row in ledger.entries(job.about) if row.sequence <= self._head[0]]
        self._extract = extracts.write_extract(job.about, chain, withheld=WITHHELD)
        self._record = record_file(portfolio)

    def draw(self, report_progress: ReportProgress) -> Drawing:
        """The document with everything by which it can be checked, not signed yet."""
        return drawn(self._portfolio, report_progress, at=self._at, enclose=self._enclosed)

    def keep(self, drawing: Drawing) -> Frozen:
        """The issue's files, signed and safe on the disk."""
        from kbstrack.sealing.certificate import signing_certificate
        from kbstrack.sealing.signing import sign_pdf

        settings = current.settings()
        certificate = signing_certificate(
            settings.home,
            path=settings.certificate,
            password=settings.certificate_password,
            at=self._at,
        )
        signed = sign_pdf(
            drawing.pdf,
            certificate,
            _seal,
            at=self._at,
            timestamp_url=settings.timestamp_url,
            reason=f"Issue {self._issue.number} of this portfolio",
        )
        _refuse_unsound(signed)
        return Frozen(
            enrolment_id=self._enrolment_id,
            number=self._issue.number,
            kind=self._issue.kind,
            code=self._issue.code,
            portfolio_sha256=portfolio_sha256(self._portfolio),
            pdf=_store(signed),
            pages=drawing.pages,
            record=_store(self._record),
            extract=_store(self._extract),
            ledger=self._head,
            noted=self._issue.noted,
            reason=self._issue.reason,
            job_id=self._job.id,
            frozen_at=self._at,
        )

    def _enclosed(self, attached: Sequence[Attachment]) -> tuple[Enclosed, ...]:
        """What lies in the document beside the originals; the manifest names all of it."""
        from kbstrack.pdf.enclosing import Enclosed

        about = {
            extracts.NAME: ("The ledger up to this issue, without names", self._extract),
            RECORD: ("Everything this portfolio says, as data", self._record),
        }
        beside = tuple(Enclosed(name, *what, self._at) for name, what in about.items())
        home = current.settings().home
        known = keys.ensure_key(home, self._at)
        manifest = manifests.Manifest(
            holds=manifests.PORTFOLIO,
            issue=name_of(self._portfolio, self._enrolment_id, known.instance),
            portfolio_sha256=portfolio_sha256(self._portfolio),
            ledger=self._head,
            files=(
                *(manifests.Listed(one.name, one.sha256, one.size_bytes) for one in attached),
                *(_listed(one.name, one.content) for one in beside),
            ),
        )
        written = manifests.write_manifest(manifest, known.keys[-1], _seal)
        said = Enclosed(manifests.NAME, "What belongs to this issue, signed", written, self._at)
        return (said, *beside)


def name_of(portfolio: Portfolio, enrolment_id: uuid.UUID, instance: str) -> IssueName:
    """What manifests call the issue of this portfolio."""
    issue = portfolio.issue
    assert issue is not None
    return IssueName(
        instance=instance,
        issued_by=f"{portfolio.provider} (UKPRN {portfolio.ukprn})",
        enrolment=str(enrolment_id),
        number=issue.number,
        kind=issue.kind,
        code=issue.code,
        frozen_at=moment(issue.frozen_at),
    )


def _numbered(job: JobRow, actor: Actor, found: Preflight) -> Portfolio:
    """The portfolio as the issue that it becomes."""
    assert job.started_at is not None
    code = new_code()
    while queries.is_taken(code):
        code = new_code()
    names = people.names(found.enrolment.provider_id, [actor.person_id])
    return replace(
        found.portfolio,
        issue=PortfolioIssue(
            number=queries.next_number(found.enrolment.id),
            kind=job.wish["kind"],
            code=code,
            check_url=f"{current.settings().public_url}/check",
            frozen_at=job.started_at,
            frozen_by=names[actor.person_id],
            noted=found.noted,
            reason=job.wish["reason"],
        ),
    )


def _refuse_new(found: Preflight, job: JobRow) -> None:
    """Nothing is frozen over a remark that nobody read."""
    if found.blocking:
        raise RuleBroken(found.blocking[0].sentence)
    for text in found.noted:
        if text not in job.wish["noted"]:
            raise RuleBroken(NEW_REMARK.format(remark=text))


def _refuse_unsound(signed: bytes) -> None:
    """An issue stays for years: one that its readers' check would refuse is not entered.

    A clock that was set back to before the keys were made does that, or a key that was changed
    between the manifest and the seal.
    """
    from kbstrack.sealing.checking_pdf import check_pdf
    from kbstrack.sealing.findings import Mark

    checked = check_pdf(io.BytesIO(signed), keys.public_keys(current.settings().home))
    for finding in checked.findings:
        if finding.mark is Mark.WRONG:
            raise KbstrackError(UNSOUND.format(problem=finding.sentence))


def _enter(actor: Actor, frozen: Frozen) -> None:
    with transaction():
        lock_enrolment(frozen.enrolment_id)
        if queries.issue_of_job(frozen.job_id) is not None:
            return
        enrolment = enrolment_queries.enrolment(frozen.enrolment_id)
        actor = people.actor_of(actor.person_id)
        access.require(actor, Action.PORTFOLIO_FREEZE, enrolment.scope)
        problem = freezing_problem(len(quality.open_actions(enrolment.id)))
        if problem:
            raise RuleBroken(problem)
        is_assessor = access.is_assessor(actor, enrolment.scope)
        role = Role.ASSESSOR if is_assessor else Role.ADMINISTRATOR
        entry = service.enter(frozen, by=signer(actor, enrolment, role))
        send_receipt(actor.person_id, f"Your freezing of issue {frozen.number}", entry)


def _seal(said: bytes) -> bytes:
    """Signed with the instance's key."""
    return keys.sign(current.settings().home, said)


def _listed(name: str, content: bytes) -> manifests.Listed:
    return manifests.Listed(name, hashlib.sha256(content).hexdigest(), len(content))


def _store(content: bytes) -> Stored:
    return current.store().put(io.BytesIO(content), most_bytes=len(content))


def _result(issue: IssueRow) -> dict[str, Any]:
    return {"number": issue.number, "size_bytes": issue.pdf_bytes}
