"""The guide for whoever runs an instance names every setting and nothing that is none."""

from __future__ import annotations

import re
from pathlib import Path

from kbstrack import config

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_every_setting_has_its_line_and_no_line_is_about_nothing():
    source = Path(config.__file__).read_text(encoding="utf-8")
    guide = GUIDE.read_text(encoding="utf-8")

    read = set(re.findall(r'"(KBSTRACK_[A-Z_]+)"', source))
    described = re.findall(r"^\| `(KBSTRACK_[A-Z_]+)`", guide, flags=re.MULTILINE)

    assert len(read) >= 14
    assert sorted(described) == sorted(read)
