"""Carrying out what a form asks for; what the core refuses is said in the form."""

from __future__ import annotations

from collections.abc import Callable

from kbstrack.errors import Conflict, RuleBroken
from kbstrack.people.proofs import Proof
from kbstrack.web.forms import Form
from kbstrack.web.forms.proof import PROOF_FIELDS, SigningForm
from kbstrack.web.proving import prove


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


def signing_refusal(form: SigningForm, sign: Callable[[Proof | None], object]) -> int | None:
    """Validate a form, and call a use case that signs with the proof given; as `refusal` does.

    Where the proof will not do, the use case is asked with none: it then signs nothing, and what
    else it refuses is said in the form together with what to prove. For use cases that ask for a
    fresh proof, only.
    """
    is_valid, proof = form.validate(), prove(form)
    if not is_valid:
        return 422
    if proof is not None:
        return refusal(form, lambda: sign(proof))
    try:
        sign(None)
    except RuleBroken as error:
        for problem in error.problems:
            # What to prove, and how, was said at its field already.
            if problem.field != "proof":
                form.refuse(str(problem), field=problem.field)
    except Conflict as error:
        # There may be nothing left to sign, and so no place to prove anything.
        for name in PROOF_FIELDS:
            form[name].errors = []
        form.refuse(str(error))
        return 409
    return 422
