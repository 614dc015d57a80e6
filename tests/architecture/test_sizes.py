"""What grows is split: the sizes that keep a file readable in one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import modules, shown, templates, tree

LINES_OF_A_MODULE = 300
LINES_OF_A_FUNCTION = 40
LINES_OF_A_TEMPLATE = 150


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining is not what makes it long."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    explained = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - explained


def test_a_module_fits_in_three_hundred_lines():
    long = {
        shown(path): lines_of(path)
        for path in modules("kbstrack", "tests", "bench", "script")
        if lines_of(path) > LINES_OF_A_MODULE
    }

    assert long == {}, "split by noun"


def test_a_function_fits_on_a_screen():
    long = {}
    for path in modules("kbstrack", "tests", "bench", "script"):
        for node in ast.walk(tree(path)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and length_of(node) > LINES_OF_A_FUNCTION:
                long[f"{shown(path)}::{node.name}"] = length_of(node)

    assert long == {}, "give its parts a name"


def test_a_template_fits_in_a_hundred_and_fifty_lines():
    long = {
        shown(path): lines_of(path) for path in templates() if lines_of(path) > LINES_OF_A_TEMPLATE
    }

    assert long == {}, "move a part into components/"
