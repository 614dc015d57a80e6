"""What a version changed is said to the word, and quickly whatever the texts are."""

from __future__ import annotations

import random

import pytest

from kbstrack.evidence.changes import Fate, Run, claim_changes, file_changes, text_changes
from kbstrack.evidence.rules import ClaimText, EvidenceText


def marked(before: str, after: str) -> list[str]:
    """The changed text, with [-taken out-] and [+added+]."""
    marks = {Fate.KEPT: "{}", Fate.ADDED: "[+{}+]", Fate.REMOVED: "[-{}-]"}
    return [
        "".join(marks[run.fate].format(run.text) for run in line)
        for line in text_changes(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("One line.", "One line.", ["One line."]),
        ("I rang three people.", "I rang two people.", ["I rang [-three-][+two+] people."]),
        ("First.\n\nLast.", "First.\n\nNew.\n\nLast.", ["First.", "[+New.+]", "Last."]),
        ("First.\n\nLast.", "Last.", ["[-First.-]", "Last."]),
        ("", "Now there is text.", ["[+Now there is text.+]"]),
        ("There was text.", "", ["[-There was text.-]"]),
        ("Stop here.", "Stop here. Go on.", ["Stop here.[+ Go on.+]"]),
    ],
)
def test_a_change_is_marked_where_it_is(before, after, said):
    assert marked(before, after) == said


@pytest.mark.parametrize("seed", range(20))
def test_both_texts_can_be_read_out_of_the_marks(seed):
    chance = random.Random(seed)
    words = ["shortlist", "brief", "rang", "candidate,", "\n", "\n\n", "a", "KPI"]
    before, after = (
        " ".join(chance.choice(words) for _ in range(chance.randint(0, 60))) for _ in range(2)
    )

    lines = text_changes(before, after)

    for text, gone in ((before, Fate.ADDED), (after, Fate.REMOVED)):
        read = " ".join("".join(run.text for run in line if run.fate is not gone) for line in lines)
        assert read.split() == text.split()


def test_long_texts_with_nothing_in_common_are_shown_as_replaced():
    before = " ".join(f"a{number}" for number in range(3000))
    after = " ".join(f"b{number}" for number in range(3000))

    assert text_changes(before, after) == ((Run(Fate.REMOVED, before), Run(Fate.ADDED, after)),)


def test_claims_that_came_went_or_were_reworded_are_told():
    before = EvidenceText("T", claims=(ClaimText("K1", "Why"), ClaimText("K2"), ClaimText("S1")))
    after = EvidenceText("T", claims=(ClaimText("K1", "Why not"), ClaimText("S1"), ClaimText("B1")))

    assert [(change.code, change.fate) for change in claim_changes(before, after)] == [
        ("K1", Fate.KEPT),
        ("B1", Fate.ADDED),
        ("K2", Fate.REMOVED),
    ]


def test_a_file_is_the_same_only_with_the_same_name_and_bytes():
    before = [("a.txt", "1", ""), ("b.txt", "2", "")]
    changes = file_changes(before, [("a.txt", "1", ""), ("b.txt", "3", "")])

    assert [(change.name, change.fate) for change in changes] == [
        ("b.txt", Fate.REMOVED),
        ("b.txt", Fate.ADDED),
    ]


def test_what_was_said_of_a_file_is_told_word_by_word():
    before = [("a.jpg", "1", "The board"), ("b.jpg", "2", "A desk"), ("c.jpg", "3", "The same")]
    after = [("a.jpg", "1", "The planner"), ("c.jpg", "3", "The same"), ("d.jpg", "4", "A list")]

    gone, come, described = file_changes(before, after)

    assert (gone.name, gone.fate, gone.caption) == (
        "b.jpg",
        Fate.REMOVED,
        ((Run(Fate.REMOVED, "A desk"),),),
    )
    assert (come.name, come.caption) == ("d.jpg", ((Run(Fate.ADDED, "A list"),),))
    assert (described.name, described.fate) == ("a.jpg", Fate.KEPT)
    assert described.caption == (
        (Run(Fate.KEPT, "The "), Run(Fate.REMOVED, "board"), Run(Fate.ADDED, "planner")),
    )
