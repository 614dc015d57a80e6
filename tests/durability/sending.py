"""The five forms that nobody may lose or save twice, each ready to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from kbstrack.assessment.models import Decision, SignOff
from kbstrack.db import Base, db
from kbstrack.evidence.models import DraftFile, Evidence, EvidenceVersion
from kbstrack.people import accounts
from tests.builders import TUESDAY, World, decide, make_draft, make_evidence, met
from tests.pages import Page, Pages, Value

DESCRIPTION = "I flew two kites.\n\nOne came back."
NOTES = b"Read the brief.\nRing the client.\n" * 400


@dataclass(frozen=True)
class Form:
    """Who sends what from which page, and the rows that it makes."""

    name: str
    who: str
    place: Callable[[World], str]
    fields: Mapping[str, Value]
    button: str
    model: type[Base]

    def open(self, pages: Pages, world: World) -> Page:
        """The page with the form, opened by the person whose it is."""
        place, person_id = self.place(world), world.people[self.who].person_id
        # Otherwise the first form sent would also write that they have joined.
        accounts.note_sign_in(person_id, at=TUESDAY)
        return pages.sign_in(person_id).get(place)

    def send(self, pages: Pages, page: Page, *, status: int = 303) -> Page:
        """Fill it in and press its button; a redirect is not followed."""
        return pages.submit(page, self.fields, button=self.button, status=status, follow=False)

    def count(self) -> int:
        """The rows there are of what it makes."""
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(self.model)) or 0


def _accepted(world: World) -> str:
    decide(world, make_evidence(world), met("K1"))
    return f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off"


BEGIN = Form(
    name="begin",
    who="apprentice",
    place=lambda world: f"/enrolments/{world.enrolment_id}/evidence/new",
    fields={"title": "Kite day", "description": DESCRIPTION},
    button="Save draft",
    model=Evidence,
)
UPLOAD = Form(
    name="upload",
    who="apprentice",
    place=lambda world: f"/evidence/{make_draft(world)}/files",
    fields={"files": ("notes.txt", NOTES)},
    button="Save draft",
    model=DraftFile,
)
SUBMIT = Form(
    name="submit",
    who="apprentice",
    place=lambda world: f"/evidence/{make_draft(world)}/check",
    fields={"is_declared": True},
    button="Submit evidence",
    model=EvidenceVersion,
)
DECIDE = Form(
    name="decide",
    who="assessor",
    place=lambda world: f"/evidence/{make_evidence(world)}/review",
    fields={
        "K1-outcome": "met",
        "K1-questions": ["valid", "authentic", "current", "sufficient"],
        "K1-feedback": "Clear and current.",
    },
    button="Save decision",
    model=Decision,
)
SIGN_OFF = Form(
    name="sign off",
    who="assessor",
    place=_accepted,
    fields={"reason": "I watched it as well.", "is_declared": True},
    button="Sign off K1",
    model=SignOff,
)
FORMS = (BEGIN, UPLOAD, SUBMIT, DECIDE, SIGN_OFF)
EVERY_FORM = {"argvalues": FORMS, "ids": [form.name for form in FORMS]}
