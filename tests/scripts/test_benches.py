"""What is typed at the shell runs as it is documented, with whatever Python comes first there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.venv import HOME

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not (HOME / "bin" / "python").exists(), reason="tests run from elsewhere")
@pytest.mark.parametrize("name", ["kill9", "portfolio"])
def test_a_bench_finds_the_packages_it_needs(name: str) -> None:
    # The Python from which the environment was made has none of them.
    done = subprocess.run(
        [sys._base_executable, ROOT / "bench" / name, "--help"],  # type: ignore[attr-defined]
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "usage: " in done.stdout
