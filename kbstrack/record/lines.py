"""Entries of the ledger in plain words: functions of values."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kbstrack.formats import join_words, say_date
from kbstrack.ledger.rules import Entry, What
from kbstrack.record.references import References, Seen
from kbstrack.standards.rules import natural_key

Facts = Mapping[str, Any]

ROLES = {
    "apprentice": "apprentice",
    "assessor": "assessor",
    "employer": "line manager",
    "iqa": "internal quality assurer",
    "administrator": "administrator",
    "countersigner": "countersigning assessor",
    "witness": "witness",
    "confirmer": "asked to confirm",
    "operator": "operator",
    "system": "by itself",
}

NO_NAME = "A person whose name is no longer kept"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in plain words: what happened, to which version and KSBs."""

    entry: Entry
    title: str
    # The name they had then.
    by: str
    seen: Seen | None = None
    codes: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """In what role they did it."""
        return ROLES.get(self.entry.role, self.entry.role)


@dataclass(frozen=True, slots=True)
class _Said:
    title: str
    seen: Seen | None = None
    codes: tuple[str, ...] = ()


def line(entry: Entry, references: References) -> Line:
    """An entry in plain words. What cannot be resolved is told without it, never left out."""
    facts = json.loads(entry.facts)
    names = entry.side.names if entry.side else {}
    said = _SAY[What(entry.what)](facts, names, references)
    title = said.title + _request(entry, facts, references)
    return Line(entry, title, _by(entry, facts, references), said.seen, said.codes)


def _by(entry: Entry, facts: Facts, references: References) -> str:
    if entry.side is None:
        return NO_NAME
    is_declined = entry.what == What.REQUEST_REVOCATION and facts["how"] == "declined"
    _, whom = references.requests.get(facts.get("request_id", ""), ("", ""))
    # Who signed is told to everybody; who was asked and did not, to those who may ask.
    return "Whoever was asked" if is_declined and not whom else entry.side.by_name


def _enrolment(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    who = names.get("apprentice", "The apprentice")
    standard = f"{facts['standard_reference']} version {facts['standard_version']}"
    return _Said(
        {
            "made": f"{who} was enrolled on {standard}",
            "corrected": "The ULN or the dates of the enrolment were corrected",
            "ended": "The enrolment was ended",
            "resumed": "The end of the enrolment was taken back",
        }.get(facts["change"], f"The enrolment was changed: {facts['change']}")
    )


def _assessor(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    return _Said(f"{names.get('assessor', NO_NAME)} became the assessor{_from(facts)}")


def _employer(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    manager, employer = names.get("line_manager", NO_NAME), names.get("employer", "the employer")
    return _Said(f"{manager} of {employer} became the line manager{_from(facts)}")


def _submission(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen = Seen(uuid.UUID(facts["evidence_id"]), facts["evidence_number"], facts["number"])
    codes = tuple(sorted((claim["code"] for claim in facts["claims"]), key=natural_key))
    return _Said(f"{seen.label}, was submitted for {join_words(codes)}", seen, codes)


def _withdrawal(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen = references.versions.get(facts["version_id"])
    return _Said(f"{_version(seen)} was withdrawn", seen)


def _decision(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen, code = references.versions.get(facts["version_id"]), facts["code"]
    outcome = facts["outcome"].replace("_", " ")
    again = " again" if facts["round"] > 1 else ""
    waits = ", to be countersigned" if facts.get("needs_countersignature") else ""
    return _Said(f"{code} was decided{again} on {_version(seen)}: {outcome}{waits}", seen, (code,))


def _decision_reopening(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen, codes = _decided(facts, references)
    verb = "returned" if facts["role"] == "countersigner" else "taken back"
    return _Said(f"The decision on {_codes(codes)} of {_version(seen)} was {verb}", seen, codes)


def _countersignature(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    if "sign_off_id" in facts:
        codes = _signed(facts, references)
        return _Said(f"The sign-off of {_codes(codes)} was countersigned", None, codes)
    seen, codes = _decided(facts, references)
    title = f"The decision on {_codes(codes)} of {_version(seen)} was countersigned"
    return _Said(title, seen, codes)


def _sign_off(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    again = " again" if facts["round"] > 1 else ""
    waits = ", to be countersigned" if facts.get("needs_countersignature") else ""
    return _Said(f"{facts['code']} was signed off{again}{waits}", None, (facts["code"],))


def _renewal(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    codes = _signed(facts, references)
    title = f"The sign-off of {_codes(codes)} was confirmed on the changed evidence"
    return _Said(title, None, codes)


def _reopening(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    codes = _signed(facts, references)
    return _Said(f"The sign-off of {_codes(codes)} was reopened", None, codes)


def _confirmation(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen = references.versions.get(facts.get("version_id", ""))
    if "code" in facts:
        return _Said(f"{facts['code']} was confirmed by the employer", None, (facts["code"],))
    return _Said(f"{_version(seen)} was confirmed", seen, ())


_ENDS = {
    "revoked": "was taken back",
    "replaced": "was sent again with a new link",
    "declined": "was declined",
}


def _reminder(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    version_id, _ = references.requests.get(facts["request_id"], ("", ""))
    seen = references.versions.get(version_id)
    return _Said(f"Somebody was reminded of the request about {_version(seen)}", seen)


_ASKED = {
    "confirmation": "Somebody was asked to confirm {version}",
    "witness_statement": "Somebody was asked to say what they saw of {version}",
}


def _asked(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen = references.versions.get(facts["version_id"])
    return _Said(_ASKED[facts["what"]].format(version=_version(seen)), seen)


def _revocation(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    version_id, whom = references.requests.get(facts["request_id"], ("", ""))
    seen = references.versions.get(version_id)
    request = f"The request to {whom}" if whom else "The request"
    return _Said(f"{request} about {_version(seen)} {_ENDS[facts['how']]}", seen)


def _outcome(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    seen, codes = _decided(facts, references)
    result = facts["result"].replace("_", " ")
    subject = f"The decision on {_codes(codes)} of {_version(seen)}"
    return _Said(f"{subject} was looked at by quality assurance: {result}", seen, codes)


def _issue(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
    """The number and what it was frozen for."""
    kind = facts["kind"]
    return _Said(f"The portfolio was frozen as issue {facts['number']} ({kind})")


def _plain(text: str) -> Callable[[Facts, Mapping[str, str], References], _Said]:
    """For what concerns a version or a decision and needs no more words than these."""

    def say(facts: Facts, names: Mapping[str, str], references: References) -> _Said:
        if "decision_id" in facts or "sample_id" in facts:
            seen, codes = _decided(facts, references)
        else:
            seen, codes = references.versions.get(facts.get("version_id", "")), ()
            if "code" in facts:
                codes = (facts["code"],)
        return _Said(text.format(version=_version(seen), codes=_codes(codes)), seen, codes)

    return say


_SAY: dict[What, Callable[[Facts, Mapping[str, str], References], _Said]] = {
    What.ENROLMENT: _enrolment,
    What.ASSESSOR: _assessor,
    What.EMPLOYER: _employer,
    What.SUBMISSION: _submission,
    What.WITHDRAWAL: _withdrawal,
    What.DECISION: _decision,
    What.DECISION_REOPENING: _decision_reopening,
    What.COUNTERSIGNATURE: _countersignature,
    What.SIGN_OFF: _sign_off,
    What.RENEWAL: _renewal,
    What.REOPENING: _reopening,
    What.REQUEST: _asked,
    What.REMINDER: _reminder,
    What.REQUEST_REVOCATION: _revocation,
    What.CONFIRMATION: _confirmation,
    What.WITNESS_STATEMENT: _plain("A witness statement on {version} was given"),
    What.SAMPLE: _plain("The decision on {codes} of {version} was sampled"),
    What.IQA_OUTCOME: _outcome,
    What.IQA_REPLY: _plain(
        "The assessor answered what quality assurance had asked for about {codes} of {version}"
    ),
    What.ISSUE: _issue,
    What.IQA_CLOSING: _plain(
        "What quality assurance had asked for about {codes} of {version} was closed"
    ),
}


def _request(entry: Entry, facts: Facts, references: References) -> str:
    """Which of the requests about a piece it was, or what was answered or ended: ` (request 2)`."""
    asked = str(entry.subject_id) if entry.what == What.REQUEST else facts.get("request_id") or ""
    number = references.request_numbers.get(asked)
    return f" (request {number})" if number else ""


def _decided(facts: Facts, references: References) -> tuple[Seen | None, tuple[str, ...]]:
    """Of a decision, or of the decision that was sampled."""
    decision_id = facts.get("decision_id") or references.samples.get(facts["sample_id"], "")
    version_id, code = references.decisions.get(decision_id, ("", ""))
    return references.versions.get(version_id), (code,) if code else ()


def _signed(facts: Facts, references: References) -> tuple[str, ...]:
    code = references.sign_offs.get(facts["sign_off_id"])
    return (code,) if code else ()


def _from(facts: Facts) -> str:
    return f", from {say_date(date.fromisoformat(facts['from_on']))}"


def _version(seen: Seen | None) -> str:
    return seen.label if seen else "a version"


def _codes(codes: tuple[str, ...]) -> str:
    return join_words(codes) if codes else "a KSB"
