"""The filters above a list of enrolments: read from an address, offered, and kept in the next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from kbstrack.people import reading
from kbstrack.people.narrowing import Narrowing, Running
from kbstrack.web.administering import Desk, chosen_id
from kbstrack.web.session import current_actor

Choices = list[tuple[str, str]]

STATES: Choices = [("", "Running and ended"), ("running", "Running"), ("ended", "Ended")]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for now, and what else could be; a choice of one is none."""

    narrowed: Narrowing
    standards: Choices
    employers: Choices
    assessors: Choices
    states: Choices

    @property
    def query(self) -> dict[str, str | None]:
        """For the address of another page of the same list."""
        now = self.narrowed
        return {
            "text": now.text or None,
            "standard": now.standard or None,
            "employer": str(now.employer_id) if now.employer_id else None,
            "assessor": str(now.assessor_id) if now.assessor_id else None,
            "state": now.state.value if now.state else None,
        }


def asked_filters(at: Desk) -> Filters:
    """Those of this request. Raises NotFound."""
    given = request.args.get("state", "")
    narrowed = Narrowing(
        text=request.args.get("text", ""),
        standard=request.args.get("standard", ""),
        employer_id=chosen_id(request.args.get("employer")),
        assessor_id=chosen_id(request.args.get("assessor")),
        state=Running(given) if given in set(Running) else None,
    )
    offered = reading.see_narrowings(current_actor(), at.provider.id)
    standards = [(text, text.replace(" ", ", version ")) for text in offered.standards]
    return Filters(
        narrowed,
        standards=_choices("Every standard", standards),
        employers=_choices("Every employer", [(str(id_), text) for id_, text in offered.employers]),
        assessors=_choices("Every assessor", [(str(id_), text) for id_, text in offered.assessors]),
        states=STATES,
    )


def _choices(everything: str, found: Choices) -> Choices:
    return [("", everything), *found] if len(found) > 1 else []
