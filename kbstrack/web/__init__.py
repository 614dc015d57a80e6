"""The pages: one module per stage or screen, and the shell they all stand in."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask, request, url_for
from flask_limiter import Limiter
from jinja2 import StrictUndefined
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from kbstrack import current
from kbstrack.app import create_app
from kbstrack.config import Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import session
from kbstrack.web.assets import init_assets
from kbstrack.web.errors import init_errors
from kbstrack.web.filters import init_filters
from kbstrack.web.frame import init_frame
from kbstrack.web.headers import init_headers
from kbstrack.web.network import network_of

SCREENS = (
    "health",
    "account",
    "second_step",
    "factors",
    "requiring",
    "evidence",
    "files",
    "assessment",
    "countersigning",
    "qualifying",
    "people",
    "employers",
    "providers",
    "enrolments",
    "standing_beside",
    "home",
    "quality",
    "progress",
    "history",
    "record",
    "audit",
    "auditors",
    "portfolio",
    "issuing",
    "checking",
    "classes",
    "by_link",
    "confirming",
)
"""The modules with pages; each has a `blueprint`. A new screen is added here."""

MAX_REQUEST_BYTES = 1_000_000
"""Anything larger is refused, but on the pages that take files, which say so for themselves by
setting `request.max_content_length` before they read the form."""

ACCOUNT_LIMIT = "60/minute"
"""What one network may send to the account pages, before anything is looked up."""


def create_web_app(
    settings: Settings | None = None, *, catalogue: Catalogue | None = None
) -> Flask:
    """The whole application with its pages, ready to be served.

    Raises what `create_app` raises: RuleBroken for a setting, BadStandard for a standard.
    """
    app = create_app(settings, catalogue=catalogue)
    settings = app.extensions[current.SETTINGS]
    assert isinstance(settings, Settings)
    app.config.update(
        SETTINGS=settings,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=1000,
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined, "autoescape": True}
    init_headers(app)
    init_filters(app)
    init_assets(app)
    init_errors(app)
    session.init_app(app, settings)
    init_frame(app)
    app.before_request(_refuse_other_sites)
    app.context_processor(lambda: _demo(settings))
    _add_screens(app, settings)
    return app


def _add_screens(app: Flask, settings: Settings) -> None:
    screens = [*SCREENS, "demo"] if settings.is_demo else SCREENS
    for name in screens:
        app.register_blueprint(import_module(f"kbstrack.web.{name}").blueprint)
    limiter = Limiter(
        app=app,
        key_func=lambda: network_of(request.remote_addr),
        storage_uri="memory://",
        strategy="moving-window",
    )
    for name in ("account", "second_step", "factors", "checking"):
        blueprint = app.blueprints[name]
        assert isinstance(blueprint, Blueprint)
        limiter.limit(ACCOUNT_LIMIT, methods=["POST"])(blueprint)


def _refuse_other_sites() -> None:
    """A form sent from another site is refused, whatever token it carries."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site == "cross-site" or (origin and origin != "null" and not _is_ours(origin)):
        raise BadRequest


def _is_ours(origin: str) -> bool:
    return origin.partition("://")[2].lower() == request.host.lower()


def _demo(settings: Settings) -> dict[str, object]:
    if not settings.is_demo:
        return {"is_demo": False}
    return {"is_demo": True, "demo_url": url_for("demo.messages")}
