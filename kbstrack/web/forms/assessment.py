"""The form of a decision: an answer to every claim of a piece, and sign-offs with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import wtforms
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    TextAreaField,
)
from wtforms.validators import Length

from kbstrack.assessment.rules import MOST_ACTIONS, ActionText, DecisionText, Outcome
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoiceField, ChoicesField, DateField, select_choices
from kbstrack.web.forms.proof import SigningForm

MOST_REASON_CHARACTERS = 2_000

QUESTIONS = (
    ("valid", "Valid: it shows what {code} asks for"),
    ("authentic", "Authentic: it is the apprentice’s own work"),
    ("current", "Current: it shows what they can do now"),
    ("sufficient", "Sufficient: it covers the whole of {code}, and nothing is left open"),
)
"""The four questions of assessment practice, with what each of them asks."""


def number_in(field: HiddenField) -> int:
    """The small number that a hidden field carries; -1 for anything else."""
    text = field.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


class Part(wtforms.Form):  # type: ignore[misc]
    """A form inside a form: the token and the key are the outer one's."""

    class Meta(Form.Meta):
        """Cleans texts as every form does."""

        csrf = False


class ActionPart(Part):
    """One action point; both fields empty is no action point."""

    text = TextAreaField("What to do")
    due_on = DateField("By when", noun="The date")

    @property
    def is_filled(self) -> bool:
        """Whether the rules count it: something to do, or a real day."""
        return bool(self.text.data or self.due_on.data)


class ActionsField(FieldList):  # type: ignore[misc]
    """Rows of action points; names of rows that there cannot be are passed over."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        for index in range(MOST_ACTIONS):
            if any(name.startswith(f"{prefix}-{index}-") for name in formdata):
                yield index


class ClaimPart(Part):
    """The answer to one claim; nothing is chosen or ticked beforehand."""

    outcome = ChoiceField(
        "Your decision",
        choices=select_choices((outcome.value, outcome.label) for outcome in Outcome),
    )
    questions = ChoicesField("Tick what you can say yes to")
    feedback = TextAreaField("Feedback to the apprentice")
    actions = ActionsField(FormField(ActionPart), min_entries=1, max_entries=MOST_ACTIONS)
    reason = TextAreaField(
        "Why this is enough",
        [Length(max=MOST_REASON_CHARACTERS, message="Shorten the reason to 2,000 characters")],
    )

    def ask_about(self, code: str) -> None:
        """Write the KSB's code into the labels: each is read out on its own."""
        self.outcome.label.text = f"Your decision on {code}"
        self.questions.label.text = f"For {code}, tick what you can say yes to"
        self.feedback.label.text = f"Feedback on {code}"
        self.questions.choices = select_choices(
            (name, label.format(code=code)) for name, label in QUESTIONS
        )

    def as_text(self, code: str) -> str:
        """Everything that was typed here, to read and to copy."""
        decision = self.decision(code)
        lines = [f"{code}: {decision.outcome.label if decision.outcome else 'no decision'}"]
        if self.questions.data:
            lines.append(f"Yes to: {', '.join(self.questions.data)}")
        if decision.feedback:
            lines.append(f"Feedback: {decision.feedback}")
        for row in self.actions:
            by = " ".join(row.form.due_on.typed).strip()
            if row.form.text.data or by:
                lines.append(f"Action: {row.form.text.data}{f' (by {by})' if by else ''}")
        if self.reason.data:
            lines.append(f"Why it is enough to sign off: {self.reason.data}")
        return "\n".join(lines)

    @property
    def has_actions(self) -> bool:
        """Whether the action points have to be in sight."""
        return len(self.actions) > 1 or any(
            row.form.is_filled or row.errors or any(row.form.due_on.typed) for row in self.actions
        )

    def decision(self, code: str) -> DecisionText:
        """What was answered, as the core takes it."""
        answers = set(self.questions.data or ())
        return DecisionText(
            code=code,
            outcome=Outcome(self.outcome.data) if self.outcome.data in set(Outcome) else None,
            feedback=self.feedback.data or "",
            is_valid="valid" in answers,
            is_authentic="authentic" in answers,
            is_current="current" in answers,
            is_sufficient="sufficient" in answers,
            actions=tuple(
                ActionText(row.form.text.data or "", row.form.due_on.data) for row in self.actions
            ),
        )


class ReviewForm(SigningForm):
    """The answer to a version; `review_form` adds the part of each claim and the sign-offs."""

    codes: tuple[str, ...] = ()
    version = HiddenField()
    turn = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for code in self.codes:
            self.claim(code).ask_about(code)

    def claim(self, code: str) -> ClaimPart:
        """The part for one KSB."""
        part: ClaimPart = self[code].form
        return part

    @property
    def version_number(self) -> int:
        """The version that was on the page; -1 when that cannot be read."""
        return number_in(self.version)

    @property
    def turn_number(self) -> int:
        """How often anything on it was decided or taken back by then; -1 as above."""
        return number_in(self.turn)

    @property
    def decisions(self) -> list[DecisionText]:
        """One for each claim."""
        return [self.claim(code).decision(code) for code in self.codes]

    @property
    def sign_offs(self) -> dict[str, str]:
        """The reasons of the KSBs that are to be signed off, by code."""
        chosen = self["sign_off"].data or ()
        return {code: self.claim(code).reason.data or "" for code in self.codes if code in chosen}

    @property
    def as_text(self) -> str:
        """Everything that was typed, to read and to copy."""
        parts = [self.claim(code).as_text(code) for code in self.codes]
        if self.sign_offs:
            parts.append(f"To sign off: {', '.join(self.sign_offs)}")
        return "\n\n".join(parts)

    @property
    def is_begun(self) -> bool:
        """Whether there is anything in it worth keeping."""
        return bool(self.sign_offs) or any(
            decision != DecisionText(decision.code, None, actions=decision.actions)
            or any(action.text or action.due_on for action in decision.actions)
            for decision in self.decisions
        )

    def add_action(self, code: str) -> None:
        """Another empty row for an action point, up to the most there can be."""
        if code in self.codes and len(self.claim(code).actions) < MOST_ACTIONS:
            self.claim(code).actions.append_entry()

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add what a rule said at its field, also in a claim's part: `K1-actions-0-due_on`."""
        found = self._inner(field or "")
        if found is None:
            super().refuse(sentence, field=field)
            return
        for control in found:
            control.errors = [*control.errors, sentence]

    def _inner(self, name: str) -> list[Field] | None:
        code, _, rest = name.partition("-")
        if code not in self.codes:
            return None
        part, parts = self.claim(code), rest.split("-")
        if len(parts) == 3 and parts[0] == "actions":
            # The rules count the rows that are filled in.
            rows = [row for row in part.actions if row.form.is_filled]
            return [part.actions, rows[int(parts[1])].form[parts[2]]]
        return [part[rest]] if rest in part else None


def review_form(codes: Sequence[str]) -> type[ReviewForm]:
    """The form for a version that claims these KSBs."""
    fields: dict[str, object] = {code: FormField(ClaimPart) for code in codes}
    return type(
        "ReviewFormOfClaims",
        (ReviewForm,),
        fields
        | {
            "codes": tuple(codes),
            # Made after the claims: errors are listed in the order of the page.
            "sign_off": ChoicesField(
                "Sign off now", choices=select_choices((code, code) for code in codes)
            ),
            "is_declared": BooleanField("I agree to this declaration"),
        },
    )
