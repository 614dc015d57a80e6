"""docs/standards-format.md knows every field and every command, and its example can be used."""

import re
from pathlib import Path

import pytest

from kbstrack.cli.standards import standards
from kbstrack.standards.checks import check_bytes
from kbstrack.standards.rules import KsbKind
from kbstrack.standards.schema import SECTIONS

DOCUMENT = Path(__file__).parents[2] / "docs" / "standards-format.md"


@pytest.fixture(scope="module")
def text():
    return DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section, names in SECTIONS.items() for name in names]
)
def test_every_field_is_explained(text, section, name):
    assert f"`{name}`" in text, f"{name} of {section}"


@pytest.mark.parametrize("kind", KsbKind)
def test_every_kind_is_named(text, kind):
    assert f"`{kind}`" in text


@pytest.mark.parametrize("command", sorted(standards.commands))
def test_every_command_is_named(text, command):
    assert f"kbstrack standards {command}" in text


def test_the_example_can_be_used_as_it_stands(text):
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example is not None

    checked = check_bytes(example.group(1).encode(), "example.yaml")

    assert checked.problems == ()
    assert checked.standard is not None
