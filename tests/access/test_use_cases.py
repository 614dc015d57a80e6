"""Every use case asks: each kind of person calls each of them on a real database."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from kbstrack import (
    assessment,
    auditing,
    confirmation,
    evidence,
    issuing,
    people,
    portfolio,
    progress,
    quality,
    record,
)
from kbstrack.access import Actor
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tests.access.call import Call
from tests.access.calls import CALLS
from tests.access.cast import Cast
from tests.access.expected import EXPECTED
from tests.access.targets import Target

STAGES = (
    people,
    evidence,
    assessment,
    confirmation,
    quality,
    auditing,
    record,
    progress,
    portfolio,
    issuing,
)

ON_LISTS = {
    "confirmation.reading.see_waiting",
    "people.enrolment_queries.own",
    "people.enrolment_queries.assessed_by",
    "people.enrolment_queries.managed_by",
    "people.enrolment_queries.administered_by",
    "people.enrolment_queries.count_administered",
    "people.enrolment_queries.administered_among",
    "people.narrowing.offered",
    "people.enrolment_queries.audited_by",
    "auditing.service.see_audited",
    "quality.reading.see_assured",
    "quality.reading.see_actions",
    "quality.reading.see_waiting",
    "people.reading.see_administered",
    "assessment.reading.see_queue",
    "assessment.reading.see_changed",
    "assessment.reading.see_returned",
    "assessment.countersign_queries.waiting",
    "progress.service.see_caseload",
    "progress.service.see_provider_caseload",
    "progress.today.current_enrolment",
    "progress.today.see_apprentice_day",
    "progress.today.see_today",
    "progress.today.see_assessor_day",
    "progress.today.see_provider_days",
}
"""They refuse nobody: each answers with what is theirs, which `test_lists` looks at."""

OF_ONE_SELF = {
    "people.accounts.change_password",
    "people.accounts.request_address",
    "people.accounts.new_address",
    "people.accounts.change_address",
    "people.factor_queries.is_required_of",
    "people.factor_queries.lacks_required",
    "people.factors.see_factors",
    "people.factors.see_factor",
    "people.factors.add_totp",
    "people.factors.add_passkey",
    "people.factors.remove_factor",
    "people.factors.make_recovery_codes",
}
"""They concern the account of whoever asks; what is somebody else's is not found."""

BY_LINK = {
    "auditing.service.name_of",
    "auditing.service.note_view",
    "confirmation.answering.confirm_by_link",
    "confirmation.answering.state_by_link",
    "confirmation.answering.decline_by_link",
    "confirmation.reading.see_asked",
    "confirmation.reading.see_asked_file",
    "confirmation.reading.see_answered",
}
"""For whoever comes by a link, an auditor or who was asked: `test_links` asks them."""

PARTS = {
    "confirmation.reading.see_confirmations",
    "assessment.countersign_reading.own_countersigner",
    "people.visible.is_own",
    "people.visible.is_assessed",
    "people.visible.is_countersigned",
    "people.visible.is_managed",
    "people.visible.is_assured",
    "people.visible.is_audited",
    "people.visible.is_administered",
    "people.visible.visible_to",
    "people.membership.lock_member",
    "people.enrolling.lock_managed",
    "people.beside.assign_assessor",
    "people.beside.assign_employer",
    "people.recording.is_qualified",
    "people.recording.record_assessor",
    "people.recording.record_employer",
    "people.recording.record_state",
    "people.recording.signer",
    "evidence.service.open_enrolment",
    "assessment.signing.sign",
    "assessment.redeciding.take_back",
    "assessment.versioning.add_version",
    "assessment.working.offers",
    "assessment.working.may_begin",
    "progress.today.may_write",
}
"""Parts of use cases above, or answers to "may they?" itself."""


def answer(call: Call, actor: Actor, target: Target) -> str:
    """`yes` when the call got past permission, whatever a rule then said."""
    try:
        call.make(actor, target)
    except NotFound:
        return "hid"
    except NotAllowed:
        return "no"
    except (RuleBroken, Conflict):
        return "yes"
    finally:
        db.session.rollback()
    return "yes"


def expected(call: Call, name: str) -> str:
    """What the table says of this call; what is hidden is hidden by its last column."""
    found = EXPECTED[name][call.column]
    if call.then:
        if found != "yes":
            return found
        found = EXPECTED[name][call.then]
    return "hid" if call.hides and found == "no" else found


def test_every_use_case_answers_everybody_as_the_table_says(cast: Cast):
    wrong = []
    for name in EXPECTED:
        actor, target = cast.actor(name), cast.targets[name]
        for call in CALLS:
            found = answer(call, actor, target)
            if found != expected(call, name):
                wrong.append(f"{call.name} by {name}: {found}, not {expected(call, name)}")

    assert not wrong, "\n".join(wrong)


def test_nobody_of_another_enrolment_gets_anywhere_with_its_ids(cast: Cast):
    """The other way round: everybody here comes to the other provider's enrolment."""
    outsiders = set(EXPECTED) - {"the operator"}
    at_home = {name for name in outsiders if "elsewhere" in name}
    wrong = [
        f"{call.name} by {name}"
        for name in sorted(outsiders - at_home)
        for call in CALLS
        if call.column != "create"
        and answer(call, cast.actor(name), cast.targets["elsewhere"]) != "hid"
    ]

    assert wrong == []


def use_cases() -> Iterator[str]:
    """Every public function of the stages that begins with the person who asks."""
    for stage in STAGES:
        for found in iter_modules(stage.__path__, f"{stage.__name__}."):
            module = import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                is_own = function.__module__ == module.__name__ and not name.startswith("_")
                if is_own and next(iter(inspect.signature(function).parameters), "") == "actor":
                    yield f"{module.__name__.removeprefix('kbstrack.')}.{name}"


def test_every_use_case_is_in_the_table():
    asked = {call.name for call in CALLS}

    assert set(use_cases()) == asked | ON_LISTS | OF_ONE_SELF | BY_LINK | PARTS
    assert not asked & (ON_LISTS | OF_ONE_SELF | BY_LINK | PARTS)
