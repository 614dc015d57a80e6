"""Use cases look alike: who asks, then facts by name, one transaction; views only pass them on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT, modules, shown, tree

STAGES = (
    "people",
    "evidence",
    "assessment",
    "quality",
    "confirmation",
    "progress",
    "portfolio",
    "issuing",
)

WITHOUT_A_PERSON = {
    "people.accounts.note_sign_in": "whoever signs in has no roles yet",
    "people.accounts.set_password": "the link is the permission",
    "people.accounts.request_reset": "nobody is signed in",
    "people.tries.begin_try": "nobody is signed in",
    "people.tries.end_try": "nobody is signed in",
    "people.second_step.use_code": "they are signed in halfway only",
    "people.second_step.use_passkey": "nobody is signed in",
}
"""Use cases that cannot begin with a person who has roles, and why."""

STORE_NO_TIME = {
    "assessment.qualifying.set_qualification",
    "people.service.change_provider",
    "people.service.change_employer",
    "people.tries.end_try",
}
"""They correct or remove what has no moment of its own."""

COMMITS = {"kbstrack/db.py"}
"""The only place that commits."""

TRANSACTIONS = (
    "kbstrack/people/",
    "kbstrack/evidence/",
    "kbstrack/assessment/",
    "kbstrack/auditing/",
    "kbstrack/quality/",
    "kbstrack/mail/",
    "kbstrack/confirmation/",
    "kbstrack/portfolio/",
    "kbstrack/issuing/",
    "kbstrack/jobs/",
)
"""Where a transaction is opened: the stages, the queue of messages and the table of jobs."""

ROLES_SHOWN = {
    "kbstrack/web/frame.py",
    "kbstrack/web/administering.py",
    "kbstrack/web/people.py",
    "kbstrack/web/forms/people.py",
}
"""Pages that name roles: the navigation, and the forms in which roles are given."""


def name_of(path: Path, function: ast.FunctionDef) -> str:
    module = path.relative_to(ROOT / "kbstrack").with_suffix("")
    return ".".join((*module.parts, function.name))


def opens_transaction(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id == "transaction"
        for inner in ast.walk(node)
    )


@cache
def writing() -> list[tuple[str, ast.FunctionDef]]:
    """Every public function of the stages that opens a transaction."""
    return list(_writing())


def _writing() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in modules(*(f"kbstrack/{stage}" for stage in STAGES)):
        for node in tree(path).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and opens_transaction(node):
                yield name_of(path, node), node


def asked() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, node in writing():
        if name not in WITHOUT_A_PERSON:
            yield name, node


def test_the_use_cases_are_found():
    names = {name for name, _ in writing()}

    assert len(names) > 20
    assert {"evidence.service.save_draft", "assessment.service.decide"} <= names
    assert set(WITHOUT_A_PERSON) <= names, "take away those that are gone"
    assert names >= STORE_NO_TIME, "take away those that are gone"


def test_a_use_case_begins_with_the_person_who_asks():
    wrong = [
        name
        for name, node in asked()
        if not node.args.args
        or node.args.args[0].arg != "actor"
        or ast.unparse(node.args.args[0].annotation or ast.Constant(None)) != "Actor"
    ]

    assert wrong == []


def test_after_the_person_only_what_it_is_about_is_given_by_place():
    """An id, a KSB's code or a link's secret; all else has its name at the call."""
    wrong = [
        f"{name}({argument.arg})"
        for name, node in asked()
        for argument in node.args.args[1:]
        if not (argument.arg.endswith("_id") or argument.arg in {"code", "token", "work"})
    ]

    assert wrong == []


def test_a_use_case_is_given_the_time():
    timeless = {
        name
        for name, node in writing()
        if "at" not in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    }

    assert timeless == STORE_NO_TIME


def test_a_use_case_says_how_it_can_fail():
    silent = {name for name, node in asked() if "Raises" not in (ast.get_docstring(node) or "")}

    assert silent == {"people.accounts.change_password"}, "nothing else can always be done"


def test_only_the_database_module_commits():
    wrong = [
        shown(path)
        for path in modules("kbstrack")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "begin"}
        and shown(path) not in COMMITS
        and not shown(path).startswith("kbstrack/migrations/")
    ]

    assert wrong == [], "use transaction()"


def test_transactions_are_opened_in_the_stages_only():
    wrong = [
        shown(path)
        for path in modules("kbstrack")
        if opens_transaction(tree(path))
        and not shown(path).startswith(TRANSACTIONS)
        and shown(path) not in COMMITS
    ]

    assert wrong == [], "write a use case"


def test_the_time_is_read_in_delivery_only():
    wrong = [
        shown(path)
        for path in modules(*(f"kbstrack/{stage}" for stage in STAGES))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"clock", "datetime", "date"}
    ]

    assert wrong == [], "take it as `at`"


def test_only_access_decides_by_role():
    """A page may show roles and give them; what somebody may do is asked of `access`."""
    wrong = sorted(
        {
            f"{shown(path)}:{node.lineno}"
            for path in modules("kbstrack/web", "kbstrack/pdf")
            for node in ast.walk(tree(path))
            if shown(path) not in ROLES_SHOWN and decides_by_role(node)
        }
    )

    assert wrong == [], "ask access.allows through a use case"


def decides_by_role(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return any(is_role(part) for part in (node.left, *node.comparators))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"has", "providers_as"}
    return False


def is_role(node: ast.expr) -> bool:
    """`Role.ASSESSOR`, `actor.roles`, `somebody.role`."""
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr in {"role", "roles"} or (
        isinstance(node.value, ast.Name) and node.value.id == "Role"
    )


def test_a_page_that_is_opened_calls_nothing_that_writes():
    """Within the module of the view; that it holds at run time, every page test looks at."""
    wrong, writers = [], {name for name, _ in writing()}
    for path in modules("kbstrack/web"):
        module = tree(path)
        known = imported(module)
        functions = {n.name: n for n in module.body if isinstance(n, ast.FunctionDef)}
        for view in functions.values():
            if not any(is_get(decorator) for decorator in view.decorator_list):
                continue
            for function in reached(view, functions):
                wrong += [
                    f"{shown(path)}: {view.name} calls {called}"
                    for called in calls(function, known)
                    if called in writers
                ]

    assert wrong == [], "a GET never writes"


def is_get(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "get"
    )


def imported(module: ast.Module) -> dict[str, str]:
    """What each name of the module stands for, as `people.service` or `people.service.x`."""
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kbstrack"):
            parent = (node.module or "").removeprefix("kbstrack").removeprefix(".")
            for alias in node.names:
                full = ".".join(part for part in (parent, alias.name) if part)
                found[alias.asname or alias.name] = full
    return found


def reached(view: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> list[ast.FunctionDef]:
    """The view and the functions of its module that it uses."""
    found, waiting = {view.name: view}, [view]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id in functions and node.id not in found:
                found[node.id] = functions[node.id]
                waiting.append(functions[node.id])
    return list(found.values())


def calls(function: ast.FunctionDef, known: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in known:
            yield known[node.func.id]
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield f"{known.get(node.func.value.id, '')}.{node.func.attr}"
