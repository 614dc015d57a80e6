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
    assert view.what.startswith("KSB ")
    assert view.what.isprintable()
    assert len(view.what) <= 300
