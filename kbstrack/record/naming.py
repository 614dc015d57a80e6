"""What to call a row in a sentence: "the decision on K1 of E3, version 1"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kbstrack.ledger.rules import Event, What

_NOUNS = {
    What.ENROLMENT: "the enrolment's facts",
    What.ASSESSOR: "the assessor's assignment",
    What.EMPLOYER: "the employer's assignment",
    What.SUBMISSION: "the submission",
    What.WITHDRAWAL: "the withdrawal",
    What.DECISION: "the decision",
    What.DECISION_REOPENING: "the reopening of the decision",
    What.SIGN_OFF: "the sign-off",
    What.RENEWAL: "the renewed sign-off",
    What.REOPENING: "the reopening of the sign-off",
    What.REMINDER: "the reminder of the request",
    What.IQA_OUTCOME: "the IQA outcome",
    What.IQA_REPLY: "the answer to the IQA action",
    What.IQA_CLOSING: "the closing of the IQA action",
    What.ISSUE: "the issue of the portfolio",
}


class Naming:
    """Names for the rows of one enrolment, which refer to each other by id.

    A row of which something was deleted has a name too: it is what a flaw is about.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._versions: dict[str, str] = {}
        self._about: dict[str, tuple[str, str]] = {}
        for event in events:
            facts: Mapping[str, Any] = event.facts
            if event.what is What.SUBMISSION:
                label = f"E{facts.get('evidence_number')}, version {facts.get('number')}"
                self._versions[str(facts.get("id"))] = label
            elif event.what in {What.DECISION, What.SIGN_OFF}:
                about = str(facts.get("code", "")), str(facts.get("version_id"))
                self._about[str(facts.get("id"))] = about

    def version(self, version_id: object) -> str:
        """`E3, version 1`; empty for one that is not there."""
        return self._versions.get(str(version_id), "")

    def name(self, event: Event) -> str:
        """The row that an event was read from."""
        facts = event.facts
        noun = _NOUNS.get(event.what, f"the {event.what.replace('_', ' ')}")
        of_other = facts.get("decision_id") or facts.get("sign_off_id")
        code, version_id = self._about.get(str(of_other), ("", ""))
        code = str(facts.get("code") or code)
        if event.what is What.SUBMISSION:
            version_id = str(facts.get("id"))
        version = self.version(facts.get("version_id") or version_id)
        if event.what is What.ENROLMENT:
            return f"{noun} (number {facts.get('number')})"
        if "from_on" in facts:
            return f"{noun} from {facts['from_on']}"
        return noun + (f" of {code}" if code else "") + (f" in {version}" if version else "")
