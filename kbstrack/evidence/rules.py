"""What makes a piece of evidence well-formed and ready to submit, and what it is hashed to."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from kbstrack.canonical import sha256_of
from kbstrack.errors import RuleBroken, check_all

MOST_TITLE_CHARACTERS = 200
MOST_DESCRIPTION_CHARACTERS = 20_000
MOST_RATIONALE_CHARACTERS = 1_000
MOST_LOCATOR_CHARACTERS = 100
MOST_REASON_CHARACTERS = 2_000
MOST_CAPTION_CHARACTERS = 300
MOST_FILES = 50

AUTHENTICITY = (
    "I declare that this evidence is my own work, that it shows what I did at my workplace, "
    "and that where others took part I have said what was theirs. Names and details of "
    "candidates, clients and colleagues are left out or covered where they are confidential."
)

# Tabs and line ends stay; everything else that is invisible and not a character of a text goes.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


class EvidenceKind(StrEnum):
    """What a piece of evidence is; the names come from assessment practice."""

    WORK_PRODUCT = "work_product"
    OBSERVATION = "observation"
    WITNESS_TESTIMONY = "witness_testimony"
    EXPERT_WITNESS_TESTIMONY = "expert_witness_testimony"
    PROFESSIONAL_DISCUSSION = "professional_discussion"
    QUESTIONING = "questioning"
    PROJECT = "project"
    CASE_STUDY = "case_study"
    SIMULATION = "simulation"
    CERTIFICATE = "certificate"
    REFLECTIVE_ACCOUNT = "reflective_account"
    AUDIO_OR_VIDEO = "audio_or_video"

    @property
    def label(self) -> str:
        """`Work product`."""
        return self.value.replace("_", " ").capitalize()


TESTIMONY = frozenset({EvidenceKind.WITNESS_TESTIMONY, EvidenceKind.EXPERT_WITNESS_TESTIMONY})
"""What somebody else says they saw: it supports a judgement and is never its only basis."""


class EvidenceState(StrEnum):
    """How far a piece has come; computed, never stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACTION_REQUIRED = "action required"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ClaimText:
    """A KSB that the evidence is to show: why, and where to look (a page, a minute)."""

    code: str
    rationale: str = ""
    locator: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """What an apprentice writes about one piece; only the title cannot be empty."""

    title: str
    kind: EvidenceKind | None = None
    first_on: date | None = None
    last_on: date | None = None
    description: str = ""
    claims: tuple[ClaimText, ...] = ()


@dataclass(frozen=True, slots=True)
class FileText:
    """A file that goes with the evidence, and what its apprentice says it shows, in a line."""

    upload_id: uuid.UUID
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to add before a draft can be submitted; `field` is where on the form."""

    field: str
    sentence: str


def clean_text(text: str) -> str:
    """A text of several lines: NFC, one kind of line end, nothing invisible, no space around."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _INVISIBLE.sub("", text).strip()


def clean_line(text: str) -> str:
    """A text in one line."""
    return " ".join(clean_text(text).split())


def clean_evidence(text: EvidenceText, *, codes: Collection[str], today: date) -> EvidenceText:
    """The same with its texts cleaned and its claims in the standard's order.

    `codes` are the standard's, in order. Raises RuleBroken naming the fields when a draft cannot
    even be kept: no title, too long, a KSB the standard does not have, impossible dates.
    """
    claims = {claim.code: claim for claim in text.claims}
    unknown = [code for code in claims if code not in codes]
    if unknown:
        raise RuleBroken(f"{unknown[0]} is not a KSB of this standard.", field="claims")
    cleaned = EvidenceText(
        title=clean_line(text.title),
        kind=text.kind,
        first_on=text.first_on,
        last_on=text.last_on if text.last_on != text.first_on else None,
        description=clean_text(text.description),
        claims=tuple(_clean_claim(claims[code]) for code in codes if code in claims),
    )
    check_all(
        lambda: _check_title(cleaned.title),
        lambda: _check_length(
            cleaned.description, MOST_DESCRIPTION_CHARACTERS, "description", "description"
        ),
        *(partial(_check_claim, claim) for claim in cleaned.claims),
        lambda: check_days(cleaned.first_on, cleaned.last_on, today=today),
    )
    return cleaned


def clean_files(files: Iterable[FileText]) -> tuple[FileText, ...]:
    """The same with each file once and its caption in one clean line.

    Raises RuleBroken naming the fields (see `caption_field`), or `files` when they are too many.
    """
    cleaned: dict[uuid.UUID, FileText] = {}
    for file in files:
        cleaned.setdefault(file.upload_id, FileText(file.upload_id, clean_line(file.caption)))
    check_file_count(len(cleaned))
    check_all(*(partial(_check_caption, file) for file in cleaned.values()))
    return tuple(cleaned.values())


def caption_field(upload_id: uuid.UUID) -> str:
    """What the field for the caption of a file is called."""
    return f"caption-{upload_id.hex}"


def check_days(first_on: date | None, last_on: date | None, *, today: date) -> None:
    """When it happened is possible. Raises RuleBroken."""
    if last_on is not None and first_on is None:
        raise RuleBroken("Enter the first day too, or leave the last day empty.", field="first_on")
    check_all(
        lambda: _check_day(first_on, "first_on", today=today),
        lambda: _check_day(last_on, "last_on", today=today),
    )
    if first_on is not None and last_on is not None and last_on < first_on:
        raise RuleBroken("The last day must not be before the first.", field="last_on")


def missing_for_submission(text: EvidenceText) -> tuple[Missing, ...]:
    """What a cleaned draft still needs before it can go to the assessor."""
    missing = []
    if text.kind is None:
        missing.append(Missing("kind", "Select what kind of evidence it is."))
    if text.first_on is None:
        missing.append(Missing("first_on", "Enter when it happened."))
    if not text.description:
        missing.append(Missing("description", "Describe what you did."))
    if not text.claims:
        missing.append(Missing("claims", "Select at least one KSB that it shows."))
    missing += [
        Missing(f"claim-{claim.code}", f"Write a sentence on how it shows {claim.code}.")
        for claim in text.claims
        if not claim.rationale
    ]
    return tuple(missing)


def check_file_count(count: int) -> None:
    """Raises RuleBroken above the most files one piece may have."""
    if count > MOST_FILES:
        raise RuleBroken(
            f"One piece of evidence can have {MOST_FILES} files at most: start another piece "
            "for the others.",
            field="files",
        )


def evidence_state(
    *, has_version: bool, is_withdrawn: bool, outcomes: Iterable[bool], is_open: bool = False
) -> EvidenceState:
    """The state that follows from the latest version.

    `outcomes` are its decisions that stand, True is met; `is_open` when some claim has none.
    """
    if not has_version:
        return EvidenceState.DRAFT
    if is_withdrawn:
        return EvidenceState.WITHDRAWN
    decided = list(outcomes)
    if is_open or not decided:
        return EvidenceState.SUBMITTED
    return EvidenceState.ACCEPTED if all(decided) else EvidenceState.ACTION_REQUIRED


def version_hash(
    text: EvidenceText,
    *,
    evidence_id: str,
    number: int,
    files: Sequence[tuple[str, str, str]],
    salt: str,
) -> str:
    """SHA-256 over everything a version says: its texts, its claims, and of each file its name,
    the hash of its bytes and its caption.

    A file without a caption is hashed as files were before there were any. The salt keeps whoever
    has only the hash from guessing at the text.
    """
    return sha256_of(
        {
            "salt": salt,
            "evidence": evidence_id,
            "number": number,
            "title": text.title,
            "kind": text.kind,
            "first_on": text.first_on.isoformat() if text.first_on else None,
            "last_on": text.last_on.isoformat() if text.last_on else None,
            "description": text.description,
            "claims": [
                {"code": claim.code, "rationale": claim.rationale, "locator": claim.locator}
                for claim in text.claims
            ],
            "files": [
                {"name": name, "sha256": sha256} | ({"caption": caption} if caption else {})
                for name, sha256, caption in files
            ],
        }
    )


def _clean_claim(claim: ClaimText) -> ClaimText:
    return ClaimText(claim.code, clean_text(claim.rationale), clean_line(claim.locator))


def _check_title(title: str) -> None:
    if not title:
        raise RuleBroken("Enter a title: a few words that say what this is.", field="title")
    _check_length(title, MOST_TITLE_CHARACTERS, "title", "title")


def _check_claim(claim: ClaimText) -> None:
    code, reason, place = claim.code, claim.rationale, claim.locator
    check_all(
        lambda: _check_length(
            reason, MOST_RATIONALE_CHARACTERS, f"reason for {code}", f"claim-{code}"
        ),
        lambda: _check_length(place, MOST_LOCATOR_CHARACTERS, f"place for {code}", f"where-{code}"),
    )


def _check_caption(file: FileText) -> None:
    _check_length(
        file.caption, MOST_CAPTION_CHARACTERS, "description", caption_field(file.upload_id)
    )


def _check_day(day: date | None, field: str, *, today: date) -> None:
    if day is not None and day > today:
        raise RuleBroken("Enter today or an earlier day.", field=field)
    if day is not None and day.year < 1990:
        raise RuleBroken("Check the year.", field=field)


def _check_length(text: str, most: int, what: str, field: str) -> None:
    if len(text) > most:
        raise RuleBroken(
            f"The {what} has {len(text):,} characters: shorten it to {most:,} or fewer.",
            field=field,
        )
