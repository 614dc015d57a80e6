"""Going in: from a right password, code or passkey to a session, and on to where one wanted."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.people import accounts, factor_queries
from kbstrack.people.models import Person
from kbstrack.people.proofs import ProofMethod
from kbstrack.web.session import safe_path, start_halfway, start_session


def wanted() -> str:
    """Where one wanted to go, if that is a page of ours; else home."""
    return safe_path(request.args.get("next")) or "/"


def enter_by_password(person: Person) -> Response:
    """In, or halfway in for whoever has a second step."""
    if not factor_queries.methods_of(person.id):
        return enter(person, ProofMethod.PASSWORD)
    place = wanted()
    start_halfway(person)
    query = None if place == "/" else place
    return redirect(url_for("second_step.second_step", next=query), 303)


def enter(person: Person, method: ProofMethod) -> Response:
    """In, proven by this."""
    accounts.note_sign_in(person.id, at=clock.now())
    place = wanted()
    start_session(person, method=method)
    return redirect(place, 303)
