"""Benchmarks typed at the shell run in the checkout's own virtual environment."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / ".venv"


def enter() -> None:
    """Begin the program anew with the environment's Python, unless it runs with that already.

    Without an environment, or with one that has only what the demo needs, say which command makes
    it, and end.
    """
    python = HOME / "bin" / "python"
    is_inside = Path(sys.prefix).resolve() == HOME
    # The tests' own packages come with them; this is one of those.
    if is_inside and find_spec("psycopg") is not None:
        return
    if is_inside or not python.exists():
        sys.exit("Run ./script/test --quick once: it makes the environment that this needs.")
    os.execv(python, [str(python), *sys.argv])
