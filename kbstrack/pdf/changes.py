"""What one version of a piece changed about the version before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kbstrack.formats import join_words, say_count, say_period
from kbstrack.pdf.printable import paragraphs
from kbstrack.portfolio.rules import PortfolioVersion

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])(\s+)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text; `is_kept` when the next version says it too."""

    text: str
    is_kept: bool


def say_changes(before: PortfolioVersion, after: PortfolioVersion) -> tuple[str, ...]:
    """A sentence for each thing that differs; empty when only the declaration is new."""
    said = []
    if before.title != after.title:
        said.append(f"The title is now “{after.title}”.")
    if before.kind != after.kind:
        said.append(f"The kind is now {after.kind}.")
    if (before.first_on, before.last_on) != (after.first_on, after.last_on):
        said.append(f"The date is now {say_period(after.first_on, after.last_on)}.")
    said += _description(before.description, after.description)
    said += _claims(before, after)
    said += _files(before, after)
    return tuple(said)


def passages(paragraph: str, next_description: str) -> list[Passage]:
    """The paragraph cut where it stops or starts being in the next version's text."""
    kept = set(_sentences(next_description))
    cut: list[Passage] = []
    pieces = _SENTENCE_ENDS.split(paragraph)
    for sentence, gap in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        is_kept = sentence in kept
        if cut and cut[-1].is_kept == is_kept:
            cut[-1] = Passage(cut[-1].text + sentence + gap, is_kept)
        else:
            cut.append(Passage(sentence + gap, is_kept))
    return cut


def has_dropped(before: PortfolioVersion, after: PortfolioVersion) -> bool:
    """Whether a sentence of the earlier text is not in the later one."""
    return not set(_sentences(before.description)) <= set(_sentences(after.description))


def _sentences(text: str) -> list[str]:
    return [sentence for part in paragraphs(text) for sentence in _SENTENCE_ENDS.split(part)[::2]]


def _description(before: str, after: str) -> list[str]:
    old, new = Counter(_sentences(before)), Counter(_sentences(after))
    changes = [
        f"{say_count((left - right).total(), 'sentence')} {word}"
        for left, right, word in ((new, old, "added"), (old, new, "taken out"))
        if left - right
    ]
    if changes:
        return [f"Description: {join_words(changes)}."]
    return ["Description: the order changed."] if before != after else []


def _claims(before: PortfolioVersion, after: PortfolioVersion) -> list[str]:
    old = {claim.code: (claim.rationale, claim.locator) for claim in before.claims}
    new = {claim.code: (claim.rationale, claim.locator) for claim in after.claims}
    return _listed(
        ("Claims added", (code for code in new if code not in old)),
        ("Claims reworded", (code for code in new if code in old and new[code] != old[code])),
        ("Claims taken out", (code for code in old if code not in new)),
    )


def _files(before: PortfolioVersion, after: PortfolioVersion) -> list[str]:
    old = {file.sha256 for file in before.files}
    new = {file.sha256 for file in after.files}
    captions = {(file.name, file.sha256): file.caption for file in before.files}
    described_anew = (
        file.name
        for file in after.files
        if captions.get((file.name, file.sha256), file.caption) != file.caption
    )
    return _listed(
        ("Files added", (file.name for file in after.files if file.sha256 not in old)),
        ("Files described anew", described_anew),
        ("Files taken out", (file.name for file in before.files if file.sha256 not in new)),
    )


def _listed(*groups: tuple[str, Iterable[str]]) -> list[str]:
    lists = [(heading, list(names)) for heading, names in groups]
    return [f"{heading}: {join_words(names)}." for heading, names in lists if names]
