"""Carrying out what a form asks for; what the core refuses is said in the form."""

from __future__ import annotations

from collections.abc import Callable

from kbstrack.errors import Conflict, RuleBroken
from kbstrack.web.forms import Form


def refusal(form: Form, use_case: Callable[[], object]) -> int | None:
    """Call a use case for a form that is well formed; None once it is carried out.

    Else the status of the page to show again, with the sentences in the form: 422 where the rules
    refused it, 409 where somebody was quicker and the page should show what is so now. Raises
    NotFound and NotAllowed as the use case does.
    """
    try:
        use_case()
    except RuleBroken as error:
        form.refuse_all(error)
        return 422
    except Conflict as error:
        form.refuse(str(error))
        return 409
    return None
