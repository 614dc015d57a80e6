"""Who is asking: the signed-in person, refusal of everybody else, and where they can go."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from datetime import timedelta

from flask import (
    Flask,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.core import RoleMixin
from flask_security.utils import login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.errors import NotAllowed
from kbstrack.people import accounts, queries
from kbstrack.people.models import Person
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.web import auditor_session, halfway, kept, proving
from kbstrack.web.places import SessionsByPlace
from kbstrack.web.session_store import FileSessions, session_config

IDLE = timedelta(hours=12)
"""A session ends when it was not used for this long ..."""

LONGEST = timedelta(days=7)
"""... and this long after the sign-in in any case."""

ADDRESS_LINK = "address_link"
"""Where the session holds the secret of a link that confirms a new address."""

_CARRIED = (kept.SESSION_KEY, ADDRESS_LINK)
_SEEN_EVERY = timedelta(minutes=5)

PUBLIC = frozenset(
    {
        "static",
        "health.health",
        "health.ready",
        "record.keys",
        "checking.ask",
        "checking.ask_submitted",
        "checking.show",
        "account.sign_in",
        "account.sign_in_submitted",
        "second_step.second_step",
        "second_step.second_step_submitted",
        "second_step.passkey_submitted",
        "account.forgotten_password",
        "account.forgotten_password_submitted",
        "account.link",
        "account.set_password",
        "account.set_password_submitted",
        "account.address_link",
        "demo.messages",
        "audit.link",
        "audit.door",
        "audit.door_submitted",
        "by_link.follow",
        "by_link.show",
        "by_link.show_submitted",
        "by_link.decline",
        "by_link.decline_submitted",
        "by_link.file",
        "by_link.original",
    }
)
"""Every endpoint that works without a person. All others refuse."""


STILL_THERE = "You were signed out, and what you wrote is kept. Sign in to go on with it."


def init_app(app: Flask, settings: Settings) -> None:
    """Sessions on the server, Flask-Security as the engine, and the guard before every view."""
    app.config.update(session_config(is_https=settings.is_https, idle=IDLE))
    app.session_interface = SessionsByPlace(app, settings.home / "sessions")
    datastore = SQLAlchemyUserDatastore(db, Person, RoleMixin)
    security = Security(app, datastore, register_blueprint=False)
    # Nobody signs in with a token in an address or a header.
    security.login_manager.request_loader(lambda _request: None)
    # Its roles are not ours, and its loader would read the database for every static file.
    security.principal.identity_loaders.clear()
    app.before_request(_guard)
    app.jinja_env.globals["csrf_token"] = generate_csrf


def current_actor() -> Actor:
    """The signed-in person with the roles they hold now. Raises NotAllowed for nobody."""
    actor = signed_in_actor()
    if actor is None:
        raise NotAllowed("Sign in first.")
    return actor


def signed_in_actor() -> Actor | None:
    """The signed-in person, or None; read once for each request."""
    if "actor" not in g:
        g.actor = _read_actor()
    actor: Actor | None = g.actor
    return actor


def start_session(person: Person, *, method: ProofMethod = ProofMethod.PASSWORD) -> None:
    """Sign the person in, who proved it by this; a new session id, their kept forms come along."""
    carried = {name: session[name] for name in _CARRIED if name in session}
    session.clear()
    g.pop("csrf_token", None)
    login_user(person, remember=False, authn_via=["password"])
    if ADDRESS_LINK in carried:
        session[ADDRESS_LINK] = carried[ADDRESS_LINK]
    if forms := kept.written_by(carried.get(kept.SESSION_KEY, []), person.id):
        session[kept.SESSION_KEY] = forms
    g.pop("actor", None)
    actor = current_actor()
    session["rights"] = _rights(actor)
    session["signed_in_at"] = session["seen_at"] = clock.now().timestamp()
    proving.remember_proof(Proof(method, clock.now()))
    # Here and not with the first form: two tabs that open at one moment would make one each.
    generate_csrf()
    _new_id()


def start_halfway(person: Person) -> None:
    """Their password was right, their second step is still to come: under a new session id."""
    carried = {name: session[name] for name in _CARRIED if name in session}
    session.clear()
    g.pop("csrf_token", None)
    session.update(carried)
    halfway.note(person)
    generate_csrf()
    _new_id()


def start_auditor_session(link_id: uuid.UUID) -> None:
    """Begin to read by an auditor's link, under a new session id; whoever was signed in is out."""
    end_session()
    session[auditor_session.SESSION_KEY] = str(link_id)
    g.pop("actor", None)
    generate_csrf()


def end_session() -> None:
    """Sign out: what the old cookie names is gone; a new, empty session goes on."""
    session.clear()
    g.pop("csrf_token", None)
    g.actor = None
    current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]
    _new_id()


def safe_path(text: str | None) -> str | None:
    """A path on this site to go on to, or None for whatever could lead elsewhere."""
    if not text or len(text) > 2000 or not text.startswith("/") or text[1:2] == "/":
        return None
    if "\\" in text or any(unicodedata.category(letter)[0] in "CZ" for letter in text):
        return None
    return text


def _new_id() -> None:
    """Go on under a new session id; the old one is dead."""
    interface = current_app.session_interface
    assert isinstance(interface, FileSessions)
    interface.regenerate(session._get_current_object())  # type: ignore[attr-defined]


def _read_actor() -> Actor | None:
    if not has_request_context():
        return None
    if not current_user.is_authenticated:
        return auditor_session.auditor()
    person_id: uuid.UUID = current_user.id
    return queries.actor_of(person_id)


def _rights(actor: Actor) -> str:
    held = sorted(f"{provider} {role}" for provider, role in actor.roles)
    return hashlib.sha256("\n".join(held).encode()).hexdigest()


def _guard() -> Response | None:
    """Nobody gets past without being signed in, except to the few public pages.

    Addresses that do not exist have no endpoint and go on to "not found".
    """
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if session.get("_user_id") and _is_too_old():
        _end_old_session()
    actor = signed_in_actor()
    if actor is None:
        return auditor_session.send_away() or _send_to_sign_in()
    if actor.auditing:
        return auditor_session.guard(actor)
    _keep_alive(actor)
    if halfway.must_set_up(actor):
        return halfway.send_to_set_up()
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        # Also somebody who was signed in already when they were invited: once they have done
        # something here, their place can't be given to another address any more.
        accounts.note_sign_in(actor.person_id, at=clock.now())
    kept.forget_when_sent()
    return None


def _end_old_session() -> None:
    """Sign out who did not ask for it: what they wrote and have not sent yet stays."""
    forms = session.get(kept.SESSION_KEY)
    end_session()
    if forms:
        session[kept.SESSION_KEY] = forms


def _is_too_old() -> bool:
    signed_in_at: float = session.get("signed_in_at", 0.0)
    return clock.now().timestamp() - signed_in_at > LONGEST.total_seconds()


def _keep_alive(actor: Actor) -> None:
    at = clock.now().timestamp()
    if at - session.get("seen_at", 0.0) > _SEEN_EVERY.total_seconds():
        session["seen_at"] = at
    rights = _rights(actor)
    if session.get("rights") != rights:
        session["rights"] = rights
        _new_id()


def _send_to_sign_in() -> Response:
    if request.method in {"GET", "HEAD"}:
        path = safe_path(kept.page_path())
    else:
        path = kept.keep_form()
        flash("You were signed out. Sign in and try again." if path is None else STILL_THERE)
    step = "account.sign_in" if halfway.person() is None else "second_step.second_step"
    return redirect(url_for(step, next=path if path != "/" else None), 303)
