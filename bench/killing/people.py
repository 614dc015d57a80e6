"""The people at work: each goes from page to page and remembers what was acknowledged."""

from __future__ import annotations

import random
import re
import time
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta

from bench.killing.visitor import Lost, Page, Sent, SentFile, Visitor
from bench.killing.writes import (
    Answer,
    Attached,
    Begun,
    Claimed,
    Decided,
    HandedIn,
    Reopened,
    SignedOff,
    Write,
)
from kbstrack import clock
from kbstrack.clock import day_of

# A signature asks for the password again after 15 minutes.
SIGN_IN_AGAIN_SECONDS = 600.0
QUESTIONS = ("valid", "authentic", "current", "sufficient")


@dataclass(frozen=True)
class Look:
    """A page that somebody opens."""

    path: str


Journey = Generator[Look | Write, Page, None]


class Refused(Exception):
    """The server would not take a form that is in order."""


class Person:
    """Somebody whose next step is known, so that a lost one can be taken again."""

    def __init__(self, visitor: Visitor, journey: Journey) -> None:
        self.visitor = visitor
        self.acknowledged: list[Write] = []
        self.step: Look | Write = next(journey)
        self._journey = journey
        self._signed_in_at: float | None = None

    def sign_in(self) -> None:
        """Sign in, if that was not done lately: before the work, so that it can end in peace.

        Whoever is cut off while signing in has to wait longer each time, as with a wrong password.
        """
        at = time.monotonic()
        if self._signed_in_at is None or at - self._signed_in_at > SIGN_IN_AGAIN_SECONDS:
            self.visitor.sign_in()
            self._signed_in_at = at

    def work(self) -> None:
        """Go on until the server is gone."""
        try:
            while True:
                self.take_step()
        except Lost:
            return

    def take_step(self) -> None:
        """One page or one form. Raises Lost; the same step comes next then."""
        if isinstance(self.step, Look):
            answer = self.visitor.get(self.step.path)
            if answer.status != 200:
                raise Refused(f"GET {self.step.path}: {answer.status} {answer.said}")
        else:
            answer = self.visitor.send(self.step.form)
            if answer.status != 303 or answer.location.startswith("/sign-in"):
                step = self.step
                raise Refused(f"{step.kind}: {step.wanted}: {answer.status} {answer.said}")
            self.acknowledged.append(self.step)
        self.step = self._journey.send(answer)


def write_evidence(enrolment_id: uuid.UUID, chance: random.Random) -> Journey:
    """An apprentice who writes one piece after the other, with files, and hands it in."""
    while True:
        mark = uuid.UUID(int=chance.getrandbits(128)).hex
        title, description = f"Piece {mark}", f"What I did, é and 🪁.\n\nIt took a while. {mark}"
        page = yield Look(f"/enrolments/{enrolment_id}/evidence/new")
        sent = page.filled_in(
            {
                "title": title,
                "description": description.replace("\n", "\r\n"),
                "when": "today",
                "kind": "work_product",
            }
        )
        answer = yield Begun(sent, title, description)
        [found] = re.findall(r"/evidence/([0-9a-f-]{36})/files", answer.location)
        evidence_id = uuid.UUID(found)
        names = []
        for number in range(chance.choice((0, 1, 1, 2))):
            names.append(f"notes-{number}-{mark}.txt")
            content = f"{mark} {number}\n".encode() * chance.randrange(1, 9_000)
            page = yield Look(f"/evidence/{evidence_id}/files")
            file = SentFile("files", names[-1], content)
            form = page.filled_in({"more": "Add"}, files=[file])
            yield Attached(form, evidence_id, names[-1], content)
        yield from _claim_and_hand_in(
            evidence_id, title, description, tuple(names), mark=mark, chance=chance
        )


def _claim_and_hand_in(
    evidence_id: uuid.UUID,
    title: str,
    description: str,
    files: tuple[str, ...],
    *,
    mark: str,
    chance: random.Random,
) -> Journey:
    page = yield Look(f"/evidence/{evidence_id}/ksbs")
    boxes = page.html.xpath("//main//input[@name='claims']")
    codes = sorted(chance.sample([box.get("value") for box in boxes], chance.randrange(1, 4)))
    form = page.filled_in({"claims": codes})
    yield Claimed(form, evidence_id, tuple((code, "") for code in codes))
    page = yield Look(f"/evidence/{evidence_id}/reasons")
    reasons = tuple((code, f"It shows {code} because I did it: {mark}") for code in codes)
    form = page.filled_in({f"claim-{code}": why for code, why in reasons})
    yield Claimed(form, evidence_id, reasons)
    page = yield Look(f"/evidence/{evidence_id}/check")
    form = page.filled_in({"is_declared": "y"})
    yield HandedIn(form, evidence_id, title, description, reasons, files)


def assess(enrolment_id: uuid.UUID, chance: random.Random, password: str) -> Journey:
    """An assessor who decides on what waits, signs KSBs off and sometimes takes that back."""
    met: set[str] = set()
    signed: set[str] = set()
    place = f"/enrolments/{enrolment_id}/ksbs"
    while True:
        page = yield Look("/queue")
        if waiting := page.links(r"/evidence/[0-9a-f-]{36}/review"):
            page = yield Look(chance.choice(waiting))
            decided = _decide(page, chance, password)
            yield decided
            met |= {answer.code for answer in decided.answers if answer.outcome == "met"}
            signed |= {answer.code for answer in decided.answers if answer.is_signed}
        mark = uuid.UUID(int=chance.getrandbits(128)).hex
        if signed and (chance.random() < 0.3 or not met - signed):
            code = chance.choice(sorted(signed))
            page = yield Look(f"{place}/{code}/reopen")
            why = f"It was older than I thought: {mark}"
            yield Reopened(page.filled_in({"reason": why}, password=password), code, why)
            signed.remove(code)
        elif met - signed:
            code = chance.choice(sorted(met - signed))
            page = yield Look(f"{place}/{code}/sign-off")
            given = {"reason": f"I saw it myself: {mark}", "is_declared": "y"}
            form = page.filled_in(given, password=password)
            yield SignedOff(form, code, given["reason"])
            signed.add(code)


def _decide(page: Page, chance: random.Random, password: str) -> Decided:
    """An answer to every claim on the page; an action point where it is not yet met.

    Sometimes everything that is met and not signed off yet is signed off with it.
    """
    evidence_id = uuid.UUID(page.path.split("/")[2])
    given: dict[str, str | list[str]] = {}
    answers, is_signing = [], chance.random() < 0.2
    offered = {box.get("value") for box in page.html.xpath("//main//input[@name='sign_off']")}
    for name in page.names(r"[A-Z]+\d+-outcome"):
        code = name.removesuffix("-outcome")
        outcome = chance.choice(("met", "met", "not_yet_met"))
        feedback = f"{code} in {evidence_id}: {outcome}."
        given |= {name: outcome, f"{code}-feedback": feedback}
        given[f"{code}-questions"] = list(QUESTIONS) if outcome == "met" else ["valid"]
        actions: tuple[str, ...] = ()
        if outcome != "met":
            actions = (f"Add your notes on {code}.",)
            due_on = day_of(clock.now()) + timedelta(days=30)
            given[f"{code}-actions-0-text"] = actions[0]
            given[f"{code}-actions-0-due_on"] = due_on.strftime("%d %m %Y").split()
        is_signed = is_signing and outcome == "met" and code in offered
        answers.append(Answer(code, outcome, feedback, actions, is_signed))
    if signed := [answer.code for answer in answers if answer.is_signed]:
        given |= {"sign_off": signed, "is_declared": "y"}
    sent: Sent = page.filled_in(given, password=password)
    return Decided(sent, evidence_id, tuple(sorted(answers)))
