"""The package that people install holds the standards."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.mark.slow
def test_the_wheel_holds_every_standard_as_it_is_here(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    for name in ("data", "kbstrack"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))

    subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=source, check=True, capture_output=True
    )

    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        for path in (ROOT / "data").glob("*.yaml"):
            assert archive.read(f"kbstrack/data/{path.name}") == path.read_bytes()
        assert "kbstrack/cli/standards.py" in archive.namelist()
