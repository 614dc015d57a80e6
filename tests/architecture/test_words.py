"""One word for one thing, and nothing that hides unfinished or unescaped work."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, modules, shown, templates, tree

# The field says it otherwise (docs/glossary.md), or has another thing of that name.
WRONG_WORDS = {
    r"\bcompetenc(y|ies)\b": "KSB",
    r"\bevidence packs?\b": "portfolio",
    r"\bfail(s|ed)? (a|the|this) KSB\b": "not yet met",
    r"\bpass(es|ed)? (a|the|this) KSB\b": "met",
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def found(pattern: str, paths: list[Path], flags: re.RegexFlag = re.IGNORECASE) -> list[str]:
    return [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line, flags)
    ]


@pytest.mark.parametrize(("wrong", "right"), WRONG_WORDS.items())
def test_the_words_of_the_field_are_used(wrong, right):
    assert found(wrong, [*modules("kbstrack"), *templates()]) == [], f"write {right}"


def test_nothing_is_left_to_do_in_the_code():
    scripts = [path for path in (ROOT / "script").iterdir() if path.is_file()]
    # In brackets, so that this line is not one of them.
    mark = r"\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\b"

    assert found(mark, [*modules("kbstrack", "tests", "bench"), *templates(), *scripts]) == []


def test_no_template_turns_escaping_off():
    assert found(r"\|\s*safe\b|autoescape\s+false", templates()) == []


def test_no_text_is_declared_safe_in_the_web_layer():
    assert found(r"\bMarkup\(", modules("kbstrack/web"), re.NOFLAG) == []


def test_every_module_begins_with_what_belongs_in_it():
    silent = [
        shown(path)
        for path in modules("kbstrack", "tests", "bench", "script")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing():
    vague = [
        shown(path)
        for path in modules("kbstrack", "tests", "bench", "script")
        if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING
    ]

    assert vague == []
