"""Every use case with the column of the table that answers for it, and how it is called.

What is written is asked for with something wrong in it wherever that is possible: whoever may do
it is then told so by a rule, and nothing changes; whoever may not must not get that far.
"""

from __future__ import annotations

import io
import uuid
from datetime import date
from functools import partial
from typing import Any

from kbstrack.access import Actor
from kbstrack.assessment import (
    countersign_reading,
    countersigning,
    qualifying,
    redeciding,
    renewing,
    reviewing,
    signing,
    working,
)
from kbstrack.assessment import reading as assessment_reading
from kbstrack.assessment import service as assessment
from kbstrack.bundle.issued import Layout
from kbstrack.confirmation import as_employer
from kbstrack.confirmation import reading as confirmation_reading
from kbstrack.confirmation import service as confirmation
from kbstrack.confirmation.rules import Asked, ConfirmationText, RequestText, StatementText
from kbstrack.evidence import service as evidence
from kbstrack.issuing import asking as freezing
from kbstrack.issuing import bundling, preflight
from kbstrack.issuing import reading as issuing
from kbstrack.people import enrolling, queries, replacing, requiring
from kbstrack.people import reading as people_reading
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from kbstrack.portfolio import asking, class_asking, contents
from kbstrack.portfolio import service as portfolio
from kbstrack.progress import service as progress
from kbstrack.record import history
from tests.access.assuring_calls import ASSURING
from tests.access.call import Call, of, of_now
from tests.access.targets import NOTES, Target, made_class, made_pdf
from tests.builders import PLANNED_END, START, TUESDAY, ULNS, text

LATER = date(2030, 1, 1)
NOBODY = uuid.UUID(int=99)


def _upload(actor: Actor, target: Target) -> Any:
    stream = io.BytesIO(NOTES)
    return evidence.add_upload(
        actor, target.world.enrolment_id, stream=stream, name="more.txt", at=TUESDAY
    )


def _asked_pdf(actor: Actor, target: Target) -> Any:
    """One that they asked for while they still might."""
    return asking.see_asked_pdf(
        actor, target.world.enrolment_id, made_pdf(actor, target.world.enrolment_id)
    )


def _asked_issue(actor: Actor, target: Target) -> Any:
    return freezing.see_asked_issue(actor, target.world.enrolment_id, target.freezing_id)


def _ask_class(actor: Actor, target: Target) -> Any:
    world = target.world
    return class_asking.ask_class(
        actor, world.provider_id, enrolment_ids=[world.enrolment_id], at=TUESDAY
    )


def _ask_class_again(actor: Actor, target: Target) -> Any:
    return class_asking.ask_class_again(actor, made_class(actor, target.world), at=TUESDAY)


def _class(actor: Actor, target: Target) -> Any:
    """One that they asked for while they still might."""
    return class_asking.see_class(actor, made_class(actor, target.world))


def _class_zip(actor: Actor, target: Target) -> Any:
    return class_asking.see_class_zip(actor, made_class(actor, target.world))


def _enrolments_of(actor: Actor, target: Target) -> Any:
    return people_reading.see_enrolments_of(actor, queries.member(target.member_id))


def _save_work(actor: Actor, target: Target) -> Any:
    work = working.see_work(actor, target.draft_id)
    return working.save_work(
        actor, work, text=text(title=""), files=[], revision=99, version=0, at=TUESDAY
    )


def _find(actor: Actor, target: Target) -> Any:
    return portfolio.find_portfolio(actor, str(target.world.enrolment_id))


signed = partial(of_now, reason="", is_declared=False, proof=None)
opened = partial(of_now, reason="", round=9)
renewed = partial(signed, round=9)

confirmed = partial(of_now, "confirm", is_declared=False, proof=None)
NOTHING_TYPED = ConfirmationText("")

CALLS = (
    of_now("create", people.create_provider, name="", ukprn=""),
    of("provider", people.change_provider, "provider_id", name="", ukprn="", revision=0),
    of_now("provider", people.end_provider, "provider_id"),
    of_now("provider", people.create_employer, "provider_id", name=""),
    of("provider", people.change_employer, "employer_id", name="", revision=0),
    of_now("provider", people.end_employer, "employer_id", is_ended=False),
    of_now("people", people.invite_person, "provider_id", name="", email="", roles={}),
    of_now("people", people.invite_again, "member_id"),
    of_now("people", people.change_member, "member_id", name="", email="", roles={}, revision=0),
    of_now("people", people.end_member, "member_id", is_ended=False),
    of_now(
        "enrol",
        enrolling.enrol,
        "provider_id",
        apprentice_id=NOBODY,
        uln=ULNS[0],
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=PLANNED_END,
        planned_end_on=START,
        beside=Beside(NOBODY, NOBODY, NOBODY),
    ),
    of_now(
        "manage",
        enrolling.change_enrolment,
        "enrolment_id",
        uln="",
        start_on=START,
        planned_end_on=PLANNED_END,
        revision=0,
    ),
    of_now("manage", enrolling.end_enrolment, "enrolment_id", ended_on=LATER, reason=""),
    of_now("manage", enrolling.resume_enrolment, "enrolment_id"),
    of_now("manage", replacing.replace_assessor, "enrolment_id", assessor_id=NOBODY, from_on=LATER),
    of_now(
        "manage",
        replacing.replace_employer,
        "enrolment_id",
        employer_id=NOBODY,
        line_manager_id=NOBODY,
        from_on=LATER,
    ),
    of("provider", requiring.see_required_roles, "provider_id"),
    of_now("provider", requiring.require_second_step, "provider_id", roles=()),
    of_now("people", requiring.reset_factors, "member_id", reason=""),
    of("provider", people_reading.see_provider, "provider_id"),
    of("provider", people_reading.see_employers, "provider_id"),
    of("provider", people_reading.see_employer, "employer_id"),
    of("people", people_reading.see_people, "provider_id"),
    of("people", people_reading.see_member, "member_id"),
    of("people", people_reading.see_offered_managers, "provider_id"),
    Call("people", people_reading.see_enrolments_of, _enrolments_of),
    of("enrol", people_reading.see_enrolments, "provider_id", most=10),
    of("enrol", people_reading.see_narrowings, "provider_id"),
    of("manage", people_reading.see_managed_enrolment, "enrolment_id"),
    of("manage", people_reading.see_assignments, "enrolment_id"),
    of_now("write", evidence.start_evidence, "enrolment_id", text=text(title="")),
    of_now("write", evidence.save_draft, "evidence_id", text=text(title=""), revision=99),
    of_now("write", evidence.discard_draft, "evidence_id", revision=99),
    Call("write", evidence.add_upload, _upload),
    of("see", evidence.visible_file, "upload_id"),
    of("draft", evidence.visible_file, "draft_upload_id", hides=True),
    of("write", working.see_own_enrolment, "enrolment_id"),
    of("write", working.see_work, "evidence_id"),
    of("draft", working.see_work, "draft_id", hides=True),
    Call("draft", working.save_work, _save_work, hides=True),
    of_now("write", assessment.submit_evidence, "evidence_id", revision=99, is_declared=False),
    of_now("write", assessment.withdraw_evidence, "evidence_id", version_number=99, reason=""),
    of_now("decide", assessment.decide, "evidence_id", version_number=99, decisions=[]),
    of_now("take-back", redeciding.reopen_decision, "decision_id", reason=""),
    of("take-back", redeciding.see_decision, "decision_id"),
    of_now("write", working.begin_change, "evidence_id", version=99),
    renewed("sign-a", renewing.renew_sign_off, "enrolment_id", "K1"),
    renewed("sign-e", renewing.renew_sign_off, "enrolment_id", "B1"),
    of_now(
        "ask",
        confirmation.ask,
        "evidence_id",
        version_number=99,
        what=Asked.CONFIRMATION,
        text=RequestText("", ""),
    ),
    of_now("ask", confirmation.revoke, "request_id"),
    of_now("ask", confirmation.ask_again, "request_id"),
    of("ask", confirmation_reading.see_to_ask, "evidence_id"),
    of("ask", confirmation_reading.see_request, "request_id"),
    of("confirm", confirmation_reading.see_to_sign, "evidence_id"),
    of("confirm", confirmation_reading.see_ksb_to_confirm, "enrolment_id", "K1"),
    of("see", confirmation_reading.see_ksb_confirmations, "enrolment_id", "K1"),
    confirmed(as_employer.confirm, "evidence_id", version_number=99, text=NOTHING_TYPED),
    confirmed(as_employer.confirm_ksb, "enrolment_id", "K1", text=NOTHING_TYPED),
    confirmed(
        as_employer.give_statement, "evidence_id", version_number=99, text=StatementText("", "")
    ),
    signed("sign-a", signing.sign_off, "enrolment_id", "K1"),
    signed("sign-e", signing.sign_off, "enrolment_id", "B1"),
    opened("sign-a", signing.reopen, "enrolment_id", "K1"),
    opened("sign-e", signing.reopen, "enrolment_id", "B1"),
    of_now(
        "countersign",
        countersigning.countersign,
        "enrolment_id",
        answers=[],
        is_declared=False,
        proof=None,
    ),
    of("countersign", countersign_reading.see_countersigning, "evidence_id"),
    of("countersign", countersign_reading.see_countersigning_sign_off, "enrolment_id", "K1"),
    of("people", qualifying.see_qualification, "member_id"),
    of("people", qualifying.offer_countersigners, "provider_id"),
    of(
        "people",
        qualifying.set_qualification,
        "member_id",
        is_qualified=True,
        countersigner_id=None,
        revision=0,
    ),
    of("see", assessment_reading.see_enrolment, "enrolment_id"),
    of("see", assessment_reading.see_evidence, "evidence_id"),
    of("draft", assessment_reading.see_evidence, "draft_id", hides=True),
    of("see", assessment_reading.list_evidence, "enrolment_id"),
    of("decide", reviewing.see_review, "evidence_id"),
    of_now("see", progress.see_progress, "enrolment_id"),
    of("see", progress.see_ksb, "enrolment_id", "K1"),
    of("see", history.see_history, "enrolment_id"),
    of("see", history.see_ksb_history, "enrolment_id", "K1"),
    of("see", history.see_piece_history, "evidence_id"),
    of("see", history.see_entry, "enrolment_id", 1),
    of("sign-a", progress.see_signing, "enrolment_id", "K1"),
    of("sign-e", progress.see_signing, "enrolment_id", "B1"),
    of_now("paper", portfolio.build_portfolio, "enrolment_id"),
    of_now("paper", contents.see_contents, "enrolment_id"),
    of_now("paper", asking.ask_pdf, "enrolment_id"),
    of("paper", asking.see_last_pdf, "enrolment_id"),
    Call("paper", asking.see_asked_pdf, _asked_pdf),
    of_now("paper", portfolio.settled_portfolio, "enrolment_id"),
    of_now("freeze", preflight.see_preflight, "enrolment_id"),
    of_now("freeze", freezing.ask_issue, "enrolment_id", kind=None, reason="", seen=""),
    Call("freeze", freezing.see_asked_issue, _asked_issue),
    of("paper", issuing.see_issues, "enrolment_id"),
    of("paper", issuing.see_issue, "enrolment_id", 1),
    of_now("paper", bundling.see_bundle, "enrolment_id", 1, Layout.PLAIN),
    Call("enrol", class_asking.ask_class, _ask_class),
    Call("enrol", class_asking.ask_class_again, _ask_class_again),
    Call("enrol", class_asking.see_class, _class),
    Call("enrol", class_asking.see_class_zip, _class_zip),
    of("enrol", class_asking.see_classes, "provider_id"),
    of("manage", class_asking.check_may_print, "enrolment_id"),
    Call("see", portfolio.find_portfolio, _find, hides=True),
    *ASSURING,
)
