"""What a standard is: frozen values with codes, order and hashes; nothing here reads files."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Literal

from kbstrack.canonical import sha256_of
from kbstrack.errors import NotFound
from kbstrack.formats import join_words

SignOffRole = Literal["assessor", "employer"]

LETTERS = {
    "knowledge": "K",
    "skill": "S",
    "behaviour": "B",
    "technical_knowledge": "TK",
    "technical_skill": "TS",
    "employability_skill_behaviour": "ESB",
}
HEADINGS = {
    "knowledge": "Knowledge",
    "skill": "Skills",
    "behaviour": "Behaviours",
    "technical_knowledge": "Technical knowledge",
    "technical_skill": "Technical skills",
    "employability_skill_behaviour": "Employability skills and behaviours",
}


class KsbKind(StrEnum):
    """Knowledge, skill or behaviour; the last three occur in foundation standards only."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    BEHAVIOUR = "behaviour"
    TECHNICAL_KNOWLEDGE = "technical_knowledge"
    TECHNICAL_SKILL = "technical_skill"
    EMPLOYABILITY_SKILL_BEHAVIOUR = "employability_skill_behaviour"

    @property
    def letter(self) -> str:
        """What its codes begin with: K, S, B, TK, TS or ESB."""
        return LETTERS[self.value]

    @property
    def label(self) -> str:
        """For one of them: "Knowledge", "Skill", "Behaviour"."""
        return self.value.replace("_", " ").capitalize()

    @property
    def heading(self) -> str:
        """Above several of them: "Knowledge", "Skills", "Behaviours"."""
        return HEADINGS[self.value]


KIND_OF_LETTER = {kind.letter: kind for kind in KsbKind}
_KIND_ORDER = {kind.letter: number for number, kind in enumerate(KsbKind)}
_CODE = re.compile(r"([A-Za-z]*)(\d*)(.*)", re.DOTALL)


def natural_key(code: str) -> tuple[int, str, int, str]:
    """Sort key for KSB codes: K1, K2 … K10, then S1 …, then B1 …; unknown letters come last."""
    parts = _CODE.match(code)
    assert parts is not None, "the pattern matches every text"
    letters, digits, rest = parts.groups()
    return (_KIND_ORDER.get(letters, len(_KIND_ORDER)), letters, int(digits or 0), rest)


def version_key(version: str) -> tuple[int, ...]:
    """Sort key for versions, which count as numbers: 1.10 comes after 1.9.

    Raises ValueError unless the version is numbers with dots between them.
    """
    return tuple(int(part) for part in version.split("."))


def hash_of(facts: dict[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of plain values, without whatever is empty.

    Empty values are left out so that an optional field, added to the format later, does not
    change the hash of a standard that does not use it.
    """
    return sha256_of(_filled(facts))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, False, "", [], {})}
    if isinstance(value, list | tuple):
        return [_filled(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Ksb:
    """One statement of a standard, with our guidance (prompts, witnesses) kept apart from it."""

    code: str
    kind: KsbKind
    title: str | None
    statement: str
    points: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    pieces_needed: int = 1

    @property
    def statement_hash(self) -> str:
        """SHA-256 (hex) of the official wording; decisions bind to it. Guidance is not in it."""
        return hash_of(self.official())

    @property
    def wording(self) -> str:
        """The official text in one line, as published: title, statement, points after dashes."""
        title = f"{self.title}: " if self.title else ""
        return title + " - ".join((self.statement, *self.points))

    def official(self) -> dict[str, Any]:
        """What was published about it, in plain values."""
        return {
            "code": self.code,
            "kind": self.kind.value,
            "title": self.title,
            "statement": self.statement,
            "points": list(self.points),
        }


@dataclass(frozen=True, slots=True)
class Duty:
    """A job activity and the KSBs it needs."""

    code: str
    statement: str
    ksbs: tuple[str, ...] = ()
    is_core: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The words this standard uses for assessment; the reform of 2025 to 2027 renames them."""

    end_point_assessment: str = "end-point assessment"
    assessment_organisation: str = "end-point assessment organisation"
    gateway: str = "gateway"


@dataclass(frozen=True, slots=True)
class PortfolioRules:
    """What this standard asks of a portfolio; `reason` says where the rules come from."""

    reason: str
    is_assessment_method: bool = False
    min_pieces: int | None = None
    max_pieces: int | None = None
    reflective_accounts_allowed: bool = True
    max_media_minutes: int | None = None
    employer_statement_needed: bool = False


@dataclass(frozen=True, slots=True)
class SignOffRoles:
    """Whose sign-off makes a KSB of each kind met."""

    knowledge: SignOffRole = "assessor"
    skill: SignOffRole = "assessor"
    behaviour: SignOffRole = "assessor"

    def role_for(self, kind: KsbKind) -> SignOffRole:
        """The role that signs off this kind; foundation kinds follow the kind they are made of."""
        if kind in {KsbKind.KNOWLEDGE, KsbKind.TECHNICAL_KNOWLEDGE}:
            return self.knowledge
        if kind in {KsbKind.SKILL, KsbKind.TECHNICAL_SKILL}:
            return self.skill
        return self.behaviour

    @property
    def sentence(self) -> str:
        """Who signs off what, for people."""
        signs = {"assessor": "the assessor", "employer": "the line manager at the employer"}
        kinds = {"knowledge": self.knowledge, "skills": self.skill, "behaviours": self.behaviour}
        parts = [
            f"{who} signs off {join_words(kind for kind, held in kinds.items() if held == role)}"
            for role, who in signs.items()
            if role in kinds.values()
        ]
        sentence = "; ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]}, each KSB once."


@dataclass(frozen=True, slots=True)
class SocGroup:
    """A sub unit group of the Standard Occupational Classification, `4136/01`."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Salary:
    """What the published page says people earn, and where that figure comes from."""

    amount: str
    measure: str
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of an occupational standard. Texts are as published; guidance lives in KSBs."""

    reference: str
    version: str
    title: str
    level: int
    route: str
    licence: str
    source: str
    ksbs: tuple[Ksb, ...]
    portfolio_rules: PortfolioRules
    terms: Terms = Terms()
    sign_off_roles: SignOffRoles = SignOffRoles()
    version_note: str | None = None
    occupation_code: str | None = None
    lars_code: str | None = None
    status: str | None = None
    apprenticeship_status: str | None = None
    summary: str | None = None
    soc_code: str | None = None
    soc_title: str | None = None
    soc_groups: tuple[SocGroup, ...] = ()
    employers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    salary: Salary | None = None
    source_url: str | None = None
    duties: tuple[Duty, ...] = ()
    content_hash: str = field(init=False)

    def __post_init__(self) -> None:
        """Put the KSBs in natural order and hash everything but the guidance."""
        ordered = tuple(sorted(self.ksbs, key=lambda ksb: natural_key(ksb.code)))
        object.__setattr__(self, "ksbs", ordered)
        object.__setattr__(self, "content_hash", "")
        facts = asdict(self) | {
            "ksbs": [ksb.official() | {"pieces_needed": ksb.pieces_needed} for ksb in ordered]
        }
        object.__setattr__(self, "content_hash", hash_of(facts))

    @property
    def unique_id(self) -> str:
        """`ST0321_1.0`."""
        return f"{self.reference}_{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        """Every KSB code in natural order."""
        return tuple(ksb.code for ksb in self.ksbs)

    @property
    def kinds(self) -> tuple[KsbKind, ...]:
        """The kinds that occur, in the order knowledge, skill, behaviour."""
        present = {ksb.kind for ksb in self.ksbs}
        return tuple(kind for kind in KsbKind if kind in present)

    def of_kind(self, kind: KsbKind) -> tuple[Ksb, ...]:
        """Its KSBs of one kind, in natural order."""
        return tuple(ksb for ksb in self.ksbs if ksb.kind is kind)

    def ksb(self, code: str) -> Ksb:
        """The KSB with this code. Raises NotFound."""
        for ksb in self.ksbs:
            if ksb.code == code:
                return ksb
        raise NotFound(f"{self.reference} version {self.version} has no KSB {code}.")
