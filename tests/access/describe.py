"""Writes `docs/access.md` from the policy: python -m tests.access.describe > docs/access.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from kbstrack import access
from kbstrack.access import POLICY, Action, Actor, Scope
from kbstrack.errors import NotAllowed, NotFound
from tests.access.columns import COLUMNS, Of, columns_of
from tests.access.kinds import KINDS

BEGINNING = """# Who may do what

Written from `kbstrack/access.py` by `python -m tests.access.describe`; a test compares the two.

Permission follows from where somebody stands: whose enrolment it is, who assesses it now, who is
the line manager now, who countersigns for its assessor, who administrates the provider or assures
its quality. A role alone opens nothing but the pages of an administrator and of an internal quality
assurer (IQA). Whoever is replaced, ended or loses the role loses access with that same save.

An IQA judges no work of their own, no decision that they made or countersigned, and none on which
a sign-off rests that they signed. An administrator cannot decide or sign, also not with an
assessor's role: only as the assessor named in the enrolment, which its ledger says. An auditor
reads what their link names until its last day. A link to confirm something opens that one request
until it is answered, revoked or 14 days old; what has ended opens nothing, whoever holds it.

- **yes**: allowed. Whether it is possible at this moment (not decided already, enrolment not
  ended, nothing missing) is a rule of the stage and comes after.
- **no**: they know of it and are told that they may not do this (403).
- **–**: for them it does not exist (404), whether it does or not, and the page says the same in
  both cases. A piece that was never submitted does not exist for anybody but its apprentice,
  whatever else they may see; a sampled decision tells its assessor nothing before its outcome.

Somebody who is not signed in is sent to the sign-in page from everywhere but the pages for signing
in and for a new password, links that were sent, and `/health` and `/ready`. Lists hold what is
one's own and nothing else: they are restricted in the query.
"""

PEOPLE = {
    "the apprentice": "Apprentice",
    "the assessor": "Assessor",
    "the countersigner": "Countersigner",
    "the line manager": "Line manager",
    "an IQA": "IQA",
    "an administrator": "Administrator",
    "an auditor": "Auditor",
    "whoever was asked": "By link",
    "the operator": "Command line",
}
"""The columns: those who stand beside the enrolment or look at it, and the machine's commands."""

MARKS = {"yes": "yes", "no": "no", "hid": "–"}


def describe() -> str:
    """The whole document."""
    return "\n".join([BEGINNING, *_actions(), *_people(), *_conditions()]) + "\n"


def answer(actor: Actor, action: Action, scope: Scope) -> str:
    """`yes`, `no` or `hid`."""
    try:
        access.require(actor, action, scope)
    except NotAllowed:
        return "no"
    except NotFound:
        return "hid"
    return "yes"


def _actions() -> Iterable[str]:
    yield "## Every action"
    yield ""
    yield _row("Action", "Asked of", *PEOPLE.values(), "Needed: any one of")
    yield _row(*["---"] * (len(PEOPLE) + 3))
    for name, column in COLUMNS.items():
        found = [_mark(person, name) for person in PEOPLE]
        needed = ", ".join(predicate.__name__ for predicate in POLICY[column.action])
        yield _row(_sentence(column.action.value), column.of.value, *found, needed)
    yield ""


def _people() -> Iterable[str]:
    yield "## Every kind of person"
    yield ""
    yield "“Elsewhere” is another training provider. “Nobody” is somebody who is not signed in."
    for what in Of:
        yield from _table(what, columns_of(what))
    yield ""


def _table(what: Of, columns: Sequence[str]) -> Iterable[str]:
    """Every kind of person; what the short names of the columns mean stands below."""
    yield ""
    yield f"### Asked of {what.value}"
    yield ""
    yield _row("Person", *columns)
    yield _row(*["---"] * (len(columns) + 1))
    for name in KINDS:
        found = [_mark(name, column) for column in columns]
        yield _row(_sentence(name), *found)
    yield ""
    for column in columns:
        yield f"- {column}: {COLUMNS[column].action.value}"


def _conditions() -> Iterable[str]:
    yield "## What is needed"
    yield ""
    predicates = dict.fromkeys(predicate for found in POLICY.values() for predicate in found)
    for predicate in predicates:
        yield f"- `{predicate.__name__}`: {predicate.__doc__}"


def _mark(name: str, column: str) -> str:
    kind, asked = KINDS[name], COLUMNS[column]
    return MARKS[answer(kind.actor, asked.action, kind.scope_of(asked.of))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    sys.stdout.write(describe())
