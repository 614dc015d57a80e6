"""One enrolment's progress: its overview, its KSB matrix, and a page for each KSB."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import access, clock
from kbstrack.access import Action
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.standing import SignOffRow
from kbstrack.auditing.service import count_views
from kbstrack.confirmation.reading import marks, see_ksb_confirmations
from kbstrack.progress import service
from kbstrack.progress.rules import KsbState
from kbstrack.progress.today import current_enrolment, may_write
from kbstrack.record.history import see_ksb_history
from kbstrack.web import caseload
from kbstrack.web.session import current_actor

blueprint = Blueprint("progress", __name__)
blueprint.add_url_rule("/caseload", "caseload", caseload.caseload)
blueprint.add_url_rule("/apprentices", "apprentices", caseload.apprentices)


@blueprint.get("/enrolments/<uuid:enrolment_id>")
def enrolment(enrolment_id: uuid.UUID) -> str:
    """Who is on what, with whom, and how far."""
    actor = current_actor()
    standing = service.see_progress(actor, enrolment_id, at=clock.now())
    scope = standing.enrolment.scope
    return render_template(
        "progress/enrolment.html",
        standing=standing,
        can_write=may_write(actor, standing.enrolment),
        can_manage=access.allows(actor, Action.ENROLMENT_MANAGE, scope),
        auditor_views=count_views(actor, enrolment_id),
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/ksbs")
def matrix(enrolment_id: uuid.UUID) -> str:
    """Every KSB of the standard with its state and evidence; `?kind=` and `?state=` narrow it."""
    actor = current_actor()
    standing = service.see_progress(actor, enrolment_id, at=clock.now())
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    offered_kinds = [(item.value, item.heading) for item, _ in standing.progress.kinds]
    if kind not in dict(offered_kinds):
        kind = ""
    if state not in set(KsbState):
        state = ""
    groups = [
        (
            heading,
            count,
            [
                item
                for item in standing.progress.of_kind(heading)
                if kind in ("", heading.value) and state in ("", item.state.value)
            ],
        )
        for heading, count in standing.progress.kinds
    ]
    return render_template(
        "progress/matrix.html",
        standing=standing,
        groups=groups,
        shown=sum(len(items) for _, _, items in groups),
        kind=kind,
        state=state,
        kind_choices=[("", "Every kind"), *offered_kinds],
        state_choices=[
            ("", "Every state"),
            *(
                (item.value, f"{item.value.capitalize()} ({standing.progress.count(item)})")
                for item in KsbState
            ),
        ],
        states=list(KsbState),
        can_write=may_write(actor, standing.enrolment),
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/ksbs/<code>")
def ksb(enrolment_id: uuid.UUID, code: str) -> str:
    """One KSB: wording, guidance, evidence, decisions, sign-offs, and what happened."""
    actor = current_actor()
    page = service.see_ksb(actor, enrolment_id, code)
    codes = [item.code for item in page.standard.ksbs]
    place = codes.index(page.item.ksb.code)
    return render_template(
        "progress/ksb.html",
        page=page,
        history=see_ksb_history(actor, enrolment_id, code),
        before=codes[place - 1] if place else None,
        after=codes[place + 1] if place + 1 < len(codes) else None,
        can_write=may_write(actor, page.enrolment),
        marks=marks(enrolment_id),
        confirmed=see_ksb_confirmations(actor, enrolment_id, code),
        titles={piece.evidence_id: piece.title for piece in page.item.pieces},
        rests_on=_rests_on(page.sign_offs, page.decisions),
        changed={piece.decision_id for piece in page.item.pieces if piece.is_changed},
    )


def _rests_on(
    sign_offs: Iterable[SignOffRow], decisions: Iterable[DecisionRow]
) -> dict[uuid.UUID, list[str]]:
    """By sign-off and by renewal, the versions of pieces that each rested on: `E9, version 1`."""
    seen = {row.id: (row.evidence_number, row.version_number) for row in decisions}
    signed = {row.id: row.signed_on_ids for row in sign_offs}
    for row in sign_offs:
        signed |= {renewal.id: renewal.decision_ids for renewal in row.renewals}
    return {
        key: [
            f"E{number}, version {version}"
            for number, version in sorted({seen[found] for found in ids if found in seen})
        ]
        for key, ids in signed.items()
    }


@blueprint.get("/my/ksbs")
def my_ksbs() -> Response | str:
    """The matrix of the enrolment the person is on now."""
    own = current_enrolment(current_actor())
    if own is None:
        return render_template("progress/no_enrolment.html")
    return redirect(url_for("progress.matrix", enrolment_id=own.id), 303)
