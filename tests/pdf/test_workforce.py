"""The child processes: as many as the work is worth, and nothing is started to load libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kbstrack.pdf.as_pdf import Limits, prepare
from kbstrack.pdf.workforce import Workforce

LIBRARIES = {"do": "libraries"}


def processes_for(orders: int, directory: Path) -> int:
    """How many children are started for so many sections, when there could be three."""
    directory.mkdir()
    prepare(directory, Limits())
    with Workforce(directory, most=3, seconds=60) as workforce:
        workforce.ask_all([LIBRARIES] * orders, lambda at, answer: None)
    return len(list(directory.glob("said-*")))


def test_a_few_sections_are_not_worth_another_process(tmp_path: Path) -> None:
    assert processes_for(8, tmp_path / "few") == 1
    assert processes_for(9, tmp_path / "more") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is started anyway")
def test_no_compiler_is_asked_where_the_libraries_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools, called = tmp_path / "tools", tmp_path / "called"
    tools.mkdir()
    for name in ("gcc", "cc", "ld"):
        (tools / name).write_text(f"#!/bin/sh\necho {name} >> {called}\nexit 1\n")
        (tools / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")

    assert processes_for(1, tmp_path / "drawing") == 1

    assert not called.exists()
