"""Writes `docs/access.md` from the policy: python -m tests.access.describe > docs/access.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from kbstrack import access
from kbstrack.access import POLICY, Action, Actor, Scope
from kbstrack.errors import NotAllowed, NotFound
from tests.access.kinds import KINDS

BEGINNING = """# Who may do what

Written from `kbstrack/access.py` by `python -m tests.access.describe`; a test compares the two.

Permission follows from where somebody stands: whose enrolment it is, who assesses it now, who is
the line manager now, who administrates the provider. A role alone opens nothing but the pages of
an administrator. Whoever is replaced, ended or loses the role loses access with that same save.

- **yes**: allowed. Whether it is possible at this moment (not decided already, enrolment not
  ended, nothing missing) is a rule of the stage and comes after.
- **no**: they see the enrolment and are told that they may not do this (403).
- **–**: for them it does not exist (404), whether it does or not. A piece that was never submitted
  does not exist for anybody but its apprentice, whatever else they may see.

Somebody who is not signed in is sent to the sign-in page from everywhere but the pages for signing
in and for a new password, links that were sent, and `/health` and `/ready`. Lists hold what is
one's own and nothing else: they are restricted in the query.
"""

PEOPLE = {
    "the apprentice": "Apprentice",
    "the assessor": "Assessor",
    "the line manager": "Line manager",
    "an administrator": "Administrator",
    "the operator": "Command line",
}
"""The columns: those who stand beside the enrolment, and the machine's own commands."""

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
    yield _row("Action", *PEOPLE.values(), "Needed: any one of")
    yield _row(*["---"] * (len(PEOPLE) + 2))
    for action in Action:
        found = [_mark(name, action) for name in PEOPLE]
        needed = ", ".join(predicate.__name__ for predicate in POLICY[action])
        yield _row(_sentence(action), *found, needed)
    yield ""


def _people() -> Iterable[str]:
    yield "## Every kind of person"
    yield ""
    yield "“Elsewhere” is another training provider. Those who see nothing have the same row."
    yield ""
    yield _row("Person", *(f"{number}" for number in range(1, len(Action) + 1)))
    yield _row(*["---"] * (len(Action) + 1))
    for name in KINDS:
        yield _row(_sentence(name), *(_mark(name, action) for action in Action))
    yield ""
    for number, action in enumerate(Action, start=1):
        yield f"{number}. {action.value}"
    yield ""


def _conditions() -> Iterable[str]:
    yield "## What is needed"
    yield ""
    predicates = dict.fromkeys(predicate for found in POLICY.values() for predicate in found)
    for predicate in predicates:
        yield f"- `{predicate.__name__}`: {predicate.__doc__}"


def _mark(name: str, action: Action) -> str:
    kind = KINDS[name]
    of_provider = action in {Action.PROVIDER_CREATE, Action.PROVIDER_MANAGE, Action.PEOPLE_MANAGE}
    scope = kind.provider_scope if of_provider else kind.scope
    return MARKS[answer(kind.actor, action, scope)]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    sys.stdout.write(describe())
