"""What submissions, decisions and sign-offs are bound to: hashes of versions and of statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kbstrack.errors import NotFound
from kbstrack.evidence.rules import ClaimText, EvidenceText, version_hash
from kbstrack.formats import join_words
from kbstrack.ledger.rules import Event, Flaw, What
from kbstrack.record.naming import Naming
from kbstrack.standards.catalogue import Catalogue
from kbstrack.standards.rules import natural_key

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class HandedIn:
    """A file of a version: where it was handed in and under which name, and the bytes it has."""

    place: str
    sha256: str
    size_bytes: int


_HASHES = {"PDF": "pdf_sha256", "data": "record_sha256", "extract": "extract_sha256"}
"""The files of an issue, in the order in which its event has them, and the facts that name them."""


def files_of(events: Sequence[Event], naming: Naming) -> Iterator[HandedIn]:
    """Every file and every checked copy that the versions of an enrolment name, and the files of
    its issues."""
    for event in _submissions(events):
        label = naming.version(event.facts["id"])
        files: Any = event.texts["files"]
        for file in files:
            stored = file["stored"]
            where = f"the file {file['name']} of {label}"
            yield HandedIn(where, stored["sha256"], stored["size_bytes"])
            if stored.get("copy_sha256"):
                where = f"the checked copy of {file['name']} of {label}"
                yield HandedIn(where, stored["copy_sha256"], stored.get("copy_size_bytes") or 0)
    for event in events:
        if event.what is What.ISSUE:
            kept: Any = event.texts["files"]
            for what, stored in zip(("PDF", "data", "extract"), kept, strict=True):
                where = f"the {what} of issue {event.facts['number']} of the portfolio"
                yield HandedIn(where, str(event.facts[_HASHES[what]]), stored.get("size_bytes", 0))


def version_flaws(
    events: Sequence[Event], naming: Naming, enrolment_id: uuid.UUID
) -> Iterator[Flaw]:
    """Versions whose text, claims and files do not have the hash that was decided on."""
    for event in _submissions(events):
        facts: Facts = event.facts
        label = naming.version(facts["id"])
        if _hash_of(facts, event.texts) != facts["sha256"]:
            yield Flaw(label, "its text, claims or files do not have the hash that it names.")
        files: Any = event.texts["files"]
        for file in files:
            if file["enrolment_id"] != str(enrolment_id):
                yield Flaw(
                    f"the file {file['name']} of {label}", "it was handed in for another enrolment."
                )


def binding_flaws(events: Sequence[Event], naming: Naming) -> Iterator[Flaw]:
    """Rows that name a version or a statement by another hash than the version and claim have."""
    versions = {str(event.facts["id"]): event for event in _submissions(events)}
    for event in events:
        facts: Facts = event.facts
        version = versions.get(str(facts.get("version_id")))
        if version is None:
            continue
        if facts.get("version_sha256") not in (None, version.facts["sha256"]):
            yield Flaw(naming.name(event), "it names another hash than the version has.")
        if "code" in facts and "statement_hash" in facts:
            claimed = _statements(version.facts).get(facts["code"])
            if claimed != facts["statement_hash"]:
                yield Flaw(naming.name(event), "it names another wording than the claim does.")


def wording_flaws(events: Sequence[Event], naming: Naming, catalogue: Catalogue) -> Iterator[Flaw]:
    """KSBs whose wording in the pinned standard is not the one that rows were made on.

    The file of the standard as a whole is compared too, and named when it is missing.
    """
    pins = sorted(
        {
            (str(facts["standard_reference"]), str(facts["standard_version"]),
             str(facts["standard_hash"]))
            for facts in (event.facts for event in events if event.what is What.ENROLMENT)
        }
    )  # fmt: skip
    wordings: dict[str, set[str]] = {}
    for reference, version, content_hash in pins:
        where = f"{reference} version {version}"
        try:
            standard = catalogue.get(reference, version)
        except NotFound:
            yield Flaw(where, "the file of this standard is missing or cannot be used.")
            continue
        if standard.content_hash != content_hash:
            yield Flaw(where, "the file of this standard was changed since the apprentice's "
                       "enrolment.")  # fmt: skip
        for ksb in standard.ksbs:
            wordings.setdefault(ksb.code, set()).add(ksb.statement_hash)
    standards = join_words(f"{reference} version {version}" for reference, version, _ in pins)
    if not wordings:
        return
    for code, rows in _by_wording(events, naming, wordings).items():
        yield Flaw(
            f"{code} of {standards}",
            f"its wording is not the one that these were made on: {join_words(rows)}.",
        )


def _by_wording(
    events: Sequence[Event], naming: Naming, wordings: Mapping[str, set[str]]
) -> dict[str, list[str]]:
    """By code: the rows that were made on a wording that the standard does not have."""
    found: dict[str, list[str]] = {}
    for event in events:
        facts: Facts = event.facts
        named = _statements(facts)
        if "code" in facts and "statement_hash" in facts:
            named[facts["code"]] = facts["statement_hash"]
        for code, statement_hash in named.items():
            if statement_hash not in wordings.get(code, ()):
                found.setdefault(code, []).append(naming.name(event))
    return dict(sorted(found.items(), key=lambda item: natural_key(item[0])))


def _statements(facts: Facts) -> dict[str, str]:
    claims = facts.get("claims", ())
    return {claim["code"]: claim["statement_hash"] for claim in claims}


def _submissions(events: Iterable[Event]) -> Iterator[Event]:
    return (event for event in events if event.what is What.SUBMISSION)


def _hash_of(facts: Facts, texts: Facts) -> str:
    claims = [
        ClaimText(fact["code"], text["rationale"], text["locator"])
        for fact, text in zip(facts["claims"], texts["claims"], strict=True)
    ]
    return version_hash(
        EvidenceText(
            title=texts["title"],
            kind=texts["kind"],
            first_on=date.fromisoformat(texts["first_on"]),
            last_on=date.fromisoformat(texts["last_on"]) if "last_on" in texts else None,
            description=texts["description"],
            claims=tuple(sorted(claims, key=lambda claim: natural_key(claim.code))),
        ),
        evidence_id=str(facts["evidence_id"]),
        number=facts["number"],
        files=[
            (file["name"], file["stored"]["sha256"], file.get("caption", ""))
            for file in texts["files"]
        ],
        salt=texts["salt"],
    )
