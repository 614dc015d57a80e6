"""What the look of a page depends on beside its text: libraries, fonts, styles, our own code."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from functools import cache
from pathlib import Path
from typing import Any

from kbstrack.pdf.fonts import font_files

HERE = Path(__file__).parent
_PACKAGES = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "tinyhtml5",
    "pyphen",
    "pikepdf",
    "pillow",
    "fonttools",
)


def libraries(_directory: Path, _order: dict[str, Any]) -> dict[str, Any]:
    """The versions that only a process with the libraries loaded can tell. Runs in the child."""
    from weasyprint.text.ffi import harfbuzz, pango

    parts: list[int] = []
    while len(parts) < 3:
        # HarfBuzz answers only whether it is at least some version.
        found = 0
        while harfbuzz.hb_version_atleast(*[*parts, found + 1, 0, 0][:3]):
            found += 1
        parts.append(found)
    return {"problem": None, "libraries": [pango.pango_version(), parts]}


@cache
def own_version() -> str:
    """SHA-256 over the packages' versions and every file here that can change a page."""
    told = [
        platform.machine(),
        *(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES),
    ]
    digest = hashlib.sha256("\n".join(told).encode())
    files = [*HERE.rglob("*.py"), *HERE.glob("*.css"), *HERE.glob("marks/*.svg"), *font_files()]
    for path in sorted(files):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
