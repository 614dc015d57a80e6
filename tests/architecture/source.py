"""The project's own files, for the tests that read them as text."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules(*folders: str) -> list[Path]:
    """Python files below these folders. Migrations stay as they were written, so they are out."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "versions" not in path.parts)


def templates() -> list[Path]:
    """Everything a page or a message is made from."""
    found = (ROOT / "kbstrack").rglob("*")
    return sorted(
        path
        for path in found
        if path.suffix == ".html" or (path.suffix == ".txt" and "templates" in path.parts)
    )


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """The file's name as one says it: from the top of the project."""
    return path.relative_to(ROOT).as_posix()
