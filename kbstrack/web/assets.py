"""Addresses of static files: each carries a hash of its content, so it may be kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Request, url_for

STATIC = Path(__file__).parent.parent / "static"
YEAR_SECONDS = 31_536_000
DAY_SECONDS = 86_400


@cache
def content_hash(path: Path) -> str:
    """The first 12 hex digits of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """The address of `kbstrack/static/<name>`. Raises FileNotFoundError for a wrong name."""
    return url_for("static", filename=name, v=content_hash(STATIC / name))


def cache_control(request: Request) -> str:
    """For ever when the address names the content that is there, else a day."""
    name = (request.view_args or {}).get("filename", "")
    version = request.args.get("v")
    if version and version == content_hash(STATIC / name):
        return f"public, max-age={YEAR_SECONDS}, immutable"
    return f"public, max-age={DAY_SECONDS}"


def init_assets(app: Flask) -> None:
    """Give templates `asset_url`."""
    app.add_template_global(asset_url)
