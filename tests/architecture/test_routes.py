"""Addresses and their views: ids that nobody can guess, one function for each method."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import modules, shown, tree

Route = tuple[Path, ast.FunctionDef, str, str]
"""The file, the view, the method and the address."""


def routes() -> Iterator[Route]:
    for path in modules("kbstrack/web"):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                    method, first = decorator.func.attr, decorator.args[:1]
                    if method in {"get", "post", "route", "put", "patch", "delete"} and first:
                        assert isinstance(first[0], ast.Constant), f"{shown(path)}: {node.name}"
                        yield path, node, method, str(first[0].value)


def test_the_routes_are_found():
    assert len(list(routes())) > 15


def test_pages_are_opened_and_forms_are_sent_nothing_else():
    other = [
        f"{shown(path)}: {node.name}"
        for path, node, method, _ in routes()
        if method not in {"get", "post"}
    ]

    assert other == [], "decorate with .get or .post"


def test_a_view_answers_one_method():
    counts = Counter((path, node.name) for path, node, _, _ in routes())
    both = [f"{shown(path)}: {name}" for (path, name), times in counts.items() if times > 1]

    assert both == [], "write two functions"


def test_an_id_in_an_address_is_one_that_nobody_can_guess():
    guessable = [
        f"{shown(path)}: {address}"
        for path, _, _, address in routes()
        for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", address)
        if (name.endswith("id") and converter != "uuid")
        or (name.endswith("number") and converter != "int")
    ]

    assert guessable == [], "write <uuid:…_id> and <int:number>"


def test_a_form_is_sent_to_a_view_that_says_so():
    quiet = [
        f"{shown(path)}: {node.name}"
        for path, node, method, _ in routes()
        if method == "post" and not node.name.endswith(("_submitted", "sign_out"))
    ]

    assert quiet == [], "name it …_submitted"
