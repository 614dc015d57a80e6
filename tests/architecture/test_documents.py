"""What the documents name is there: paths, links between them, and the code's names for words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, modules, shown

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ENDINGS = (".py", ".md", ".yaml", ".cfg", ".css", "/")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_links_between_documents_lead_somewhere(path: Path):
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["SECURITY.md", "docs/architecture.md", "docs/glossary.md"])
def test_files_that_are_named_exist(name):
    named = [text for text in re.findall(r"`([\w./-]+)`", text_of(name)) if text.endswith(ENDINGS)]

    missing = [
        text
        for text in named
        if "…" not in text
        and not any((place / text).exists() for place in (ROOT, ROOT / "kbstrack", ROOT / "docs"))
        and not list((ROOT / "kbstrack").rglob(text))
    ]

    assert missing == []


def test_every_promise_of_safety_names_the_tests_that_show_it():
    rows = [line for line in text_of("SECURITY.md").splitlines() if line.startswith("| ")][1:]

    assert len(rows) > 10
    assert [row for row in rows if not re.search(r"`tests/[\w/.]+`", row)] == []


def test_every_word_of_the_glossary_is_used_in_the_code():
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules("kbstrack"))
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", text_of("docs/glossary.md"), re.MULTILINE)
    names = {name for row in rows for code in re.findall(r"`([^`]+)`", row)
             for name in re.findall(r"[A-Za-z_]+", code)}  # fmt: skip

    assert len(names) > 50
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", source)) == []


def test_every_folder_of_the_program_is_on_the_map():
    described = text_of("docs/architecture.md")
    folders = [
        path.name
        for path in (ROOT / "kbstrack").iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    ]
    files = [path.name for path in (ROOT / "kbstrack").glob("[a-z]*.py")]

    assert [name for name in (*folders, *files) if f"`{name}`" not in described] == []
