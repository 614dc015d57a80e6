"""What a piece of evidence must be to be kept, and to be handed in."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.evidence import rules
from kbstrack.evidence.rules import (
    ClaimText,
    EvidenceKind,
    EvidenceState,
    EvidenceText,
    FileText,
    Missing,
    clean_evidence,
    clean_line,
    clean_text,
    evidence_state,
    missing_for_submission,
    version_hash,
)

TODAY = date(2026, 3, 2)
CODES = ("K1", "K2", "S1", "S2", "B1")
COMPLETE = EvidenceText(
    title="Advert for a clerk",
    kind=EvidenceKind.WORK_PRODUCT,
    first_on=date(2026, 2, 27),
    last_on=date(2026, 2, 28),
    description="I wrote it.",
    claims=(ClaimText("K1", "It says why.", "page 1"),),
)


def clean(text: EvidenceText) -> EvidenceText:
    return clean_evidence(text, codes=CODES, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("  around \n", "around"),
        ("tab\tstays", "tab\tstays"),
        ("para\n\ngraph", "para\n\ngraph"),
        ("e\u0301", "é"),
        ("a\x00b\x07c\ufeffd\u2028e", "abcde"),
        ("\ud800lone", "lone"),
        ("مرحبا 👩‍💻", "مرحبا 👩‍💻"),
        ("", ""),
    ],
)
def test_a_text_is_kept_as_it_was_meant(typed, kept):
    assert clean_text(typed) == kept


def test_a_line_has_no_breaks_and_single_spaces():
    assert clean_line(" a \n b\t c ") == "a b c"


def test_claims_are_put_into_the_standards_order_and_named_once():
    claims = tuple(ClaimText(code, f"why {code}") for code in ("B1", "S2", "K2", "S2"))

    cleaned = clean(EvidenceText("Title", claims=claims))

    assert [claim.code for claim in cleaned.claims] == ["K2", "S2", "B1"]


def test_a_period_of_one_day_is_a_day():
    day = date(2026, 2, 1)

    assert clean(EvidenceText("Title", first_on=day, last_on=day)).last_on is None


def test_a_title_alone_can_be_kept():
    assert clean(EvidenceText(" A title ")) == EvidenceText("A title")


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (EvidenceText(""), "title", "Enter a title"),
        (EvidenceText(" \n\x00"), "title", "Enter a title"),
        (EvidenceText("x" * 201), "title", "201 characters: shorten it to 200"),
        (EvidenceText("T", description="x" * 20_001), "description", "20,001 characters"),
        (EvidenceText("T", claims=(ClaimText("K9"),)), "claims", "K9 is not a KSB"),
        (EvidenceText("T", claims=(ClaimText("k1"),)), "claims", "k1 is not a KSB"),
        (EvidenceText("T", claims=(ClaimText("S2", "x" * 1001),)), "claim-S2", "reason for S2"),
        (EvidenceText("T", claims=(ClaimText("S2", "", "x" * 101),)), "where-S2", "place for S2"),
        (EvidenceText("T", first_on=date(2026, 3, 3)), "first_on", "today or an earlier"),
        (EvidenceText("T", last_on=date(2026, 3, 1)), "first_on", "first day too"),
        (EvidenceText("T", first_on=date(1026, 3, 1)), "first_on", "Check the year"),
        (
            EvidenceText("T", first_on=date(2026, 3, 1), last_on=date(2026, 3, 3)),
            "last_on",
            "today or an earlier",
        ),
        (
            EvidenceText("T", first_on=date(2026, 3, 1), last_on=date(2026, 2, 1)),
            "last_on",
            "not be before the first",
        ),
    ],
)
def test_what_cannot_be_kept_names_its_field(text, field, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        clean(text)

    assert refused.value.field == field


def test_everything_that_cannot_be_kept_is_named_at_once():
    text = EvidenceText(
        "x" * 201,
        description="x" * 20_001,
        first_on=date(2026, 3, 3),
        last_on=date(1926, 3, 4),
        claims=(ClaimText("K1", "x" * 1001, "x" * 101), ClaimText("S2", "", "x" * 101)),
    )

    with pytest.raises(RuleBroken) as refused:
        clean(text)

    assert [problem.field for problem in refused.value.problems] == [
        "title",
        "description",
        "claim-K1",
        "where-K1",
        "where-S2",
        "first_on",
        "last_on",
    ]
    assert str(refused.value) == refused.value.sentences[0]


@pytest.mark.parametrize(
    "text",
    [
        EvidenceText("x" * 200),
        EvidenceText("T", description="x" * 20_000),
        EvidenceText("T", description="é" * 20_000),
        EvidenceText("T", description="e\u0301" * 20_000),
        EvidenceText("T", first_on=TODAY),
        EvidenceText("T", claims=(ClaimText("K1", "x" * 1000, "x" * 100),)),
    ],
)
def test_the_limits_themselves_are_allowed(text):
    clean(text)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ()),
        ({"last_on": None}, ()),
        ({"kind": None}, ("kind",)),
        ({"first_on": None, "last_on": None}, ("first_on",)),
        ({"description": ""}, ("description",)),
        ({"claims": ()}, ("claims",)),
        ({"claims": (ClaimText("K1"), ClaimText("S1", "why"))}, ("claim-K1",)),
        (
            {"kind": None, "description": "", "claims": ()},
            ("kind", "description", "claims"),
        ),
    ],
)
def test_handing_in_needs_kind_day_description_and_a_reason_for_each_claim(change, missing):
    found = missing_for_submission(replace(COMPLETE, **change))

    assert tuple(item.field for item in found) == missing
    assert all(isinstance(item, Missing) and item.sentence.endswith(".") for item in found)


@pytest.mark.parametrize(
    ("has_version", "is_withdrawn", "outcomes", "state"),
    [
        (False, False, [], EvidenceState.DRAFT),
        (True, False, [], EvidenceState.SUBMITTED),
        (True, True, [], EvidenceState.WITHDRAWN),
        (True, False, [True], EvidenceState.ACCEPTED),
        (True, False, [True, True], EvidenceState.ACCEPTED),
        (True, False, [True, False], EvidenceState.ACTION_REQUIRED),
        (True, False, [False], EvidenceState.ACTION_REQUIRED),
    ],
)
def test_the_state_follows_from_the_latest_version(has_version, is_withdrawn, outcomes, state):
    found = evidence_state(has_version=has_version, is_withdrawn=is_withdrawn, outcomes=outcomes)

    assert found is state


def hash_of(text: EvidenceText = COMPLETE, **change: object) -> str:
    files = [("a.pdf", "00", ""), ("b.pdf", "11", "")]
    given = {"evidence_id": "e", "number": 1, "files": files, "salt": "s"} | change
    return version_hash(text, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"kind": EvidenceKind.PROJECT},
        {"first_on": date(2026, 2, 26)},
        {"last_on": None},
        {"description": "I wrote it. "},
        {"claims": ()},
        {"claims": (ClaimText("K2", "It says why.", "page 1"),)},
        {"claims": (ClaimText("K1", "It says so.", "page 1"),)},
        {"claims": (ClaimText("K1", "It says why.", "page 2"),)},
        {"claims": (ClaimText("K1", "It says why.page 1", ""),)},
    ],
)
def test_the_hash_of_a_version_changes_with_every_part_of_its_text(change):
    assert hash_of(replace(COMPLETE, **change)) != hash_of()


@pytest.mark.parametrize(
    "change",
    [
        {"evidence_id": "f"},
        {"number": 2},
        {"files": []},
        {"files": [("a.pdf", "00", "")]},
        {"files": [("b.pdf", "11", ""), ("a.pdf", "00", "")]},
        {"files": [("a.pdf", "00", ""), ("b.pdf", "12", "")]},
        {"files": [("A.pdf", "00", ""), ("b.pdf", "11", "")]},
        {"files": [("a.pdf", "00", ""), ("b.pdf", "11", "The board")]},
    ],
)
def test_the_hash_of_a_version_changes_with_its_place_and_files(change):
    assert hash_of(**change) != hash_of()


def test_the_hash_of_a_version_is_the_same_on_every_machine():
    """Written down once: a change of it would break every portfolio that quotes a hash.

    It is from before files had captions, and holds for all that was handed in then.
    """
    assert hash_of() == hash_of()
    assert hash_of() == "458f77be5fb87480e58c40ba66d56d546edf0aa9d2f705bd9e51cbc977c86a3c"


@pytest.mark.parametrize(("count", "is_fine"), [(0, True), (50, True), (51, False)])
def test_a_piece_has_fifty_files_at_most(count, is_fine):
    if is_fine:
        rules.check_file_count(count)
        return
    with pytest.raises(RuleBroken, match="start another piece") as refused:
        rules.check_file_count(count)
    assert refused.value.field == "files"


def test_a_caption_is_one_clean_line_and_each_file_is_there_once():
    board, desk = uuid.UUID(int=1), uuid.UUID(int=2)

    assert rules.clean_files(
        [FileText(board, " The\nboard \x00"), FileText(desk), FileText(board, "Again")]
    ) == (FileText(board, "The board"), FileText(desk))


def test_a_caption_has_three_hundred_characters_at_most():
    board = FileText(uuid.UUID(int=1), "é" * 300)

    assert rules.clean_files([board]) == (board,)
    with pytest.raises(RuleBroken, match="The description has 301 characters") as refused:
        rules.clean_files([replace(board, caption="é" * 301)])
    assert refused.value.field == "caption-00000000000000000000000000000001"


def test_each_kind_has_words_for_people():
    assert EvidenceKind.AUDIO_OR_VIDEO.label == "Audio or video"
    assert all(kind.label[0].isupper() and "_" not in kind.label for kind in EvidenceKind)
