"""The headers of every answer: what a browser may do with our pages, and what it may keep."""

import secrets

from flask import Flask, Response, g, request

from kbstrack.web import assets

PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "midi",
        "payment",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
HSTS = "max-age=31536000; includeSubDomains"


def csp_nonce() -> str:
    """The nonce of this answer's scripts: the same within a request, never twice."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    nonce: str = g.csp_nonce
    return nonce


def content_security_policy(nonce: str) -> str:
    """What our own pages may load: their scripts by nonce, all else from here."""
    rules = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "media-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def init_headers(app: Flask) -> None:
    """Set the headers on every answer of the app, errors included, and give templates `csp_nonce`.

    `app.config["SETTINGS"]` says whether people come over https. What an answer set itself stays:
    a download has its own policy, a link with a secret its own Referrer-Policy.
    """
    app.add_template_global(csp_nonce)
    is_https = app.config["SETTINGS"].is_https

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce()))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_https:
            headers.setdefault("Strict-Transport-Security", HSTS)
        headers["Cache-Control"] = _cache_control(response)
        return response


def _cache_control(response: Response) -> str:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        return assets.cache_control(request)
    if request.endpoint == "record.keys":
        # Public and hardly ever another; a new key is seen within minutes.
        return "public, max-age=300"
    return "no-store, private"
