"""From a file to a standard, or to everything that is wrong with it, said all at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from kbstrack.standards import schema
from kbstrack.standards.codes import check_duties, check_ksb_codes
from kbstrack.standards.fields import Fields
from kbstrack.standards.loader import MAX_BYTES, Mapping, Refused, read_tree
from kbstrack.standards.problems import Problem, Report, TooManyProblemsError
from kbstrack.standards.rules import (
    Duty,
    Ksb,
    KsbKind,
    PortfolioRules,
    Salary,
    SignOffRole,
    SignOffRoles,
    SocGroup,
    Standard,
    Terms,
)

MOST_PIECES = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds: a standard unless there are errors, and its problems by line."""

    standard: Standard | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems because of which the file is refused."""
        return tuple(problem for problem in self.problems if problem.is_error)


def check_file(path: Path) -> Checked:
    """Read and check one file. Raises OSError where the system does not hand it over."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return check_bytes(content, str(path))


def check_bytes(content: bytes, name: str) -> Checked:
    """Check the content of a file; `name` is what the problems call it. Raises nothing."""
    report = Report(name)
    standard = None
    with suppress(TooManyProblemsError):
        standard = _read(content, report)
    problems = tuple(sorted(report.problems, key=lambda problem: problem.line))
    is_refused = any(problem.is_error for problem in problems)
    return Checked(None if is_refused else standard, problems)


def _read(content: bytes, report: Report) -> Standard | None:
    tree = read_tree(content, report)
    if isinstance(tree, Mapping):
        return _standard(Fields(tree, schema.STANDARD, report))
    if not isinstance(tree, Refused) and not report.problems:
        what = "The file is empty" if tree is None else "The file is not a list of fields"
        report.error(1, f"{what}. Begin it with the fields of a standard, such as reference.")
    return None


def _standard(top: Fields) -> Standard:
    """A standard as far as it could be read; only meant to be used when nothing was reported."""
    pieces = top.number("pieces_needed", 1, MOST_PIECES) or 1
    ksbs = _ksbs(top, pieces)
    duties = _duties(top, {ksb.code for ksb in ksbs})
    url = top.code("source_url", r"https?://[^\s<>\"]+")
    rules = _portfolio_rules(top)
    return Standard(
        reference=top.code("reference", r"(ST|FA|AU)\d{4}", required=True) or "",
        version=top.code("version", r"\d{1,4}\.\d{1,4}", required=True) or "0.0",
        version_note=top.text("version_note", is_long=True),
        title=top.text("title", required=True) or "",
        occupation_code=top.code("occupation_code", r"OCC\d{4}[A-Z]?"),
        level=top.number("level", 1, 8, required=True) or 1,
        route=top.text("route", required=True) or "",
        lars_code=top.code("lars_code", r"\d{1,9}"),
        status=top.text("status"),
        apprenticeship_status=top.text("apprenticeship_status"),
        summary=top.text("summary", is_long=True),
        soc_code=top.code("soc_code", r"\d{4}"),
        soc_title=top.text("soc_title"),
        soc_groups=_soc_groups(top),
        employers=top.texts("employers"),
        keywords=top.texts("keywords"),
        salary=_salary(top),
        source=top.text("source", required=True) or "",
        source_url=url,
        licence=top.text("licence", required=True) or "",
        terms=_terms(top),
        sign_off_roles=_sign_off_roles(top),
        portfolio_rules=rules,
        ksbs=ksbs,
        duties=duties,
    )


def _ksbs(top: Fields, pieces: int) -> tuple[Ksb, ...]:
    sections = top.sections("ksbs", schema.KSB, required=True)
    ksbs = [_ksb(section, pieces) for section in sections]
    check_ksb_codes(sections, ksbs)
    return tuple(ksbs)


def _ksb(section: Fields, pieces: int) -> Ksb:
    kinds = "|".join(KsbKind)
    guidance = section.section("guidance", schema.GUIDANCE)
    return Ksb(
        code=section.code("code", r"(K|S|B|TK|TS|ESB)[1-9]\d{0,3}", required=True) or "",
        kind=KsbKind(section.code("kind", kinds, required=True) or KsbKind.KNOWLEDGE),
        title=section.text("title"),
        statement=section.text("statement", required=True) or "",
        points=section.texts("points"),
        prompts=guidance.texts("prompts") if guidance else (),
        witnesses=guidance.texts("witnesses") if guidance else (),
        pieces_needed=section.number("pieces_needed", 1, MOST_PIECES) or pieces,
    )


def _duties(top: Fields, codes: set[str]) -> tuple[Duty, ...]:
    sections = top.sections("duties", schema.DUTY)
    duties = [
        Duty(
            code=section.code("code", r"D[1-9]\d{0,3}", required=True) or "",
            statement=section.text("statement", required=True) or "",
            ksbs=section.texts("ksbs"),
            is_core=section.flag("is_core", default=False),
        )
        for section in sections
    ]
    check_duties(sections, duties, codes)
    return tuple(duties)


def _terms(top: Fields) -> Terms:
    section = top.section("terms", schema.TERMS)
    if section is None:
        return Terms()
    words = {name: section.text(name) for name in schema.TERMS}
    return Terms(**{name: word for name, word in words.items() if word})


def _sign_off_roles(top: Fields) -> SignOffRoles:
    section = top.section("sign_off_roles", schema.SIGN_OFF_ROLES)
    if section is None:
        return SignOffRoles()
    roles = {name: section.code(name, "assessor|employer") for name in schema.SIGN_OFF_ROLES}
    return SignOffRoles(**{name: cast(SignOffRole, role) for name, role in roles.items() if role})


def _portfolio_rules(top: Fields) -> PortfolioRules:
    section = top.section("portfolio_rules", schema.PORTFOLIO_RULES)
    if section is None:
        return PortfolioRules(reason="The file of this standard sets no rules for a portfolio.")
    rules = PortfolioRules(
        reason=section.text("reason", required=True, is_long=True) or "",
        is_assessment_method=section.flag("is_assessment_method", default=False),
        min_pieces=section.number("min_pieces", 1, 500),
        max_pieces=section.number("max_pieces", 1, 500),
        reflective_accounts_allowed=section.flag("reflective_accounts_allowed", default=True),
        max_media_minutes=section.number("max_media_minutes", 1, 600),
        employer_statement_needed=section.flag("employer_statement_needed", default=False),
    )
    if rules.min_pieces and rules.max_pieces and rules.min_pieces > rules.max_pieces:
        section.error("max_pieces", f"is less than min_pieces ({rules.min_pieces})")
    return rules


def _soc_groups(top: Fields) -> tuple[SocGroup, ...]:
    return tuple(
        SocGroup(
            code=section.code("code", r"\d{4}/\d{2}", required=True) or "",
            title=section.text("title", required=True) or "",
        )
        for section in top.sections("soc_groups", schema.SOC_GROUP)
    )


def _salary(top: Fields) -> Salary | None:
    section = top.section("salary", schema.SALARY)
    if section is None:
        return None
    return Salary(
        amount=section.text("amount", required=True) or "",
        measure=section.text("measure", required=True) or "",
        source=section.text("source", required=True) or "",
    )
