"""Plays who was asked about the demo's evidence, and what they signed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from kbstrack.confirmation import answering, as_employer, links, service
from kbstrack.confirmation.rules import Asked, ConfirmationText, RequestText, StatementText
from kbstrack.demo.cohort import Cohort
from kbstrack.demo.script import TODAY, moment
from kbstrack.evidence import queries as evidence_queries
from kbstrack.people.proofs import Proof, ProofMethod

CLIENT = RequestText(
    "Priya Stellan",
    "priya.stellan@client.example",
    "Branch manager at the client",
    "You had the shortlist from me and rang me about it. Could you confirm that it was like this?",
)
LEADER = RequestText(
    "Dara Winslade",
    "dara.winslade@care.example",
    "Deputy manager",
    "You sat in on the calls that week. Please write what you saw, in your own words.",
)
SAW = (
    "I sat beside Safiya for most of the week. Before each call she read the form again and wrote "
    "down what she wanted to know. She asked everybody the same things in the same order, and when "
    "somebody asked about nights she said plainly what she knew and what she would find out.\n\n"
    "Two people rang back because they had not understood the start date. She changed her notes "
    "that afternoon so that it came first from then on."
)
OPEN = "Could you confirm the part about the night shift? You were on site that week."


def confirm(cohort: Cohort) -> None:
    """Two confirmations and one witness statement."""
    at = moment(TODAY, 8, 1, "confirmations")
    by_client, by_manager = _pieces(cohort, "joe")[:2]
    _by_link(cohort, by_client, at)
    _by_manager(cohort, by_manager, at + timedelta(hours=2))
    _statement(cohort, _pieces(cohort, "safiya")[0], at + timedelta(hours=3))


def ask(cohort: Cohort, *, now: datetime) -> None:
    """One request that still waits: made last, since its link is to work when the demo is opened.

    A record is written in the order in which things happened.
    """
    manager = RequestText("Hamish Trevanny", "hamish@demo.example", "Operations manager", OPEN)
    asked_at = max(now, moment(TODAY, 22, 1, "the last thing of the story"))
    _ask(cohort, "lewis", _pieces(cohort, "lewis")[0], text=manager, at=asked_at)


def _pieces(cohort: Cohort, key: str) -> list[uuid.UUID]:
    """Somebody's pieces of which the first version stands."""
    return [
        row.id
        for row in evidence_queries.evidence_of(cohort.enrolments[key])
        if [version.withdrawn_at for version in row.versions] == [None]
    ]


def _ask(
    cohort: Cohort,
    key: str,
    evidence_id: uuid.UUID,
    *,
    text: RequestText,
    at: datetime,
    what: Asked = Asked.CONFIRMATION,
) -> uuid.UUID:
    return service.ask(
        cohort.actor(key), evidence_id, version_number=1, what=what, text=text, at=at
    )


def _by_link(cohort: Cohort, evidence_id: uuid.UUID, at: datetime) -> None:
    request_id = _ask(cohort, "joe", evidence_id, text=CLIENT, at=at)
    answering.confirm_by_link(
        links.actor_for(request_id),
        text=ConfirmationText(
            CLIENT.name,
            CLIENT.job_role,
            "Joe sent me four people and said in one line why each. Two of them work here now.",
        ),
        is_declared=True,
        at=at + timedelta(hours=1),
    )


def _by_manager(cohort: Cohort, evidence_id: uuid.UUID, at: datetime) -> None:
    as_employer.confirm(
        cohort.actor("tomasz"),
        evidence_id,
        version_number=1,
        text=ConfirmationText("Tomasz Willoby", "Recruitment manager", "As I saw it in our team."),
        is_declared=True,
        proof=Proof(ProofMethod.PASSWORD, at),
        at=at,
    )


def _statement(cohort: Cohort, evidence_id: uuid.UUID, at: datetime) -> None:
    request_id = _ask(
        cohort, "safiya", evidence_id, what=Asked.WITNESS_STATEMENT, text=LEADER, at=at
    )
    seen_on = _first_day(evidence_id)
    answering.state_by_link(
        links.actor_for(request_id),
        text=StatementText(
            name=LEADER.name,
            statement=SAW,
            job_role=LEADER.job_role,
            relationship="I run the home that Safiya recruits for",
            contact=LEADER.email,
            seen_on=seen_on,
            seen_until=seen_on + timedelta(days=3),
        ),
        is_declared=True,
        at=at + timedelta(hours=2),
    )


def _first_day(evidence_id: uuid.UUID) -> date:
    day = evidence_queries.evidence(evidence_id).version(1).text.first_on
    assert day is not None
    return day
