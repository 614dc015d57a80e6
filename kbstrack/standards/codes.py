"""Checks on codes: letters that fit the kind, nothing twice, gaps, and duties that name KSBs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kbstrack.standards.fields import Fields
from kbstrack.standards.loader import Scalar
from kbstrack.standards.problems import shorten
from kbstrack.standards.rules import Duty, Ksb, natural_key


def check_ksb_codes(sections: Sequence[Fields], ksbs: Sequence[Ksb]) -> None:
    """Report codes that occur twice or do not fit their kind, and warn about gaps."""
    _check_unique(sections, [ksb.code for ksb in ksbs])
    for section, ksb in zip(sections, ksbs, strict=True):
        letters = re.sub(r"\d", "", ksb.code)
        if ksb.code and _says(section, ksb.kind) and letters != ksb.kind.letter:
            section.report.error(
                section.line("code"),
                f"{ksb.code} begins with {letters}, but its kind is {ksb.kind}, whose codes begin "
                f"with {ksb.kind.letter}. Change the code or the kind.",
            )
    _warn_about_gaps(sections, ksbs)


def check_duties(sections: Sequence[Fields], duties: Sequence[Duty], codes: set[str]) -> None:
    """Report duties whose code occurs twice and duties that name a KSB the standard lacks."""
    _check_unique(sections, [duty.code for duty in duties])
    for section, duty in zip(sections, duties, strict=True):
        for code in duty.ksbs:
            if code not in codes:
                section.report.error(
                    section.line("ksbs"),
                    f"{duty.code or 'This duty'} names {shorten(code)}, which is not a KSB of this "
                    "standard. Correct the code, or add the KSB.",
                )


def _says(section: Fields, kind: str) -> bool:
    node = section.node.entries.get("kind")
    return isinstance(node, Scalar) and node.text == kind


def _check_unique(sections: Sequence[Fields], codes: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for section, code in zip(sections, codes, strict=True):
        if not code:
            continue
        line = section.line("code")
        if code in first:
            section.report.error(
                line,
                f"The code {code} was given already, on line {first[code]}. "
                "Give each its own code.",
            )
        first.setdefault(code, line)


def _warn_about_gaps(sections: Sequence[Fields], ksbs: Sequence[Ksb]) -> None:
    """Warn at the KSB that follows a gap; published standards have a few, most gaps are slips."""
    ordered = sorted(
        ((ksb, section) for ksb, section in zip(ksbs, sections, strict=True) if ksb.code),
        key=lambda pair: natural_key(pair[0].code),
    )
    last: dict[str, int] = {}
    for ksb, section in ordered:
        _, letters, number, _ = natural_key(ksb.code)
        missing = range(last.get(letters, 0) + 1, number)
        last[letters] = number
        if not missing:
            continue
        gap = f"{letters}{missing[0]} is"
        if len(missing) > 1:
            gap = f"{letters}{missing[0]} to {letters}{missing[-1]} are"
        section.report.warning(
            section.line("code"),
            f"{gap} missing before {ksb.code}. Add what was left out, or leave it so if the "
            "published standard has this gap.",
        )
