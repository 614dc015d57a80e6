"""Evidence to read: the list, one piece with its decisions, its versions and what they changed."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import access, clock
from kbstrack.access import Action
from kbstrack.assessment.list_queries import EvidenceItem
from kbstrack.assessment.reading import EvidencePage, list_evidence, see_enrolment, see_evidence
from kbstrack.assessment.working import may_begin, offers
from kbstrack.confirmation.reading import marks, see_confirmations
from kbstrack.errors import NotFound
from kbstrack.evidence.changes import claim_changes, file_changes, text_changes
from kbstrack.evidence.queries import VersionRow
from kbstrack.evidence.rules import EvidenceState, evidence_state
from kbstrack.formats import say_period
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.web.evidence.routes import (
    asked_for,
    blueprint,
    caption_of,
    claim_views,
    file_views,
)
from kbstrack.web.forms.confirming import RequestForm
from kbstrack.web.session import current_actor

ON_A_PAGE = 25


@blueprint.get("/my/evidence")
def mine() -> Response | str:
    """The evidence of the person's current enrolment."""
    own = enrolment_queries.own(current_actor())
    if not own:
        return render_template("evidence/not-enrolled.html")
    return redirect(url_for("evidence.index", enrolment_id=own[0].id), 303)


@blueprint.get("/enrolments/<uuid:enrolment_id>/evidence")
def index(enrolment_id: uuid.UUID) -> str:
    """An enrolment's evidence, the latest change first, of one state or of all."""
    actor = current_actor()
    enrolment = see_enrolment(actor, enrolment_id)
    items = list_evidence(actor, enrolment_id)
    state = _state_asked_for()
    shown = [item for item in items if state is None or item.state is state]
    pages = max(1, -(-len(shown) // ON_A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    first = (number - 1) * ON_A_PAGE
    return render_template(
        "evidence/index.html",
        enrolment=enrolment,
        caption=caption_of(enrolment),
        items=shown[first : first + ON_A_PAGE],
        marks=marks(enrolment_id),
        total=len(items),
        shown=len(shown),
        state=state.value if state else "",
        states=_state_choices(items),
        number=number,
        pages=pages,
        href=lambda page: url_for(
            "evidence.index",
            enrolment_id=enrolment_id,
            state=state.value if state else None,
            page=page,
        ),
        may_begin=may_begin(actor, enrolment),
        is_own=access.allows(actor, Action.DRAFT_SEE, enrolment.scope),
        back_href=url_for("progress.enrolment", enrolment_id=enrolment_id),
    )


@blueprint.get("/evidence/<uuid:evidence_id>")
def show(evidence_id: uuid.UUID) -> str:
    """One piece as it stands: its latest version, or its draft before the first submission."""
    actor = current_actor()
    page = see_evidence(actor, evidence_id)
    latest, draft = page.evidence.current, page.evidence.draft
    written = latest or draft
    assert written is not None, "a piece that can be seen has a draft or a version"
    decisions = page.decisions.get(latest.number, {}) if latest else {}
    now = clock.now()
    return render_template(
        "evidence/show.html",
        page=page,
        caption=caption_of(page.enrolment),
        latest=latest,
        draft=draft,
        text=written.text,
        files=file_views(written.files),
        claims=claim_views(written.text, page.standard, page.enrolment, decisions),
        asked=asked_for(page),
        claimed=[claim.code for claim in written.text.claims],
        history=_history(page),
        offers=offers(actor, page),
        states=EvidenceState,
        now=now,
        confirmations=see_confirmations(actor, page, at=now),
        request_form=RequestForm,
        review_href=url_for("assessment.review", evidence_id=evidence_id),
    )


@blueprint.get("/evidence/<uuid:evidence_id>/versions/<int:number>")
def version(evidence_id: uuid.UUID, number: int) -> str:
    """An earlier version with the decisions on it."""
    page = see_evidence(current_actor(), evidence_id)
    row = page.evidence.version(number)
    decisions = page.decisions.get(number, {})
    return render_template(
        "evidence/version.html",
        page=page,
        caption=caption_of(page.enrolment),
        version=row,
        changed={decision.id for decision in page.still_met.values()},
        submitted_by=page.names.get(row.submitted_by, ""),
        files=file_views(row.files),
        claims=claim_views(row.text, page.standard, page.enrolment, decisions),
    )


@blueprint.get("/evidence/<uuid:evidence_id>/versions/<int:number>/changes")
def compare(evidence_id: uuid.UUID, number: int) -> str:
    """What a version changed about the one before it."""
    page = see_evidence(current_actor(), evidence_id)
    after = page.evidence.version(number)
    if number < 2:
        raise NotFound(NOT_HERE)
    before = page.evidence.version(number - 1)
    is_same = before.text.description == after.text.description
    return render_template(
        "evidence/compare.html",
        page=page,
        caption=caption_of(page.enrolment),
        before=before,
        after=after,
        facts=_fact_changes(before, after),
        lines=() if is_same else text_changes(before.text.description, after.text.description),
        claims=claim_changes(before.text, after.text),
        files=file_changes(
            [(file.name, file.sha256, file.caption) for file in before.files],
            [(file.name, file.sha256, file.caption) for file in after.files],
        ),
    )


def _state_asked_for() -> EvidenceState | None:
    try:
        return EvidenceState(request.args.get("state", ""))
    except ValueError:
        return None


def _state_choices(items: list[EvidenceItem]) -> list[tuple[str, str]]:
    """Every state that occurs, with how many pieces are in it."""
    counts = {state: sum(item.state is state for item in items) for state in EvidenceState}
    return [("", f"All ({len(items)})")] + [
        (state.value, f"{state.value.capitalize()} ({count})")
        for state, count in counts.items()
        if count
    ]


def _history(page: EvidencePage) -> list[tuple[VersionRow, EvidenceState]]:
    """Every version with what became of it, the newest first."""
    return [
        (
            row,
            evidence_state(
                has_version=True,
                is_withdrawn=row.withdrawn_at is not None,
                outcomes=_outcomes(page, row),
                is_open=len(_outcomes(page, row)) < len(row.text.claims),
            ),
        )
        for row in reversed(page.evidence.versions)
    ]


def _outcomes(page: EvidencePage, version: VersionRow) -> list[bool]:
    """The decisions on a version that stand; True is met."""
    return [row.is_met for row in page.decisions.get(version.number, {}).values() if row.stands]


def _fact_changes(before: VersionRow, after: VersionRow) -> list[tuple[str, str, str]]:
    """What differs of title, kind and time: (what, before, after)."""
    one, other = before.text, after.text
    facts = [
        ("Title", one.title, other.title),
        ("Kind", one.kind.label if one.kind else "", other.kind.label if other.kind else ""),
        ("When", say_period(one.first_on, one.last_on), say_period(other.first_on, other.last_on)),
    ]
    return [fact for fact in facts if fact[1] != fact[2]]
