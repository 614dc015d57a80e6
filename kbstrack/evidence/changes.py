"""What one version changed about the version before it, down to the word: functions of values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from kbstrack.evidence.rules import EvidenceText

_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_MOST_COMPARISONS = 1_000_000
"""Words before times words after, above which a passage is shown as replaced whole."""


class Fate(StrEnum):
    """What became of a stretch of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one fate, without line ends."""

    fate: Fate
    text: str


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What became of a claim: the claim itself, its reason line by line, its place."""

    code: str
    fate: Fate
    rationale: tuple[Line, ...]
    locator: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that came or went, or whose caption is another one: its caption line by line."""

    name: str
    fate: Fate
    caption: tuple[Line, ...] = ()


def text_changes(before: str, after: str) -> tuple[Line, ...]:
    """Both texts in one, line by line: what stayed, what went and what came."""
    if before == after:
        return _lines([Run(Fate.KEPT, after)])
    old, new = _after_each_line(before), _after_each_line(after)
    runs: list[Run] = []
    for what, i, j, k, m in _blocks(old, new):
        if what == "replace":
            runs += _word_runs("".join(old[i:j]), "".join(new[k:m]))
        else:
            runs += _runs("".join(old[i:j]), "".join(new[k:m]), is_kept=what == "equal")
    return _lines(runs)


def claim_changes(before: EvidenceText, after: EvidenceText) -> tuple[ClaimChange, ...]:
    """The claims that differ, those of the later version first."""
    old = {claim.code: claim for claim in before.claims}
    new = {claim.code: claim for claim in after.claims}
    found = []
    for code in [*new, *(code for code in old if code not in new)]:
        one, other = old.get(code), new.get(code)
        if one != other:
            fate = Fate.ADDED if one is None else Fate.REMOVED if other is None else Fate.KEPT
            found.append(
                ClaimChange(
                    code=code,
                    fate=fate,
                    rationale=text_changes(
                        one.rationale if one else "", other.rationale if other else ""
                    ),
                    locator=text_changes(
                        one.locator if one else "", other.locator if other else ""
                    ),
                )
            )
    return tuple(found)


def file_changes(
    before: Sequence[tuple[str, str, str]], after: Sequence[tuple[str, str, str]]
) -> tuple[FileChange, ...]:
    """Files that came, went or got another caption.

    Each is given as its name, the SHA-256 of its bytes and its caption.
    """
    old = {(name, sha256): caption for name, sha256, caption in before}
    new = {(name, sha256): caption for name, sha256, caption in after}
    found = [(key, Fate.REMOVED) for key in old if key not in new]
    found += [(key, Fate.ADDED) for key in new if key not in old]
    found += [(key, Fate.KEPT) for key in new if key in old and new[key] != old[key]]
    return tuple(
        FileChange(key[0], fate, text_changes(old.get(key, ""), new.get(key, "")))
        for key, fate in found
    )


def _after_each_line(text: str) -> list[str]:
    return text.splitlines(keepends=True) if text else []


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's opcodes; beginning and end are compared first, since most edits are local."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    blocks = [("equal", 0, start, 0, start)]
    if len(before) * len(after) > _MOST_COMPARISONS:
        blocks.append(("whole", start, len(old) - end, start, len(new) - end))
    else:
        blocks += [
            (what, i + start, j + start, k + start, m + start)
            for what, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes()
        ]
    blocks.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return blocks


def _word_runs(before: str, after: str) -> list[Run]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    runs: list[Run] = []
    for what, i, j, k, m in _blocks(old, new):
        runs += _runs("".join(old[i:j]), "".join(new[k:m]), is_kept=what == "equal")
    return runs


def _runs(before: str, after: str, *, is_kept: bool) -> list[Run]:
    if is_kept:
        return [Run(Fate.KEPT, after)] if after else []
    found = (Run(Fate.REMOVED, before), Run(Fate.ADDED, after))
    return [run for run in found if run.text]


def _lines(runs: Sequence[Run]) -> tuple[Line, ...]:
    """Cut at line ends; lines with nothing in them are left out."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        for number, part in enumerate(run.text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Run(run.fate, part))
    return tuple(tuple(line) for line in lines if any(run.text.strip() for run in line))
