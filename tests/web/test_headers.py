"""The headers of every answer, errors included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, Response, abort, render_template_string, url_for
from flask.testing import FlaskClient

from kbstrack.config import Settings
from kbstrack.web.assets import asset_url, init_assets
from kbstrack.web.headers import init_headers

STATIC = Path(__file__).parents[2] / "kbstrack" / "static"


def make_client(public_url: str = "http://127.0.0.1:8000") -> FlaskClient:
    app = Flask("headers", static_folder=str(STATIC))
    app.config["SETTINGS"] = Settings(
        home=Path("instance"), database_url="sqlite://", public_url=public_url
    )
    init_headers(app)
    init_assets(app)

    @app.get("/page")
    def page() -> str:
        return render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}")

    @app.get("/address")
    def address() -> str:
        return asset_url("kbstrack.css")

    @app.get("/refused")
    def refused() -> str:
        abort(403)

    @app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError

    @app.get("/download")
    def download() -> Response:
        return Response(
            "bytes",
            headers={"Content-Security-Policy": "sandbox", "Referrer-Policy": "no-referrer"},
        )

    @app.get("/font")
    def font() -> str:
        return url_for("static", filename="fonts/AtkinsonHyperlegible-Regular.woff2")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def policy(response: Response) -> dict[str, str]:
    rules = response.headers["Content-Security-Policy"].split("; ")
    return dict(rule.split(" ", 1) for rule in rules)


@pytest.mark.parametrize("path", ["/page", "/refused", "/broken", "/nowhere", "/static/nothing"])
def test_every_answer_carries_the_headers(path: str) -> None:
    headers = make_client().get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    rules = policy(make_client().get("/page"))

    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'nonce-[\w-]{24}'", rules["script-src"])
    assert rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert not any(word in str(rules) for word in ("unsafe", "http", "*", "data:"))


def test_the_nonce_is_one_in_a_page_and_another_in_the_next() -> None:
    client = make_client()
    first, second = client.get("/page"), client.get("/page")
    in_page = first.text.split()

    assert in_page[0] == in_page[1]
    assert policy(first)["script-src"] == f"'nonce-{in_page[0]}'"
    assert policy(first)["script-src"] != policy(second)["script-src"]


def test_the_camera_stays_usable_for_photos_of_evidence() -> None:
    headers = make_client().get("/page").headers

    assert "camera" not in headers["Permissions-Policy"]
    assert "microphone" not in headers["Permissions-Policy"]


def test_a_download_keeps_its_own_policy() -> None:
    headers = make_client().get("/download").headers

    assert headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_https_is_remembered_by_browsers_only_where_it_is_used() -> None:
    plain = make_client().get("/page").headers
    secure = make_client("https://portfolio.example").get("/page").headers

    assert "Strict-Transport-Security" not in plain
    assert secure["Strict-Transport-Security"].startswith("max-age=31536000")


def test_static_files_are_kept_for_ever_under_the_hash_of_their_content() -> None:
    client = make_client()
    address = client.get("/address").text

    assert re.fullmatch(r"/static/kbstrack\.css\?v=[0-9a-f]{12}", address)
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_static_files_without_a_hash_are_kept_for_a_day() -> None:
    client = make_client()
    with client.get(client.get("/font").text) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_a_wrong_hash_does_not_keep_a_file_for_ever() -> None:
    with make_client().get("/static/kbstrack.css?v=000000000000") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
