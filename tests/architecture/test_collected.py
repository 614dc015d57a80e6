"""Every test runs: no file, class or function that looks like a test is passed over by pytest."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.architecture.source import modules, shown, tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(body: list[ast.stmt]) -> list[Function]:
    return [node for node in body if isinstance(node, Function)]


def names_used(path: Path) -> set[str]:
    used = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.arg):
            used.add(node.arg)
        elif isinstance(node, ast.alias):
            used.add(node.name)
    return used


def test_tests_stand_in_files_that_pytest_opens():
    astray = [
        shown(path)
        for path in modules("tests")
        if not path.name.startswith("test_")
        and any(node.name.startswith("test_") for node in functions(tree(path).body))
    ]

    assert astray == [], "name the file test_….py"


def test_tests_in_a_class_stand_in_one_that_pytest_opens():
    astray = []
    for path in modules("tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                methods = {method.name for method in functions(node.body)}
                has_tests = any(name.startswith("test") for name in methods)
                if has_tests and (not node.name.startswith("Test") or "__init__" in methods):
                    astray.append(f"{shown(path)}::{node.name}")

    assert astray == [], "name the class Test…, without __init__"


def test_no_test_hides_another_of_the_same_name():
    hidden = []
    for path in modules("tests"):
        module = tree(path)
        for scope in [module, *(n for n in ast.walk(module) if isinstance(n, ast.ClassDef))]:
            counts = Counter(node.name for node in functions(scope.body))
            hidden += [f"{shown(path)}::{name}" for name, times in counts.items() if times > 1]

    assert hidden == []


def test_no_function_in_a_test_file_is_neither_run_nor_used():
    """A mistyped `tets_…` is a function that nobody calls."""
    idle = []
    for path in modules("tests"):
        if not path.name.startswith("test_"):
            continue
        used = names_used(path)
        for node in functions(tree(path).body):
            is_fixture = bool(node.decorator_list)
            if not node.name.startswith("test_") and not is_fixture and node.name not in used:
                idle.append(f"{shown(path)}::{node.name}")

    assert idle == []
