"""How much of a standard is met, and why: tables of values."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import pytest

from kbstrack.assessment.standing import ClaimRow, SignOffRow
from kbstrack.progress import rules
from kbstrack.progress.rules import KsbProgress, KsbState, Pace
from kbstrack.standards.rules import Ksb, KsbKind, PortfolioRules, SignOffRoles, Standard
from tests.builders import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY

K1 = Ksb("K1", KsbKind.KNOWLEDGE, None, "How wind lifts a kite")
S1 = Ksb("S1", KsbKind.SKILL, None, "Build a kite from a plan", pieces_needed=2)
B1 = Ksb("B1", KsbKind.BEHAVIOUR, "Patience", "Someone who waits for the wind")
STANDARD = Standard(
    reference="ST9999",
    version="1.0",
    title="Kite maker",
    level=2,
    route="Engineering",
    licence="None needed.",
    source="Nobody",
    ksbs=(K1, S1, B1),
    portfolio_rules=PortfolioRules("Made up."),
    sign_off_roles=SignOffRoles(behaviour="employer"),
)


def claim(
    number: int,
    *,
    code: str = "K1",
    version: int = 1,
    met: bool | None = None,
    submitted_at: datetime = MONDAY,
    decided_at: datetime = TUESDAY,
    is_withdrawn: bool = False,
    is_testimony: bool = False,
) -> ClaimRow:
    """One claim; `met` None means that nobody has decided on it."""
    return ClaimRow(
        evidence_id=uuid.UUID(int=number),
        evidence_number=number,
        title=f"Piece {number}",
        version_number=version,
        code=code,
        submitted_at=submitted_at,
        is_withdrawn=is_withdrawn,
        decision_id=None if met is None else uuid.UUID(int=1000 * version + number),
        is_met=met,
        decided_at=None if met is None else decided_at,
        is_testimony=is_testimony,
    )


def sign_off(
    code: str = "K1", *, reopened_at: datetime | None = None, round: int = 1
) -> SignOffRow:
    """A sign-off of Wednesday."""
    return SignOffRow(
        id=uuid.UUID(int=round),
        code=code,
        round=round,
        role="assessor",
        name="Ada Assessor",
        declaration="I declare.",
        reason="",
        signed_at=WEDNESDAY,
        decision_ids=(),
        reopened_at=reopened_at,
        reopened_by="Ada Assessor" if reopened_at else None,
        reopening_reason="Looked again." if reopened_at else None,
    )


def of(code: str, claims: list[ClaimRow], *sign_offs: SignOffRow) -> KsbProgress:
    found = rules.progress(STANDARD, claims, sign_offs)
    return next(item for item in found.ksbs if item.ksb.code == code)


@pytest.mark.parametrize(
    ("code", "claims", "state", "reason"),
    [
        ("K1", [], KsbState.NOT_STARTED, "No submitted evidence claims it yet."),
        ("K1", [claim(1)], KsbState.READY, "E1 waits for a decision."),
        ("K1", [claim(1), claim(2)], KsbState.READY, "E1 and E2 wait for a decision."),
        ("K1", [claim(1, met=False)], KsbState.IN_PROGRESS, "E1 is not yet met."),
        (
            "K1",
            [claim(1, met=False), claim(2, met=False)],
            KsbState.IN_PROGRESS,
            "E1 and E2 are not yet met.",
        ),
        (
            "K1",
            [claim(1, met=True)],
            KsbState.READY,
            "It has enough accepted evidence and waits for the assessor's sign-off.",
        ),
        (
            "B1",
            [claim(1, code="B1", met=True)],
            KsbState.READY,
            "It has enough accepted evidence and waits for the employer's sign-off.",
        ),
        (
            "S1",
            [claim(1, code="S1", met=True)],
            KsbState.IN_PROGRESS,
            "1 of 2 pieces are accepted.",
        ),
        (
            "S1",
            [claim(1, code="S1", met=True), claim(2, code="S1")],
            KsbState.READY,
            "1 of 2 pieces are accepted; E2 waits for a decision.",
        ),
        (
            "K1",
            [claim(1, met=True, is_testimony=True)],
            KsbState.IN_PROGRESS,
            "Only what witnesses say they saw is accepted so far.",
        ),
        (
            "K1",
            [claim(1, met=True, is_testimony=True), claim(2, met=True)],
            KsbState.READY,
            "It has enough accepted evidence",
        ),
        (
            "B1",
            [claim(1, code="B1", met=True, is_testimony=True)],
            KsbState.READY,
            "It has enough accepted evidence and waits for the employer's sign-off.",
        ),
        ("K1", [claim(1, is_withdrawn=True)], KsbState.NOT_STARTED, "No submitted evidence"),
        ("K1", [claim(1, code="S1")], KsbState.NOT_STARTED, "No submitted evidence"),
        (
            "K1",
            [claim(1, met=False), claim(1, version=2, submitted_at=WEDNESDAY)],
            KsbState.READY,
            "E1 waits for a decision.",
        ),
    ],
)
def test_a_ksb_is_in_the_state_that_its_evidence_gives_it(code, claims, state, reason):
    found = of(code, claims)

    assert found.state is state
    assert found.reason.startswith(reason)


def test_a_sign_off_makes_a_ksb_met_and_says_whose_it_is():
    found = of("K1", [claim(1, met=True)], sign_off())

    assert found.state is KsbState.MET
    assert found.reason == "Signed off by Ada Assessor."
    assert found.sign_off == sign_off()


def test_a_ksb_stays_met_while_more_evidence_waits():
    assert of("K1", [claim(1, met=True), claim(2)], sign_off()).state is KsbState.MET


def test_a_reopened_ksb_falls_back_to_what_its_evidence_gives_it():
    found = of("K1", [claim(1, met=True)], sign_off(reopened_at=THURSDAY))

    assert found.state is KsbState.READY
    assert found.sign_off is None


def test_a_ksb_signed_again_after_reopening_is_met():
    found = of("K1", [claim(1, met=True)], sign_off(reopened_at=THURSDAY), sign_off(round=2))

    assert found.state is KsbState.MET


def test_a_piece_whose_new_version_waits_keeps_counting_as_accepted():
    """Nothing has replaced the decision on the version before."""
    found = of("K1", [claim(1, met=True), claim(1, version=2, submitted_at=WEDNESDAY)])

    assert found.accepted_count == 1
    assert found.pieces[0].is_waiting


def test_the_last_decision_is_the_latest_one_on_any_version():
    found = of(
        "K1",
        [
            claim(1, met=False, decided_at=TUESDAY),
            claim(1, version=2, met=True, decided_at=FRIDAY),
            claim(2, met=False, decided_at=THURSDAY),
        ],
    )

    assert found.last_decision is not None
    assert (found.last_decision.evidence_number, found.last_decision.is_met) == (1, True)


def test_progress_counts_each_kind_and_all_together():
    found = rules.progress(STANDARD, [claim(1, met=True)], [sign_off()])

    assert [(kind.letter, count.met_count, count.total_count) for kind, count in found.kinds] == [
        ("K", 1, 1),
        ("S", 0, 1),
        ("B", 0, 1),
    ]
    assert (found.total.met_count, found.total.total_count, found.total.percent) == (1, 3, 33)
    assert [item.ksb.code for item in found.counted] == ["K1"]
    assert [item.ksb.code for item in found.missing] == ["S1", "B1"]
    assert found.count(KsbState.NOT_STARTED) == 2


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 35, 0), (1, 35, 2), (34, 35, 97), (35, 35, 100), (0, 0, 0)]
)
def test_percentages_are_rounded_down_so_that_100_means_all(part, whole, percent):
    assert rules.percent(part, whole) == percent


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 1, 6), 50),
        (date(2026, 1, 11), 100),
        (date(2027, 1, 1), 100),
    ],
)
def test_time_goes_from_0_on_the_first_day_to_100_on_the_last(today, percent):
    gone = rules.time_percent(date(2026, 1, 1), date(2026, 1, 11), today=today)

    assert gone == percent


@pytest.mark.parametrize(
    ("time", "met", "is_behind"),
    [
        (0, 0, False),
        (15, 0, False),
        (16, 0, True),
        (60, 45, False),
        (61, 45, True),
        (50, 90, False),
    ],
)
def test_more_than_fifteen_points_between_time_and_progress_count_as_behind(time, met, is_behind):
    pace = Pace(time_percent=time, met_percent=met)

    assert pace.is_behind is is_behind
    assert ("That is behind" if is_behind else "That is on track") in pace.sentence
    assert pace.sentence.startswith(f"{time}% of the time has gone and {met}% of the KSBs are met.")
