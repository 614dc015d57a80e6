"""What is noted of an auditor's looks, whatever the address says."""

from __future__ import annotations

import pytest

from kbstrack.auditing import queries
from tests.builders import World, make_evidence
from tests.pages import Pages
from tests.web.test_auditors import enter, make


@pytest.mark.parametrize("code", ["K%00", "K%0A1", "%ED%A0%80", "K" * 5_000])
def test_a_look_at_what_no_standard_has_is_noted_and_not_found(
    pages: Pages, world: World, now, code: str
):
    make_evidence(world)
    made = make(world)
    auditor = enter(pages, made)

    auditor.get(f"/enrolments/{world.enrolment_id}/ksbs/{code}", status=404)

    (view,) = queries.views(made.id, most=10)
    assert view.what == "a KSB"


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("/enrolments/{enrolment}/ksbs/K1", "KSB K1"),
        ("/enrolments/{enrolment}/ksbs/Call%20me%20on%2020%207946", "a KSB"),
        ("/enrolments/{enrolment}/ksbs/K1/history", "history of KSB K1"),
        ("/enrolments/{enrolment}/ksbs/Paid/history", "history of a KSB"),
        ("/enrolments/{enrolment}/history/1", "history, entry 1"),
        ("/enrolments/{enrolment}/history/4", "history, entry 4"),
        ("/enrolments/{enrolment}/history/5", "history, an entry"),
        ("/enrolments/{enrolment}/history/0", "history, an entry"),
        ("/enrolments/{enrolment}/history/442079460000000000000000", "history, an entry"),
        ("/evidence/{evidence}/versions/1", "evidence E1, version 1"),
        ("/evidence/{evidence}/versions/4420794600", "evidence E1, a version"),
        ("/evidence/{evidence}/versions/4420794600/changes", "evidence E1, changes of a version"),
    ],
)
def test_an_auditor_cannot_write_into_the_list_of_looks(
    pages: Pages, world: World, now, path: str, noted: str
):
    evidence_id = make_evidence(world)
    made = make(world)
    auditor = enter(pages, made)

    auditor.client.get(path.format(enrolment=world.enrolment_id, evidence=evidence_id))

    assert [view.what for view in queries.views(made.id, most=10)] == [noted]
